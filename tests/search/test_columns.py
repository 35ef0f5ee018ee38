import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidl.search import InvertedIndex, candidates, columns
from minidl.search.columns import STEPS, Columns
from minidl.search.postings import Postings, transposed
from tests import oracles
from tests.search.corpora import corpus
from tests.strategies import seeds
from tests.text.matrices import csr

ROUNDING = 1e-14  # relative; of the product of a byte and a step


@given(seeds, st.integers(1, 200), st.integers(1, 12))
def test_a_column_is_the_weight_rounded_up_to_a_step(seed, n, n_terms):
    dense = corpus(seed, n, n_terms, 0.2)
    made = Columns(Postings(transposed(csr(dense))), n)
    for term in np.flatnonzero(dense.any(axis=0)).tolist():
        column, step = made.of(term)
        bounds = column * step
        assert (bounds >= dense[:, term] * (1 - ROUNDING)).all() and step == dense[:, term].max() / STEPS
        assert (bounds < (dense[:, term] + step) * (1 + ROUNDING)).all()
        assert np.array_equal(column == 0, dense[:, term] == 0)


@given(seeds, st.integers(1, 8), st.integers(1, 5), st.sampled_from([0, 1, 3]))
def test_results_do_not_depend_on_the_number_of_columns(seed, n_columns, k, n_few):
    """A term without a column is looked up in its postings."""
    dense_documents, dense_queries = corpus(seed, 150, 8, 0.2), corpus(seed + 1, 4, 8, 0.4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "N_COLUMNS", n_columns)
        patch.setattr(candidates, "CANDIDATES_PER_RESULT", n_few)
        patch.setattr(candidates, "FIRST_ROUND", 10)
        index = InvertedIndex(csr(dense_documents))
        ids, scores = index.search(csr(dense_queries), k)
        ranks = index.rank_of(csr(dense_queries), ids[:, -1])
    for query, *results, rank in zip(dense_queries, ids.tolist(), scores.tolist(), ranks.tolist()):
        assert list(zip(*results)) == oracles.ranking(query, dense_documents)[:k]
        assert rank == k


def test_the_most_frequent_terms_have_columns(monkeypatch):
    monkeypatch.setattr(columns, "N_COLUMNS", 2)
    made = Columns(Postings(transposed(csr(np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0]])))), 3)
    assert [made.of(term) is not None for term in range(3)] == [True, True, False]


def test_a_document_whose_weights_are_rounded_up_more_does_not_exclude_a_better_one(monkeypatch):
    """A step is 1.  The first document scores 1020, rounded 1020; the second scores 1019.9, rounded 1021."""
    monkeypatch.setattr(candidates, "CANDIDATES_PER_RESULT", 0)
    documents = csr(np.array([[1000, 10, 10], [1000, 10.1, 9.8], [0, 255, 255]]))
    ids, scores = InvertedIndex(documents).search(csr(np.ones((1, 3))), 1)
    assert ids.tolist() == [[0]] and scores.tolist() == [[1020]]
