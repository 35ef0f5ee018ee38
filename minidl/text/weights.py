"""Matrices of weights from outside: their conversion to CSR, and their checks."""
from typing import Any

import numpy as np

from minidl.checks import is_whole, require
from minidl.text.csr import CSR, DOCUMENTS

Matrix = Any  # a CSR, a sparse matrix of scipy, or a dense array


def as_csr(name: str, matrix: Matrix) -> CSR:
    """Return a matrix as a CSR; those of other libraries are not modified.

    >>> as_csr("matrix", np.eye(2)).indices.tolist()
    [0, 1]
    """
    if isinstance(matrix, CSR):
        return matrix
    if hasattr(matrix, "tocsr"):  # scipy's; isinstance would have to import scipy
        canonical = matrix.tocsr(copy=True)
        canonical.sum_duplicates()
        n, n_columns = map(int, canonical.shape)
        return CSR(canonical.data, canonical.indices, canonical.indptr, (n, n_columns))
    valid = isinstance(matrix, np.ndarray) and matrix.ndim == 2
    require(valid, name, "must be a minidl.text.CSR, a sparse matrix of scipy or an array (N, V)", matrix, TypeError)
    row, indices = np.nonzero(matrix)
    indptr = np.zeros(len(matrix) + 1, np.int64)
    np.cumsum(np.bincount(row, minlength=len(matrix)), out=indptr[1:])
    return CSR(matrix[row, indices], indices, indptr, matrix.shape)


def checked_weights(name: str, matrix: Matrix, role: str) -> CSR:
    """Return a matrix of weights as a CSR without stored zeros.

    role: "documents" or "queries", what the rows are used as.

    Raise TypeError if it is no matrix of numbers; ValueError if a weight is negative or not finite, columns do not
    ascend in their row, or the rows have another role.
    """
    csr = as_csr(name, matrix)
    check_parts(name, csr)
    if csr.role not in (None, role):
        way_out = "transform" if role == DOCUMENTS else "transform_queries"
        raise ValueError(f"{name}: must be of {role}, got one of {csr.role}; make it by {way_out}")
    (data, indices, indptr), (n, n_columns) = csr.parts, csr.shape
    if len(data) and not (data.min() >= 0 and data.max() < np.inf):
        wrong = ~((data >= 0) & (data < np.inf))
        raise ValueError(f"{name}: weights must be finite and at least 0, got {data[wrong][0]}")
    if len(indptr) != n + 1 or indptr[0] or not indptr[-1] == len(data) == len(indices) or (csr.lengths < 0).any():
        raise ValueError(f"{name}: indptr must ascend from 0 to the {len(data)} weights in {n} steps")
    may_descend = np.zeros(len(indices) + 1, bool)
    may_descend[indptr] = True
    ascend = (may_descend[1:-1] | (indices[1:] > indices[:-1])).all()
    if not ascend or len(indices) and not (0 <= indices.min() and indices.max() < n_columns):
        raise ValueError(f"{name}: columns must ascend in each row, from 0 to {n_columns - 1}")
    return csr.without_zeros()


def check_parts(name: str, matrix: CSR) -> None:
    """Raise TypeError unless the parts of a CSR matrix are vectors of numbers and integers, and two sizes."""
    for part, kinds in (("data", "iuf"), ("indices", "iu"), ("indptr", "iu")):
        array = getattr(matrix, part)
        valid = isinstance(array, np.ndarray) and array.ndim == 1 and array.dtype.kind in kinds
        require(valid, name, f"{part} must be a vector of {'numbers' if part == 'data' else 'integers'}",
                getattr(array, "dtype", array), TypeError)
    shape = matrix.shape
    valid = isinstance(shape, tuple) and len(shape) == 2 and all(is_whole(size) and size >= 0 for size in shape)
    require(valid, name, "shape must be two sizes", shape, TypeError)
