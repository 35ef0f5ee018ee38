import numpy as np
import pytest
import scipy.sparse
import torch
from hypothesis import given
from hypothesis import strategies as st

from minidl.text.csr import CSR, stack
from tests.strategies import sparse_rows

matrices = st.integers(1, 6).flatmap(sparse_rows)


def csr(dense):
    """Return a CSR of a dense array, by scipy."""
    found = scipy.sparse.csr_array(np.asarray(dense, dtype=np.float64))
    return CSR(found.data, found.indices.astype(np.int32), found.indptr.astype(np.int32), found.shape)


@pytest.mark.filterwarnings("ignore:Sparse:UserWarning")
@given(matrices)
def test_to_and_from_the_libraries(dense):
    matrix = csr(dense)
    np.testing.assert_array_equal(matrix.toarray(), dense)
    np.testing.assert_array_equal(scipy.sparse.csr_array(matrix[:3], matrix.shape).toarray(), dense)
    tensor = torch.sparse_csr_tensor(*map(torch.from_numpy, (matrix.indptr, matrix.indices, matrix.data)), matrix.shape)
    np.testing.assert_array_equal(tensor.to_dense(), dense)


@given(matrices, st.data())
def test_parts_are_those_of_the_dense_array(dense, data):
    matrix = csr(dense)
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=dense.shape[1], max_size=dense.shape[1])), dtype=bool)
    np.testing.assert_array_equal(matrix.columns(kept).toarray(), dense[:, kept])
    start = data.draw(st.integers(0, len(dense)))
    stop = data.draw(st.integers(start, len(dense)))
    for found, wanted in zip(matrix.rows(start, stop), csr(dense[start:stop]), strict=True):
        np.testing.assert_array_equal(found, wanted)
    for number, row in enumerate(dense):
        columns, numbers = matrix.row(number)
        assert columns.tolist() == np.flatnonzero(row).tolist() and numbers.tolist() == row[row != 0].tolist()
    np.testing.assert_array_equal(matrix.document_frequencies(), (dense != 0).sum(0))
    np.testing.assert_allclose(matrix.row_sums(matrix.data), dense.sum(1), rtol=1e-15)


@given(matrices)
def test_zeros_among_the_numbers_go(dense):
    matrix = csr(dense)
    zeroed = matrix._replace(data=np.where(matrix.data == 0.5, 0.0, matrix.data))
    clean = zeroed.without_zeros()
    assert (clean.data != 0).all()
    np.testing.assert_array_equal(clean.toarray(), np.where(dense == 0.5, 0.0, dense))
    assert clean.without_zeros() is clean


@given(matrices)
def test_comes_back_from_arrays_among_others(dense):
    matrix = csr(dense)
    arrays = matrix.arrays()
    assert arrays.keys() == {"data", "indices", "indptr", "shape"}
    assert all(isinstance(array, np.ndarray) for array in arrays.values())
    found = CSR.from_arrays({"kind": np.array("of another"), **arrays})
    assert found.shape == matrix.shape and all(type(size) is int for size in found.shape)
    np.testing.assert_array_equal(found.toarray(), dense)


@given(st.lists(sparse_rows(3), min_size=1, max_size=4))
def test_stacked_parts_are_the_stacked_arrays(parts):
    found = stack([(part.data, part.indices, np.diff(part.indptr)) for part in map(csr, parts)], 3)
    for ours, theirs in zip(found, csr(np.concatenate(parts)), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("n_columns, dtype", [(1, np.int32), (2**31 - 1, np.int32), (2**31, np.int64)])
def test_numbers_of_rows_and_columns_are_32_bits_where_those_will_do(n_columns, dtype):
    matrix = stack([(np.array([1.0, 2.0]), np.array([0, 0]), np.array([1, 1]))], n_columns)
    assert matrix.indices.dtype == matrix.indptr.dtype == matrix.row_numbers().dtype == dtype
