import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidl.search.postings import KEPT_CUTS, Postings, places_by_term, transposed
from tests.search.corpora import corpus
from tests.strategies import seeds
from tests.text.matrices import csr


@given(seed=seeds, n=st.integers(1, 200), n_terms=st.integers(1, 12), k=st.integers(1, 9))
def test_postings_are_the_transposed_matrix(seed, n, n_terms, k):
    dense = corpus(seed, n, n_terms, 0.1)
    postings, looked_up = Postings(transposed(csr(dense))), np.random.default_rng(seed).permutation(n)
    kth_largest = postings.kth_largest(np.arange(n_terms), k)
    for term, column in enumerate(dense.T):
        documents, weights = postings.of(term)
        assert documents.tolist() == np.flatnonzero(column).tolist()
        assert weights.tolist() == column[documents].tolist()
        if len(documents):  # a term without documents is never looked up: its bound is 0
            assert postings.weights_of(term, looked_up).tolist() == column[looked_up].tolist()
        assert postings.largest[term] == column.max()
        assert kth_largest[term] == (np.sort(column)[-k] if k <= n else 0)


@given(seed=seeds, n=st.integers(1, 50), n_terms=st.integers(1, 9), share=st.sampled_from([0, 0.1, 0.5]))
def test_weights_of_pairs_are_those_of_the_matrix(seed, n, n_terms, share):
    dense, rng = corpus(seed, n, n_terms, share), np.random.default_rng(seed)
    terms, sought = np.sort(rng.integers(n_terms, size=3 * n)), rng.integers(n, size=3 * n)
    postings = Postings(transposed(csr(dense)))
    assert postings.weights_at(terms, sought).tolist() == dense[sought, terms].tolist()
    assert postings.weights_at(terms[:0], sought[:0]).tolist() == []


@given(st.lists(st.integers(0, 8)), st.sampled_from([9, 2**40, 2**62]))
def test_places_equal_a_stable_argsort(terms, n_terms):
    terms = np.array(terms, dtype=np.int64)
    assert places_by_term(terms, n_terms).tolist() == np.argsort(terms, kind="stable").tolist()


def test_few_cuts_are_kept_and_each_index_has_its_own():
    """A cache that all indexes share would keep dead ones in memory, and never end to grow."""
    dense = corpus(0, 100, 5, 0.2)
    postings, other = Postings(transposed(csr(dense))), Postings(transposed(csr(2 * dense)))
    for k in (*range(1, 2 * KEPT_CUTS), *range(1, 2 * KEPT_CUTS)):
        assert postings.kth_largest(np.array([0]), k).tolist() == [np.sort(dense[:, 0])[-k]]
        assert other.kth_largest(np.array([0]), k).tolist() == [2 * np.sort(dense[:, 0])[-k]]
        assert len(postings._kth_largest) <= KEPT_CUTS


@pytest.mark.parametrize("k", [1, 3])
def test_inputs_are_unchanged(k):
    matrix = csr(corpus(0, 50, 5, 0.3))
    copies = [array.copy() for array in matrix.parts]
    Postings(transposed(matrix)).kth_largest(np.arange(5), k)
    assert all(np.array_equal(array, copy) for array, copy in zip(matrix.parts, copies))
