"""Tables for people: printed row by row, and in Markdown.

A printed table fits the terminal if it can: when it would be too wide, its headings are
broken at their spaces; when that is not enough but one space between columns is, one
space separates them.  Each column is as wide as its heading and its widest cell.
"""
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from minidl.terminal import emphasized, terminal_width

GAP = "  "
MARK = len(" *")  # the room that a marked row needs at its end
LEAST = 6  # characters of a column


class TablePrinter:
    """A table that prints each row as soon as it is known.

    columns: dict from heading to format, such as {"epoch": "d", "test loss": ".4f", "name": "<20s"}: "<" puts
        the column's cells to the left, the others stand to the right; 20 is the least width of the column.
        A heading with spaces at an end keeps its width, and is not broken into lines.
    rows: rows that are already known; the columns become wide enough for them.
    """

    def __init__(self, columns: Mapping[str, str], show: Callable[[str], object] = print,
                 rows: Iterable[Sequence[Any]] = ()) -> None:
        self.show = show
        self.formats: list[str] = []
        self.alignments: list[str] = []
        least: list[int] = []
        for form in columns.values():
            alignment, width, rest = _parts(form)
            self.formats.append(rest)
            self.alignments.append(alignment)
            least.append(max(int(width or 0), LEAST))
        for row in rows:
            least = [max(width, len(cell)) for width, cell in zip(least, self._cells(row))]
        heading_lines = [[heading] for heading in columns]
        self.widths, self.gap = _widths(heading_lines, least), GAP
        if self._width(GAP) + MARK > terminal_width():
            heading_lines = [_broken(heading, width) for heading, width in zip(columns, least)]
            self.widths = _widths(heading_lines, least)
            if self._width(GAP) > terminal_width() >= self._width(GAP[1:]):
                self.gap = GAP[1:]
        height = max(map(len, heading_lines))
        for line in zip(*([""] * (height - len(lines)) + lines for lines in heading_lines)):
            self._show(line)

    def row(self, *values: Any, best: bool = False) -> None:
        """Print one row; text is printed as it is, padded to the column's width.  The best row stands out."""
        self._show(self._cells(values), best)

    def _width(self, gap: str) -> int:
        return sum(self.widths) + len(gap) * (len(self.widths) - 1)

    def _cells(self, values: Sequence[Any]) -> list[str]:
        return [value if isinstance(value, str) else format(value, form) for value, form in zip(values, self.formats)]

    def _show(self, cells: Sequence[str], best: bool = False) -> None:
        line = self.gap.join(f"{cell:{alignment}{width}}"
                             for cell, alignment, width in zip(cells, self.alignments, self.widths)).rstrip()
        self.show(emphasized(line) if best else line)


def _parts(form: str) -> tuple[str, str, str]:
    """Return the alignment, the width and the rest of a format."""
    match = re.fullmatch(r"([<>]?)(\d*)(.*)", form)
    assert match, form
    alignment, width, rest = match.groups()
    return alignment or ">", width, rest


def _broken(heading: str, width: int) -> list[str]:
    """Return a heading in lines that are no wider than its column's cells, or than its longest word."""
    if not heading or heading != heading.strip():
        return [heading]
    return textwrap.wrap(heading, max(width, *map(len, heading.split())), break_on_hyphens=False)


def _widths(heading_lines: Sequence[Sequence[str]], least: Sequence[int]) -> list[int]:
    return [max(width, *map(len, lines)) for lines, width in zip(heading_lines, least)]


def print_table(columns: Mapping[str, str], rows: Iterable[Sequence[Any]], *, best: int | None = None,
                show: Callable[[str], object] = print) -> None:
    """Print a table whose rows are all known; arguments as for TablePrinter.

    best: the index of the row that stands out; None: no row does.
    """
    rows = list(rows)
    table = TablePrinter(columns, show, rows)
    for number, row in enumerate(rows):
        table.row(*row, best=number == best)


def markdown_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table.

    >>> print(markdown_table(["p", "ROC-AUC"], [["0.1", "0.93"]]))
    | p | ROC-AUC |
    | --- | --- |
    | 0.1 | 0.93 |
    """
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
