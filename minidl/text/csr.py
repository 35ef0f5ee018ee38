"""Compressed sparse rows: a matrix that stores only its non-zero numbers.

Row i has the numbers data[indptr[i]:indptr[i + 1]] in the columns indices[indptr[i]:indptr[i + 1]], which ascend.
"""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from minidl.arrays import AnyArray, Bools, Floats, Int64s, Integers
from minidl.checks import is_whole, require

DOCUMENTS, QUERIES = "documents", "queries"
BLOCK = 1 << 20  # numbers that are copied at a time


@dataclass(frozen=True, eq=False, repr=False)
class CSR:
    """A sparse matrix of shape (N, V).

    data: (nnz,) float64, or int32 for counts.  indices: (nnz,) columns.  indptr: (N + 1,).  The last two are
    int32, or int64 if the numbers are too large.  role: "documents" or "queries" if the rows can be used as these
    only, as BM25's; None if they can be both.

    torch.sparse_csr_tensor(m.indptr, m.indices, m.data, m.shape) accepts its parts.

    >>> matrix = CSR(np.array([5.0, 6.0, 7.0]), np.array([1, 0, 2]), np.array([0, 1, 3]), (2, 3))
    >>> matrix.toarray().tolist(), len(matrix), matrix[1].toarray().tolist(), (matrix @ np.ones(3)).tolist()
    ([[0.0, 5.0, 0.0], [6.0, 0.0, 7.0]], 2, [[6.0, 0.0, 7.0]], [5.0, 13.0])
    """

    data: AnyArray
    indices: Integers
    indptr: Integers
    shape: tuple[int, int]
    role: str | None = None

    @property
    def parts(self) -> tuple[AnyArray, Integers, Integers]:
        """The three arrays (data, indices, indptr)."""
        return self.data, self.indices, self.indptr

    @property
    def lengths(self) -> Integers:
        """The number of stored numbers in each row, (N,)."""
        lengths: Integers = self.indptr[1:] - self.indptr[:-1]  # np.diff takes longer than this for one query
        return lengths

    def replace(self, **changes: Any) -> "CSR":
        """Return the matrix with other values of some fields."""
        return replace(self, **changes)

    def __repr__(self) -> str:
        return f"CSR of shape {self.shape} with {len(self.data)} numbers"

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: int | slice) -> "CSR":
        """Return the matrix of one row or of a slice of rows; other indices: see to_scipy."""
        if isinstance(rows, slice):
            start, stop, step = rows.indices(len(self))
            require(step == 1, "rows", "must be a row or a slice with step 1", rows, TypeError)
            return self.rows(start, max(start, stop))
        require(is_whole(rows), "rows", "must be a row or a slice with step 1", rows, TypeError)
        if not -len(self) <= rows < len(self):
            raise IndexError(f"rows: must be in {-len(self)} .. {len(self) - 1}, got {rows}")
        return self.rows(rows % len(self), rows % len(self) + 1)

    def __matmul__(self, dense: npt.ArrayLike) -> Floats:
        """Return the product with a dense (V,) or (V, D), (N,) or (N, D)."""
        dense = np.asarray(dense)
        valid = dense.ndim in (1, 2) and len(dense) == self.shape[1]
        require(valid, "dense", f"must be ({self.shape[1]},) or ({self.shape[1]}, D)", dense.shape)
        if dense.ndim == 1:
            return self.row_sums(self.data * dense[self.indices])
        columns = [self.row_sums(self.data * column[self.indices]) for column in dense.T]
        return np.stack(columns, axis=1) if columns else np.zeros((len(self), 0))

    def __array__(self, *_: Any, **__: Any) -> AnyArray:
        """Raise TypeError: numpy would read the matrix row by row."""
        raise TypeError("CSR: must be converted by toarray() or to_scipy(), got a call that needs an array")

    def to_scipy(self) -> Any:
        """Return the matrix as scipy.sparse.csr_array, which shares its arrays; scipy must be installed."""
        import scipy.sparse
        return scipy.sparse.csr_array(self.parts, self.shape)

    def toarray(self) -> Floats:
        """Return the matrix as a dense array, (N, V)."""
        dense = np.zeros(self.shape)
        dense[self.row_numbers(), self.indices] = self.data
        return dense

    def arrays(self) -> dict[str, AnyArray]:
        """Return the matrix as a dict of arrays, the shape included, for a file; without the role."""
        return {"data": self.data, "indices": self.indices, "indptr": self.indptr, "shape": np.array(self.shape)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, AnyArray]) -> "CSR":
        """Return the matrix from a dict made by `arrays`; other keys are ignored."""
        return cls(arrays["data"], arrays["indices"], arrays["indptr"], shape=tuple(arrays["shape"].tolist()))

    def row_numbers(self) -> Integers:
        """Return the row of each stored number, (nnz,)."""
        return np.repeat(np.arange(self.shape[0], dtype=self.indices.dtype), self.lengths)

    def row(self, index: int) -> tuple[Integers, AnyArray]:
        """Return (columns, numbers) of a row."""
        span = slice(self.indptr[index], self.indptr[index + 1])
        return self.indices[span], self.data[span]

    def rows(self, start: int, stop: int) -> "CSR":
        """Return the matrix of the rows from `start` up to `stop`."""
        indptr = self.indptr[start:stop + 1]
        span = slice(indptr[0], indptr[-1])
        return self.replace(data=self.data[span], indices=self.indices[span], indptr=indptr - indptr[0],
                            shape=(len(indptr) - 1, self.shape[1]))

    def take(self, rows: Integers) -> "CSR":
        """Return the matrix of these rows, (R,) integers from 0, in their order."""
        lengths = self.lengths[rows]
        positions = ranges(self.indptr[rows], lengths)
        indptr = np.zeros(len(rows) + 1, self.indptr.dtype)
        np.cumsum(lengths, out=indptr[1:])
        return self.replace(data=self.data[positions], indices=self.indices[positions], indptr=indptr,
                            shape=(len(rows), self.shape[1]))

    def without_zeros(self) -> "CSR":
        """Return the matrix without stored zeros; the same object if it has none."""
        if self.data.all():
            return self
        nonzero = self.data != 0
        return self._select(nonzero, self.indices[nonzero], self.shape[1])

    def row_sums(self, values: Floats) -> Floats:
        """Return the sum over each row, (N,), of (nnz,) values that belong to the stored numbers."""
        sums = np.zeros(self.shape[0])
        filled = np.flatnonzero(self.lengths)
        if len(filled):
            sums[filled] = np.add.reduceat(values, self.indptr[filled])
        return sums

    def document_frequencies(self) -> npt.NDArray[np.intp]:
        """Return the number of rows that have a number in each column, (V,)."""
        frequencies = np.zeros(self.shape[1], np.intp)
        for start in range(0, len(self.indices), BLOCK):  # bincount makes an int64 copy, so it gets a block at a time
            frequencies += np.bincount(self.indices[start:start + BLOCK], minlength=self.shape[1])
        return frequencies

    def columns(self, mask: Bools) -> "CSR":
        """Return the matrix of the columns for which `mask`, (V,), is True."""
        inside = mask[self.indices]
        new_columns = np.cumsum(mask) - 1
        return self._select(inside, new_columns[self.indices[inside]], int(mask.sum()))

    def _select(self, mask: Bools, indices: Integers, n_columns: int) -> "CSR":
        """Return the matrix of the numbers for which `mask`, (nnz,), is True; indices: their new columns."""
        n_kept_before = np.concatenate([[0], np.cumsum(mask)])  # (nnz + 1,)
        return self.replace(data=self.data[mask], indices=indices.astype(self.indices.dtype),
                            indptr=n_kept_before[self.indptr].astype(self.indptr.dtype),
                            shape=(self.shape[0], n_columns))


def stack(parts: Iterable[tuple[AnyArray, Integers, Integers]], n_columns: int, n_most: int) -> CSR:
    """Return the rows of one or more matrices as one matrix; parts are (data, indices, numbers in each row).

    n_most: the parts have no more numbers than this in total.  Each part is copied when it comes, so that the parts
    and the matrix are never in memory together; memory that is not written to takes no room.
    """
    part_lengths: list[Integers] = []
    end = 0
    for part_data, part_indices, lengths in parts:
        if not part_lengths:
            data, indices = np.empty(n_most, part_data.dtype), np.empty(n_most, part_indices.dtype)
        begin, end = end, end + len(part_data)
        data[begin:end], indices[begin:end] = part_data, part_indices
        part_lengths.append(lengths)
    data.resize(end, refcheck=False)
    indices.resize(end, refcheck=False)
    lengths = np.concatenate(part_lengths)
    fits = max(len(data), n_columns) <= np.iinfo(np.int32).max
    dtype: type[np.int32 | np.int64] = np.int32 if fits else np.int64
    indptr = np.zeros(len(lengths) + 1, dtype)
    np.cumsum(lengths, out=indptr[1:])
    return CSR(data, indices.astype(dtype, copy=False), indptr, (len(lengths), n_columns))


def ranges(starts: Integers, lengths: Integers) -> Int64s:
    """Return the integers start, start + 1, ... of several ranges, one range after the other.

    >>> ranges(np.array([10, 50]), np.array([3, 2])).tolist()
    [10, 11, 12, 50, 51]
    """
    ends = lengths.cumsum()  # of each range in the result
    return np.arange(lengths.sum()) + np.repeat(starts - (ends - lengths), lengths)
