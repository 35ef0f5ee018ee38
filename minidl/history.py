"""Statistics of training histories: a history is a list of rows, one dict per epoch."""
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from minidl.checks import is_real, require

Row = Mapping[str, float]
History = Sequence[Row]


def check_history(history: Any) -> None:
    """Raise ValueError unless it is a list of dicts with the same columns, "epoch" among them, of numbers."""
    columns = set(history[0]) if isinstance(history, list) and history and isinstance(history[0], dict) else set()
    valid = "epoch" in columns and all(
        isinstance(row, dict) and set(row) == columns and all(map(is_real, row.values())) for row in history)
    require(valid, "history", "must be rows with the same columns of numbers", history)


def best_row(history: History, key: str) -> Row:
    """Return the row with the highest `key`; of equal rows the earliest."""
    return max(history, key=lambda row: row[key])


def mean_history(histories: Sequence[History]) -> list[dict[str, float]]:
    """Return the mean of several histories with equal columns and epochs."""
    return [{key: rows[0][key] if key == "epoch" else statistics.fmean(row[key] for row in rows) for key in rows[0]}
            for rows in zip(*histories)]


def mean_and_deviation(values: Sequence[float], form: str = ".4f") -> str:
    """Return the mean as text, with the standard deviation (over n - 1) if there are several values.

    >>> mean_and_deviation([0.5]), mean_and_deviation([0.5, 0.6])
    ('0.5000', '0.5500 ± 0.0707')
    """
    mean = format(statistics.fmean(values), form)
    return mean if len(values) < 2 else f"{mean} ± {format(statistics.stdev(values), form)}"
