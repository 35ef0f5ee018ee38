import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from minidl.text.csr import CSR, stack
from tests.strategies import sparse_rows
from tests.text.matrices import csr

matrices = st.integers(1, 6).flatmap(sparse_rows)


@pytest.mark.filterwarnings("ignore:Sparse:UserWarning")
@given(matrices)
def test_scipy_and_torch_accept_its_parts(dense):
    matrix = csr(dense)
    np.testing.assert_array_equal(matrix.toarray(), dense)
    np.testing.assert_array_equal(matrix.to_scipy().toarray(), dense)
    tensor = torch.sparse_csr_tensor(*map(torch.from_numpy, (matrix.indptr, matrix.indices, matrix.data)), matrix.shape)
    np.testing.assert_array_equal(tensor.to_dense(), dense)


@given(matrices, st.data())
def test_parts_equal_those_of_the_dense_array(dense, data):
    matrix = csr(dense)
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=dense.shape[1], max_size=dense.shape[1])), dtype=bool)
    np.testing.assert_array_equal(matrix.columns(kept).toarray(), dense[:, kept])
    start = data.draw(st.integers(0, len(dense)))
    stop = data.draw(st.integers(start, len(dense)))
    for part, wanted in zip(matrix.rows(start, stop).parts, csr(dense[start:stop]).parts, strict=True):
        np.testing.assert_array_equal(part, wanted)
    for index, row in enumerate(dense):
        columns, numbers = matrix.row(index)
        assert columns.tolist() == np.flatnonzero(row).tolist() and numbers.tolist() == row[row != 0].tolist()
    np.testing.assert_array_equal(matrix.document_frequencies(), (dense != 0).sum(0))
    np.testing.assert_allclose(matrix.row_sums(matrix.data), dense.sum(1), rtol=1e-15)


@given(matrices)
def test_stored_zeros_are_removed(dense):
    matrix = csr(dense)
    zeroed = matrix.replace(data=np.where(matrix.data == 0.5, 0.0, matrix.data))
    clean = zeroed.without_zeros()
    assert (clean.data != 0).all()
    np.testing.assert_array_equal(clean.toarray(), np.where(dense == 0.5, 0.0, dense))
    assert clean.without_zeros() is clean


@given(matrices)
def test_is_restored_from_a_dict_with_other_arrays(dense):
    matrix = csr(dense)
    arrays = matrix.arrays()
    assert arrays.keys() == {"data", "indices", "indptr", "shape"}
    assert all(isinstance(array, np.ndarray) for array in arrays.values())
    restored = CSR.from_arrays({"kind": np.array("another array"), **arrays})
    assert restored.shape == matrix.shape and all(type(size) is int for size in restored.shape)
    np.testing.assert_array_equal(restored.toarray(), dense)


@given(st.lists(sparse_rows(3), min_size=1, max_size=4))
def test_stacked_parts_equal_the_stacked_arrays(parts):
    n_most = sum(part.size for part in parts)
    stacked = stack([(part.data, part.indices, np.diff(part.indptr)) for part in map(csr, parts)], 3, n_most)
    for ours, theirs in zip(stacked.parts, csr(np.concatenate(parts)).parts, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("n_columns, dtype", [(1, np.int32), (2**31 - 1, np.int32), (2**31, np.int64)])
def test_indices_have_32_bits_if_that_is_enough(n_columns, dtype):
    matrix = stack([(np.array([1.0, 2.0]), np.array([0, 0]), np.array([1, 1]))], n_columns, 2)
    assert matrix.indices.dtype == matrix.indptr.dtype == matrix.row_numbers().dtype == dtype
