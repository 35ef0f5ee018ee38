"""From the cells of a table to the two arrays that a model takes: numbers and category ids.

    number:    missing -> the median; then "standard": (x - mean) / standard deviation,
               or "piecewise": x's position among the quantiles, see minidl.data.piecewise;
               and a flag 1 / 0 beside it where train has missing cells
    category:  the distinct cells, sorted, get the ids 1, 2, ...; any other cell is 0

Everything is learnt from the training rows and merely applied to others: a test row
must not move a mean.  A column is numeric when every cell present in train is a number.
"""
from typing import Any

import numpy as np
import numpy.typing as npt

from minidl.data.columns import column_as_numbers, numbers_like_train
from minidl.data.piecewise import positions, quantile_edges, unfolded_moments
from minidl.data.table import Texts, place, source

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
FARTHEST = float(np.finfo(np.float32).max)


class Standard:
    """(x - mean) / standard deviation, those of the values it is made with; a constant becomes 0."""

    def __init__(self, values: Floats) -> None:
        std = values.std()
        constant = std == 0 or values.min() == values.max()  # whose mean need not be exact, nor its deviation 0
        self.mean: float = values[0] if constant else values.mean()
        self.std: float = 1.0 if constant else std

    def __call__(self, values: Floats) -> Floats:
        with np.errstate(over="ignore"):
            return (values - self.mean) / self.std


class Piecewise:
    """Positions among the quantiles of the values it is made with, and what unfolding them needs."""

    MOST_BINS = 1024
    ROWS_A_BIN = 50  # fewer teach a bin's weight more noise than slope

    def __init__(self, values: Floats) -> None:
        self.edges = quantile_edges(values, min(self.MOST_BINS, max(1, len(values) // self.ROWS_A_BIN)))
        self.bins = len(self.edges) - 1
        self.mean, self.std = unfolded_moments(self(values), self.bins)

    def __call__(self, values: Floats) -> Floats:
        return positions(values, self.edges)


NUMERIC = {"standard": Standard, "piecewise": Piecewise}


class TabularEncoder:
    """Learn the encoding with `fit`, apply it with `transform`.

    numeric: "standard" or "piecewise".

    Attributes, after fit:
        number_names: the D numeric features, flags included ("Income missing").
        category_names: the C categorical columns.
        cardinalities: how many ids each of those has, unknown included.

    >>> train = {"age": np.array(["20", "", "40"], object), "home": np.array(["rent", "own", "rent"], object)}
    >>> encoder = TabularEncoder().fit(train)
    >>> encoder.number_names, encoder.category_names, encoder.cardinalities
    (['age', 'age missing'], ['home'], [3])
    >>> numbers, ids = encoder.transform({"age": ["30", ""], "home": ["own", "ship"]})
    >>> numbers.tolist(), ids.tolist()
    ([[0.0, 0.0], [0.0, 1.0]], [[1], [0]])
    """

    def __init__(self, numeric: str = "standard") -> None:
        if numeric not in NUMERIC:
            raise ValueError(f"numeric: must be one of {', '.join(NUMERIC)}, got {numeric!r}")
        self.numeric = numeric

    def fit(self, table: Texts) -> "TabularEncoder":
        self._columns: dict[str, tuple[float, Any, bool, float]] = {}  # median, scale, whether gaps, their share
        self._ids: dict[str, dict[str, int]] = {}
        for name, cells in table.items():
            if column_as_numbers(cells) is None:
                known = sorted(set(cells))
                self._ids[name] = {cell: number for number, cell in enumerate(known, start=1)}
            else:
                values = numbers_like_train(table, name)
                gaps = np.isnan(values)
                median = np.median(values[~gaps]) if not gaps.all() else 0.0
                scale = NUMERIC[self.numeric](np.where(gaps, median, values))
                self._columns[name] = median, scale, bool(gaps.any()), gaps.mean()
        self.number_names = [feature for name, (_, _, has_gaps, _) in self._columns.items()
                             for feature in ([name, f"{name} missing"] if has_gaps else [name])]
        self.category_names = list(self._ids)
        self.cardinalities = [1 + len(ids) for ids in self._ids.values()]
        return self

    def transform(self, table: Texts) -> tuple[npt.NDArray[np.float32], Integers]:
        """Return numbers (N, D) float32 and ids (N, C) int64.

        Raises:
            ValueError: fit has not been called; a column of train is not there, or
                has text where train had numbers, an infinite number, or one too far
                from train's for float32.
        """
        if not hasattr(self, "_columns"):
            raise ValueError("TabularEncoder: call fit before transform")
        absent = [name for name in (*self._columns, *self._ids) if name not in table]
        if absent:
            raise ValueError(f"{source(table)}: must have the columns of train, got none named {absent[0]!r}")
        numbers = [feature for name in self._columns for feature in self._numbers(name, table)]
        ids = [[known.get(cell, 0) for cell in table[name]] for name, known in self._ids.items()]
        n = len(next(iter(table.values())))
        return (np.array(numbers, dtype=np.float32).reshape(-1, n).T.copy(),
                np.array(ids, dtype=np.int64).reshape(-1, n).T.copy())

    def _numbers(self, name: str, table: Texts) -> list[npt.NDArray[Any]]:
        """Return one numeric column's features: the scaled values, and the flag if train had gaps."""
        median, scale, has_gaps, _ = self._columns[name]
        values = numbers_like_train(table, name)
        gaps = np.isnan(values)
        scaled = scale(np.where(gaps, median, values))
        far = np.flatnonzero(~(np.abs(scaled) <= FARTHEST))
        if len(far):
            raise ValueError(f"{place(table, far[0])}, column {name!r}: must lie within {FARTHEST:.1e} standard "
                             f"deviations of train's mean, got {table[name][far[0]]!r}")
        return [scaled, gaps] if has_gaps else [scaled]

    def unfolding(self) -> tuple[Integers, Integers, Floats, Floats] | None:
        """Return columns, steps, mean, std, each (F,): the arguments of minidl.nn.PiecewiseLinear.

        None where there is nothing to unfold: numbers in the standard encoding, or no numbers.
        """
        if self.numeric != "piecewise" or not self._columns:
            return None
        parts = []  # (T, mean, std) of each of the D numbers; a flag is its own position in one bin
        for _, scale, has_gaps, share in self._columns.values():
            parts.append((scale.bins, scale.mean, scale.std))
            if has_gaps:
                parts.append((1, [share], [np.sqrt(share * (1 - share))]))
        bins, means, stds = zip(*parts)
        return (np.repeat(np.arange(len(bins)), bins), np.concatenate([np.arange(n) for n in bins]),
                np.concatenate(means), np.concatenate(stds))
