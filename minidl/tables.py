"""Tables for people: printed row by row, and in Markdown."""
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any


class TablePrinter:
    """A table that prints each row as soon as it is known.

    columns: dict from heading to format, such as {"epoch": "d", "test loss": ".4f"}.
    """

    def __init__(self, columns: Mapping[str, str], show: Callable[[str], object] = print) -> None:
        self.columns, self.show = columns, show
        self.widths = {heading: max(len(heading), 6) for heading in columns}
        show("  ".join(f"{heading:>{width}}" for heading, width in self.widths.items()))

    def row(self, *values: Any) -> None:
        """Print one row; text is printed as it is, padded to the column's width."""
        cells = [value if isinstance(value, str) else format(value, form)
                 for value, form in zip(values, self.columns.values())]
        self.show("  ".join(f"{cell:>{width}}" for cell, width in zip(cells, self.widths.values())))


def markdown_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table.

    >>> print(markdown_table(["p", "ROC-AUC"], [["0.1", "0.93"]]))
    | p | ROC-AUC |
    | --- | --- |
    | 0.1 | 0.93 |
    """
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
