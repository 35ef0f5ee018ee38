"""Statistics of training histories: a history is a list of rows, one dict per epoch."""
import statistics
from collections.abc import Mapping, Sequence

Row = Mapping[str, float]
History = Sequence[Row]


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
