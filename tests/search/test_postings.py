import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidl.search import postings
from minidl.search.postings import Postings
from tests.search.test_index import corpus
from tests.strategies import seeds
from tests.text.test_csr import csr


@pytest.mark.parametrize("dense_share", [1e-9, 1, 64, 1e9])  # never a column, or for every term
@given(seed=seeds, n=st.integers(1, 200), n_terms=st.integers(1, 12), k=st.integers(1, 9))
def test_postings_are_the_matrix_on_its_side(dense_share, seed, n, n_terms, k):
    dense = corpus(seed, n, n_terms, 0.1)
    found, asked = Postings(csr(dense)), np.random.default_rng(seed).permutation(n)
    whole, postings.DENSE_SHARE = postings.DENSE_SHARE, dense_share
    try:
        for term, column in enumerate(dense.T):
            documents, weights = found.of(term)
            assert documents.tolist() == np.flatnonzero(column).tolist()
            assert weights.tolist() == column[documents].tolist()
            if len(documents):  # a term that nobody has is never looked up: all bounds leave it out first
                assert found.weights_of(term, asked).tolist() == column[asked].tolist()
            assert found.largest(k)[term] == (np.sort(column)[-k] if k <= n else 0)
    finally:
        postings.DENSE_SHARE = whole
