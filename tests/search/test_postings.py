import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidl.search import postings
from minidl.search.postings import Postings
from tests.search.corpora import corpus
from tests.strategies import seeds
from tests.text.matrices import csr


@pytest.mark.parametrize("dense_share", [1e-9, 1, 64, 1e9])  # from no dense column to one for every term
@given(seed=seeds, n=st.integers(1, 200), n_terms=st.integers(1, 12), k=st.integers(1, 9))
def test_postings_are_the_transposed_matrix(dense_share, seed, n, n_terms, k):
    dense = corpus(seed, n, n_terms, 0.1)
    transposed, looked_up = Postings(csr(dense)), np.random.default_rng(seed).permutation(n)
    default, postings.DENSE_SHARE = postings.DENSE_SHARE, dense_share
    try:
        for term, column in enumerate(dense.T):
            documents, weights = transposed.of(term)
            assert documents.tolist() == np.flatnonzero(column).tolist()
            assert weights.tolist() == column[documents].tolist()
            if len(documents):  # a term without documents is never looked up: its bound is 0
                assert transposed.weights_of(term, looked_up).tolist() == column[looked_up].tolist()
            assert transposed.largest(k)[term] == (np.sort(column)[-k] if k <= n else 0)
    finally:
        postings.DENSE_SHARE = default
