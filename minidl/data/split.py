"""A random split in two parts that keeps the share of each class."""
import numpy as np
import numpy.typing as npt

from minidl.arrays import Integers


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
