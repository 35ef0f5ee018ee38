"""From the cells of a table to the two arrays that a model takes: numbers and category ids.

    number:    missing -> the median; then (x - mean) / standard deviation;
               and a flag 1 / 0 beside it where train has missing cells
    category:  the distinct cells, sorted, get the ids 1, 2, ...; any other cell is 0

Everything is learnt from the training rows and merely applied to others: a test row
must not move a mean.  A column is numeric when every cell present in train is a number.
"""
import numpy as np

from minidl.data.table import column_as_numbers


class TabularEncoder:
    """Learn the encoding with `fit`, apply it with `transform`.

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

    def fit(self, table):
        self._scales, self._ids = {}, {}
        for name, cells in table.items():
            values = _finite(name, column_as_numbers(cells))
            if values is None:
                known = sorted(set(cells))
                self._ids[name] = {cell: number for number, cell in enumerate(known, start=1)}
            else:
                self._scales[name] = fit_scale(values)
        self.number_names = [feature for name, (*_, has_gaps) in self._scales.items()
                             for feature in ([name, f"{name} missing"] if has_gaps else [name])]
        self.category_names = list(self._ids)
        self.cardinalities = [1 + len(ids) for ids in self._ids.values()]
        return self

    def transform(self, table):
        """Return numbers (N, D) float32 and ids (N, C) int64.

        Raises:
            ValueError: fit has not been called; a column of train is not there, or
                has text where train had numbers, or an infinite number.
        """
        if not hasattr(self, "_scales"):
            raise ValueError("TabularEncoder: call fit before transform")
        absent = [name for name in (*self._scales, *self._ids) if name not in table]
        if absent:
            raise ValueError(f"table: must have the columns of train, got none named {absent[0]!r}")
        numbers = [feature for name, scale in self._scales.items()
                   for feature in scale_numbers(name, table[name], scale)]
        ids = [[known.get(cell, 0) for cell in table[name]] for name, known in self._ids.items()]
        n = len(next(iter(table.values())))
        return (np.array(numbers, dtype=np.float32).reshape(-1, n).T.copy(),
                np.array(ids, dtype=np.int64).reshape(-1, n).T.copy())


def fit_scale(values):
    """Return (median, mean, standard deviation, whether there are gaps) of float64 values."""
    gaps = np.isnan(values)
    median = np.median(values[~gaps]) if not gaps.all() else 0.0
    filled = np.where(gaps, median, values)
    return median, filled.mean(), filled.std() or 1.0, gaps.any()


def scale_numbers(name, cells, scale):
    """Return one numeric column's features: the scaled values, and the flag if train had gaps."""
    median, mean, std, has_gaps = scale
    values = _finite(name, column_as_numbers(np.asarray(cells, dtype=object)))
    if values is None:
        raise ValueError(f"column {name!r}: must hold numbers, as in train, got text")
    gaps = np.isnan(values)
    scaled = (np.where(gaps, median, values) - mean) / std
    return [scaled, gaps] if has_gaps else [scaled]


def _finite(name, values):
    if values is not None and np.isinf(values).any():
        raise ValueError(f"column {name!r}: must hold finite numbers, got {values[np.isinf(values)][0]}")
    return values
