"""Random splits that keep the share of each class: one in two parts, or several with separate test parts."""
import numpy as np
import numpy.typing as npt

from minidl.arrays import Integers
from minidl.checks import is_whole, require


def stratified_split(labels: npt.ArrayLike, test_size: float = 0.2, *, rng: "np.random.Generator"
                     ) -> tuple[Integers, Integers]:
    """Return (train rows, test rows): two sorted index arrays, together 0 .. N - 1.

    A class with n rows has round(test_size * n) of them in the test part.

    Args:
        labels: (N,) class of each row.
        test_size: share of the test part, in (0, 1).
        rng: numpy.random.Generator.

    Raises:
        ValueError: a class would have no row in one of the parts.

    >>> train, test = stratified_split([0, 1, 0, 1, 0, 1, 1, 1], 0.4, rng=np.random.default_rng(0))
    >>> len(train), len(test), len(set(train) | set(test))
    (5, 3, 8)
    """
    if not 0 < test_size < 1:
        raise ValueError(f"test_size: must be in (0, 1), got {test_size}")
    labels = np.asarray(labels)
    in_test = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        rows = rng.permutation(np.flatnonzero(labels == label))
        n_test = round(test_size * len(rows))
        if not 0 < n_test < len(rows):
            raise ValueError(f"labels: each class must have rows in both parts, got {len(rows)} of class {label}")
        in_test[rows[:n_test]] = True
    return np.flatnonzero(~in_test), np.flatnonzero(in_test)


def stratified_folds(labels: npt.ArrayLike, n: int, *, rng: "np.random.Generator"
                     ) -> list[tuple[Integers, Integers]]:
    """Return n splits (train rows, test rows), two sorted index arrays each; every row is in exactly one test part.

    Of a class, the test parts have equally many rows, give or take one.

    Args:
        labels: (N,) class of each row.
        n: number of splits, at least 2.
        rng: numpy.random.Generator.

    Raises:
        TypeError: n is not a whole number.
        ValueError: n < 2; a class with fewer than n rows.

    >>> folds = stratified_folds([0, 1, 0, 1, 1, 1], 2, rng=np.random.default_rng(0))
    >>> [(len(train), len(test)) for train, test in folds]
    [(3, 3), (3, 3)]
    """
    require(is_whole(n), "n", "must be a whole number", n, TypeError)
    require(n >= 2, "n", "must be at least 2", n)
    labels = np.asarray(labels)
    fold_of = np.empty(len(labels), dtype=int)
    for label in np.unique(labels):
        rows = rng.permutation(np.flatnonzero(labels == label))
        if len(rows) < n:
            raise ValueError(f"labels: each class must have at least {n} rows, got {len(rows)} of class {label}")
        fold_of[rows] = np.arange(len(rows)) % n
    return [(np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)) for fold in range(n)]
