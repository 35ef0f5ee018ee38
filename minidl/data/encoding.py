"""Encoding of tables: text cells become two arrays for a model, numbers and category ids.

    number:    a missing cell is replaced by the median; then the column is scaled,
               "standard": (x - mean) / standard deviation, or
               "piecewise": the position of x among the quantiles, see minidl.data.piecewise;
               if train has missing cells, a flag column follows, 1 for missing and 0 otherwise
    category:  the distinct cells of train, sorted, have the ids 1, 2, ...; any other cell has id 0

Everything is learnt from the training rows only, so test rows cannot change a mean.
A column is numeric if it has floats, or text of which every non-missing cell of train is a number.
"""
from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from minidl.arrays import Floats, Int64s
from minidl.data.features import finite_numbers
from minidl.data.numbers import column_as_numbers
from minidl.data.piecewise import positions, quantile_edges, unfolded_moments
from minidl.data.table import TextColumns, location, table_name

FLOAT32_MAX = float(np.finfo(np.float32).max)
MAX_BINS = 1024
MIN_ROWS_PER_BIN = 50  # with fewer rows, the weight of a bin fits noise


class Standard:
    """(x - mean) / standard deviation of the values in the constructor; a constant column becomes 0."""

    def __init__(self, values: Floats) -> None:
        std = values.std()
        constant = std == 0 or values.min() == values.max()  # rounding may give equal values a std above 0
        self.mean: float = values[0] if constant else values.mean()
        self.std: float = 1.0 if constant else std

    def __call__(self, x: Floats) -> Floats:
        with np.errstate(over="ignore"):
            return (x - self.mean) / self.std


class Piecewise:
    """Positions among the quantiles of the values in the constructor, and the moments of the unfolded features."""

    def __init__(self, values: Floats) -> None:
        self.edges = quantile_edges(values, min(MAX_BINS, max(1, len(values) // MIN_ROWS_PER_BIN)))
        self.bins = len(self.edges) - 1
        self.mean, self.std = unfolded_moments(self(values), self.bins)

    def __call__(self, x: Floats) -> Floats:
        return positions(x, self.edges)


SCALES = {"standard": Standard, "piecewise": Piecewise}


class NumericColumn(NamedTuple):
    """What `fit` learns about a numeric column.

    median: the replacement for missing cells.
    scale: a Standard or a Piecewise.
    missing_share: the share of missing cells in train; the column has a flag if it is above 0.
    """

    median: float
    scale: Any
    missing_share: float

    @classmethod
    def of(cls, values: Floats, numeric: str) -> "NumericColumn":
        """Return what train's values determine; a missing value is NaN."""
        missing = np.isnan(values)
        median = 0.0 if missing.all() else np.median(values[~missing])
        return cls(median, SCALES[numeric](np.where(missing, median, values)), missing.mean())

    @property
    def has_flag(self) -> bool:
        """Whether a flag for missing cells follows the numbers."""
        return self.missing_share > 0


class TabularEncoder:
    """Learn the encoding with `fit`, apply it with `transform`.

    numeric: "standard" or "piecewise".

    Attributes, after fit:
        number_names: the D numeric features, with flags such as "Income missing".
        category_names: the C categorical columns.
        cardinalities: the number of ids of each categorical column, including 0.

    >>> train = {"age": np.array(["20", "", "40"], object), "home": np.array(["rent", "own", "rent"], object)}
    >>> encoder = TabularEncoder().fit(train)
    >>> encoder.number_names, encoder.category_names, encoder.cardinalities
    (['age', 'age missing'], ['home'], [3])
    >>> numbers, ids = encoder.transform({"age": ["30", ""], "home": ["own", "ship"]})
    >>> numbers.tolist(), ids.tolist()
    ([[0.0, 0.0], [0.0, 1.0]], [[1], [0]])
    """

    def __init__(self, numeric: str = "standard") -> None:
        if numeric not in SCALES:
            raise ValueError(f"numeric: must be one of {', '.join(SCALES)}, got {numeric!r}")
        self.numeric = numeric

    def fit(self, table: TextColumns, categories: Collection[str] = ()) -> "TabularEncoder":
        """Learn the columns of train; return self.

        categories: the columns of text that are categorical even if all their cells are numbers.
        """
        self._columns: dict[str, NumericColumn] = {}
        self._ids: dict[str, dict[str, int]] = {}
        self.number_names: list[str] = []
        for name, cells in table.items():
            if name in categories or column_as_numbers(cells) is None:
                self._ids[name] = {cell: i for i, cell in enumerate(sorted(set(cells)), start=1)}
            else:
                column = NumericColumn.of(finite_numbers(table, name), self.numeric)
                self._columns[name] = column
                self.number_names += [name, f"{name} missing"] if column.has_flag else [name]
        self.category_names = list(self._ids)
        self.cardinalities = [1 + len(ids) for ids in self._ids.values()]
        return self

    def transform(self, table: TextColumns) -> tuple[npt.NDArray[np.float32], Int64s]:
        """Return numbers (N, D) float32 and ids (N, C) int64.

        Raises:
            ValueError: fit has not been called; a column of train is absent; a numeric
                column has text, an infinite number, or one whose scaled value exceeds float32.
        """
        if not hasattr(self, "_columns"):
            raise ValueError("TabularEncoder: call fit before transform")
        absent = [name for name in (*self._columns, *self._ids) if name not in table]
        if absent:
            raise ValueError(f"{table_name(table)}: must have the columns of train, got none named {absent[0]!r}")
        n = len(next(iter(table.values())))
        numbers = [feature for name in self._columns for feature in self._numeric_features(name, table)]
        ids = [[known.get(cell, 0) for cell in table[name]] for name, known in self._ids.items()]
        return (np.array(numbers, dtype=np.float32).reshape(-1, n).T.copy(),
                np.array(ids, dtype=np.int64).reshape(-1, n).T.copy())

    def _numeric_features(self, name: str, table: TextColumns) -> list[npt.NDArray[Any]]:
        """Return the features of one numeric column, (N,) each: the scaled numbers, and the flag if there is one."""
        column = self._columns[name]
        x = finite_numbers(table, name)
        missing = np.isnan(x)
        scaled = column.scale(np.where(missing, column.median, x))
        too_large = np.flatnonzero(~(np.abs(scaled) <= FLOAT32_MAX))
        if len(too_large):
            row = too_large[0]
            raise ValueError(f"{location(table, row)}, column {name!r}: must lie within {FLOAT32_MAX:.1e} standard "
                             f"deviations of train's mean, got {str(table[name][row])!r}")
        return [scaled, missing] if column.has_flag else [scaled]

    def unfolding(self) -> tuple[Int64s, Int64s, Floats, Floats] | None:
        """Return columns, steps, mean, std, each (F,): the arguments of minidl.nn.PiecewiseLinear.

        None if the encoding is "standard" or there are no numeric columns.
        """
        if self.numeric != "piecewise" or not self._columns:
            return None
        moments = []  # (T, mean, std) of each of the D numeric features
        for column in self._columns.values():
            moments.append((column.scale.bins, column.scale.mean, column.scale.std))
            if column.has_flag:  # a flag is its own position in one bin; its moments are those of a 0 / 1 variable
                share = column.missing_share
                moments.append((1, [share], [np.sqrt(share * (1 - share))]))
        bins, means, stds = zip(*moments)
        return (np.repeat(np.arange(len(bins)), bins), np.concatenate([np.arange(n) for n in bins]),
                np.concatenate(means), np.concatenate(stds))
