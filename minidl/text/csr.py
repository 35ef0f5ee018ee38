"""Compressed sparse rows: a matrix that stores only its non-zero numbers.

Row i has the numbers data[indptr[i]:indptr[i + 1]] in the columns indices[indptr[i]:indptr[i + 1]], which ascend.
"""
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from minidl.arrays import AnyArray, Bools, Floats, Int64s, Integers
from minidl.checks import is_whole, require


class CSR(NamedTuple):
    """A sparse matrix as three arrays and a shape (N, V).

    data: (nnz,) float64, or int32 for counts.  indices: (nnz,) columns.  indptr: (N + 1,).  The last two are
    int32, or int64 if the numbers are too large.

    scipy.sparse.csr_array(m[:3], m.shape) and torch.sparse_csr_tensor(m.indptr, m.indices, m.data, m.shape)
    accept its parts.

    >>> CSR(np.array([5.0, 6.0, 7.0]), np.array([1, 0, 2]), np.array([0, 1, 3]), (2, 3)).toarray().tolist()
    [[0.0, 5.0, 0.0], [6.0, 0.0, 7.0]]
    """

    data: AnyArray
    indices: Integers
    indptr: Integers
    shape: tuple[int, int]

    def toarray(self) -> Floats:
        """Return the matrix as a dense array, (N, V)."""
        dense = np.zeros(self.shape)
        dense[self.row_numbers(), self.indices] = self.data
        return dense

    def arrays(self) -> dict[str, AnyArray]:
        """Return the matrix as a dict of arrays, the shape included, for a file."""
        return {**self._asdict(), "shape": np.array(self.shape)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, AnyArray]) -> "CSR":
        """Return the matrix from a dict made by `arrays`; other keys are ignored."""
        return cls(arrays["data"], arrays["indices"], arrays["indptr"], shape=tuple(arrays["shape"].tolist()))

    def row_numbers(self) -> Integers:
        """Return the row of each stored number, (nnz,)."""
        return np.repeat(np.arange(self.shape[0], dtype=self.indices.dtype), np.diff(self.indptr))

    def row(self, index: int) -> tuple[Integers, AnyArray]:
        """Return (columns, numbers) of a row."""
        span = slice(self.indptr[index], self.indptr[index + 1])
        return self.indices[span], self.data[span]

    def rows(self, start: int, stop: int) -> "CSR":
        """Return the matrix of the rows from `start` up to `stop`."""
        indptr = self.indptr[start:stop + 1]
        span = slice(indptr[0], indptr[-1])
        return CSR(self.data[span], self.indices[span], indptr - indptr[0], (len(indptr) - 1, self.shape[1]))

    def without_zeros(self) -> "CSR":
        """Return the matrix without stored zeros; the same object if it has none."""
        nonzero = self.data != 0
        return self if nonzero.all() else self._select(nonzero, self.indices[nonzero], self.shape[1])

    def row_sums(self, values: Floats) -> Floats:
        """Return the sum over each row, (N,), of (nnz,) values that belong to the stored numbers."""
        sums = np.zeros(self.shape[0])
        filled = np.flatnonzero(np.diff(self.indptr))
        if len(filled):
            sums[filled] = np.add.reduceat(values, self.indptr[filled])
        return sums

    def document_frequencies(self) -> npt.NDArray[np.intp]:
        """Return the number of rows that have a number in each column, (V,)."""
        return np.bincount(self.indices, minlength=self.shape[1])

    def columns(self, mask: Bools) -> "CSR":
        """Return the matrix of the columns for which `mask`, (V,), is True."""
        inside = mask[self.indices]
        new_columns = np.cumsum(mask) - 1
        return self._select(inside, new_columns[self.indices[inside]], int(mask.sum()))

    def _select(self, mask: Bools, indices: Integers, n_columns: int) -> "CSR":
        """Return the matrix of the numbers for which `mask`, (nnz,), is True; indices: their new columns."""
        n_kept_before = np.concatenate([[0], np.cumsum(mask)])  # (nnz + 1,)
        return CSR(self.data[mask], indices.astype(self.indices.dtype),
                   n_kept_before[self.indptr].astype(self.indptr.dtype), (self.shape[0], n_columns))


def stack(parts: Iterable[tuple[AnyArray, Integers, Integers]], n_columns: int) -> CSR:
    """Return the rows of several matrices as one matrix; parts are (data, indices, numbers in each row)."""
    data, indices, lengths = (np.concatenate(arrays) for arrays in zip(*parts))
    fits = max(len(data), n_columns) <= np.iinfo(np.int32).max
    dtype: type[np.int32 | np.int64] = np.int32 if fits else np.int64
    indptr = np.zeros(len(lengths) + 1, dtype)
    np.cumsum(lengths, out=indptr[1:])
    return CSR(data, indices.astype(dtype, copy=False), indptr, (len(lengths), n_columns))


def checked_weights(name: str, matrix: CSR) -> CSR:
    """Return a CSR matrix of weights without stored zeros.

    Raise TypeError if it is no CSR matrix of numbers; ValueError if a weight is negative or not finite, or columns do
    not ascend in their row.
    """
    check_parts(name, matrix)
    data, indices, indptr, (n, n_columns) = matrix
    valid = (data >= 0) & (data < np.inf)
    if not valid.all():
        raise ValueError(f"{name}: weights must be finite and at least 0, got {data[~valid][0]}")
    if len(indptr) != n + 1 or indptr[0] or not indptr[-1] == len(data) == len(indices) or (np.diff(indptr) < 0).any():
        raise ValueError(f"{name}: indptr must ascend from 0 to the {len(data)} weights in {n} steps")
    descents = np.flatnonzero(np.diff(indices) <= 0) + 1
    if not np.isin(descents, indptr).all() or len(indices) and not (0 <= indices.min() and indices.max() < n_columns):
        raise ValueError(f"{name}: columns must ascend in each row, from 0 to {n_columns - 1}")
    return matrix.without_zeros()


def check_parts(name: str, matrix: CSR) -> None:
    """Raise TypeError unless the parts of a CSR matrix are vectors of numbers and integers, and two sizes."""
    require(isinstance(matrix, CSR), name, "must be a minidl.text.CSR", matrix, TypeError)
    for part, kinds in (("data", "iuf"), ("indices", "iu"), ("indptr", "iu")):
        array = getattr(matrix, part)
        valid = isinstance(array, np.ndarray) and array.ndim == 1 and array.dtype.kind in kinds
        require(valid, name, f"{part} must be a vector of {'numbers' if part == 'data' else 'integers'}",
                getattr(array, "dtype", array), TypeError)
    shape = matrix.shape
    valid = isinstance(shape, tuple) and len(shape) == 2 and all(is_whole(size) and size >= 0 for size in shape)
    require(valid, name, "shape must be two sizes", shape, TypeError)


def ranges(starts: Integers, lengths: Integers) -> Int64s:
    """Return the integers start, start + 1, ... of several ranges, one range after the other.

    >>> ranges(np.array([10, 50]), np.array([3, 2])).tolist()
    [10, 11, 12, 50, 51]
    """
    ends = lengths.cumsum()  # of each range in the result
    return np.arange(lengths.sum()) + np.repeat(starts - (ends - lengths), lengths)
