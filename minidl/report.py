"""What a run leaves behind: files that are whole or absent, and tables.

Every file is written under a temporary name and renamed, so that a run killed at
any moment leaves no half of one.
"""
import contextlib
import csv
import io
import json
import os
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

Row = Mapping[str, float]
History = Sequence[Row]


@contextlib.contextmanager
def replacing(path: Path | str) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on success it becomes `path`, its folder made."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp{path.suffix}")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path | str, text: str) -> None:
    """Write a UTF-8 text file."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(path: Path | str, value: Any) -> None:
    """Write a JSON file, indented, keys in the order given."""
    write_text(path, json.dumps(value, indent=2) + "\n")


def write_csv(path: Path | str, rows: Sequence[Mapping[str, object]]) -> None:
    """Write dicts with the same keys as a CSV file; floats keep every digit."""
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(path, text.getvalue())


class Table:
    """A table that prints line by line as its rows come.

    columns: dict from heading to format, such as {"epoch": "d", "test loss": ".4f"}.
    """

    def __init__(self, columns: Mapping[str, str], show: Callable[[str], object] = print) -> None:
        self.columns, self.show = columns, show
        self.widths = {heading: max(len(heading), 6) for heading in columns}
        show("  ".join(f"{heading:>{width}}" for heading, width in self.widths.items()))

    def row(self, *values: Any) -> None:
        """Print one row; text goes as it is, into the column's width."""
        cells = [value if isinstance(value, str) else format(value, form)
                 for value, form in zip(values, self.columns.values())]
        self.show("  ".join(f"{cell:>{width}}" for cell, width in zip(cells, self.widths.values())))


def best_row(history: History, key: str) -> Row:
    """Return the history's row with the highest `key`, the earliest among equals."""
    return max(history, key=lambda row: row[key])


def mean_history(histories: Sequence[History]) -> list[dict[str, float]]:
    """Return one history, the mean of several with the same columns and epochs."""
    return [{key: rows[0][key] if key == "epoch" else statistics.fmean(row[key] for row in rows) for key in rows[0]}
            for rows in zip(*histories)]


def mean_and_deviation(values: Sequence[float], form: str = ".4f") -> str:
    """Return a number as text; of several, their mean and standard deviation (over n - 1).

    >>> mean_and_deviation([0.5]), mean_and_deviation([0.5, 0.6])
    ('0.5000', '0.5500 ± 0.0707')
    """
    mean = format(statistics.fmean(values), form)
    return mean if len(values) < 2 else f"{mean} ± {format(statistics.stdev(values), form)}"
