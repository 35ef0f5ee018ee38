"""Compressed sparse rows: a matrix of which only the numbers that are not 0 are kept.

Row i has the numbers data[indptr[i]:indptr[i + 1]], in the columns indices[the same], ascending.
"""
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class CSR(NamedTuple):
    """A sparse matrix as three arrays and a shape (N, V).

    data: (nnz,) float64, or int32 for counts.  indices: (nnz,) columns.  indptr: (N + 1,); both int32, or
    int64 where int32 would not do.

    scipy.sparse.csr_array(m[:3], m.shape) and torch.sparse_csr_tensor(m.indptr, m.indices, m.data, m.shape) take it.

    >>> CSR(np.array([5.0, 6.0, 7.0]), np.array([1, 0, 2]), np.array([0, 1, 3]), (2, 3)).toarray().tolist()
    [[0.0, 5.0, 0.0], [6.0, 0.0, 7.0]]
    """

    data: npt.NDArray[Any]
    indices: Integers
    indptr: Integers
    shape: tuple[int, int]

    def toarray(self) -> Floats:
        """Return the matrix (N, V) with its zeros."""
        dense = np.zeros(self.shape)
        dense[self.row_numbers(), self.indices] = self.data
        return dense

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the matrix as a dict of arrays, its shape among them: what a file can hold."""
        return {**self._asdict(), "shape": np.array(self.shape)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> "CSR":
        """Return the matrix of such a dict, which may hold others as well."""
        return cls(**{name: arrays[name] for name in cls._fields[:3]}, shape=tuple(arrays["shape"].tolist()))

    def row_numbers(self) -> Integers:
        """Return the row of each number, (nnz,)."""
        return np.repeat(np.arange(self.shape[0], dtype=self.indices.dtype), np.diff(self.indptr))

    def row(self, number: int) -> tuple[Integers, npt.NDArray[Any]]:
        """Return (columns, numbers) of a row."""
        place = slice(self.indptr[number], self.indptr[number + 1])
        return self.indices[place], self.data[place]

    def rows(self, start: int, stop: int) -> "CSR":
        """Return the matrix of the rows from `start` up to `stop`."""
        ends = self.indptr[start:stop + 1]
        place = slice(ends[0], ends[-1])
        return CSR(self.data[place], self.indices[place], ends - ends[0], (len(ends) - 1, self.shape[1]))

    def without_zeros(self) -> "CSR":
        """Return the matrix without zeros among its numbers; the very same one where it has none."""
        kept = self.data != 0
        return self if kept.all() else self._select(kept, self.indices[kept], self.shape[1])

    def row_sums(self, values: Floats) -> Floats:
        """Return the sums over each row, (N,), of (nnz,) values that belong to its numbers."""
        sums = np.zeros(self.shape[0])
        filled = np.flatnonzero(np.diff(self.indptr))
        if len(filled):
            sums[filled] = np.add.reduceat(values, self.indptr[filled])
        return sums

    def document_frequencies(self) -> npt.NDArray[np.intp]:
        """Return in how many rows each column has a number, (V,)."""
        return np.bincount(self.indices, minlength=self.shape[1])

    def columns(self, kept: Bools) -> "CSR":
        """Return the matrix of these columns: (V,) booleans."""
        inside = kept[self.indices]
        return self._select(inside, (np.cumsum(kept) - 1)[self.indices[inside]], int(kept.sum()))

    def _select(self, kept: Bools, indices: Integers, n_columns: int) -> "CSR":
        """Return the matrix of some of the numbers: (nnz,) booleans, and the columns where they now stand."""
        before = np.concatenate([[0], np.cumsum(kept)])  # how many numbers stay of the first i
        return CSR(self.data[kept], indices.astype(self.indices.dtype), before[self.indptr].astype(self.indptr.dtype),
                   (self.shape[0], n_columns))


def stack(parts: Iterable[tuple[npt.NDArray[Any], Integers, Integers]], n_columns: int) -> CSR:
    """Return the rows of several matrices below each other; parts are (data, indices, numbers in each row)."""
    data, indices, lengths = (np.concatenate(arrays) for arrays in zip(*parts))
    dtype: type[np.int32 | np.int64] = np.int32 if max(len(data), n_columns) <= np.iinfo(np.int32).max else np.int64
    indptr = np.zeros(len(lengths) + 1, dtype)
    np.cumsum(lengths, out=indptr[1:])
    return CSR(data, indices.astype(dtype, copy=False), indptr, (len(lengths), n_columns))
