import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from minidl.search import InvertedIndex, candidates
from minidl.text.csr import CSR
from minidl.tfidf import TfidfVectorizer
from tests import oracles
from tests.search.corpora import N_TERMS, corpus, documents_and_queries, reference_ranks
from tests.strategies import documents, seeds
from tests.text.matrices import csr

# weights whose products underflow to 0 or lose digits
tiny_weights = st.sampled_from([0.0, 1e-200, 1e-170, 1e-155, 3e-162, 5e-324, 1e-100, 1.0, 1e150])


def assert_exact(index, queries, dense_documents, dense_queries, k):
    """Assert that the ids and scores equal the oracle's, bit for bit."""
    ids, scores = index.search(queries, k)
    n = len(dense_documents)
    assert ids.shape == scores.shape == (len(dense_queries), min(k, n))
    for query, query_ids, query_scores in zip(dense_queries, ids, scores):
        wanted = oracles.ranking(query, dense_documents)[:k]
        assert list(zip(query_ids.tolist(), query_scores.tolist())) == wanted


@given(st.lists(st.lists(tiny_weights, min_size=3, max_size=3), min_size=1, max_size=12).map(np.array),
       st.lists(tiny_weights, min_size=3, max_size=3).map(lambda query: np.array([query])), st.integers(1, 4))
@example(np.array([[0, 0, 1.0], [1e-200, 0, 0], [0, 0, 0]]), np.array([[1e-200, 0, 0]]), 2)  # a candidate that scores 0
def test_is_exact_if_products_underflow(dense_documents, dense_queries, k):
    assert_exact(InvertedIndex(csr(dense_documents)), csr(dense_queries), dense_documents, dense_queries, k)


@given(documents_and_queries, st.integers(1, 15))
@example((np.zeros((3, N_TERMS)), np.zeros((2, N_TERMS))), 2)
@example((np.ones((5, N_TERMS)), np.ones((1, N_TERMS))), 3)  # all documents equal
@example((np.full((4, N_TERMS), 1e-200), np.full((1, N_TERMS), 1e-200)), 2)  # products that are 0
@example((np.array([[1e-200, 1, 0, 0, 0, 0], [0, 0.5, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0]]),
          np.array([[1e-200, 1, 0, 0, 0, 0]])), 2)
def test_finds_exactly_the_k_best(drawn, k):
    dense_documents, dense_queries = drawn
    assert_exact(InvertedIndex(csr(dense_documents)), csr(dense_queries), dense_documents, dense_queries, k)


@given(documents_and_queries)
@example((np.ones((2, N_TERMS)), np.zeros((2, N_TERMS))))  # no query has a term
def test_ranks_are_positions_in_the_whole_ranking(drawn):
    dense_documents, dense_queries = drawn
    index = InvertedIndex(csr(dense_documents))
    for target in range(len(dense_documents)):
        targets = [target] * len(dense_queries)
        ranks = index.rank_of(csr(dense_queries), targets)
        assert ranks.tolist() == reference_ranks(dense_queries, dense_documents, targets)


@given(seeds, st.integers(1, 300), st.integers(1, 40), st.floats(0.01, 0.3), st.integers(1, 20), st.integers(1, 3),
       st.sampled_from([1, 5, 100, 8000]), st.sampled_from([1, 4]))
def test_is_exact_for_all_sizes_of_rounds(seed, n, n_terms, density, k, per_result, first_round, growth):
    dense_documents, dense_queries = corpus(seed, n, n_terms, density), corpus(seed + 1, 3, n_terms, 2 * density)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(candidates, "CANDIDATES_PER_RESULT", per_result)
        monkeypatch.setattr(candidates, "FIRST_ROUND", first_round)
        monkeypatch.setattr(candidates, "ROUND_GROWTH", growth)
        index = InvertedIndex(csr(dense_documents))
        for _ in range(2):  # the first call must leave no sums for the second
            assert_exact(index, csr(dense_queries), dense_documents, dense_queries, k)
        targets = np.random.default_rng(seed).integers(n, size=3)
        wanted = reference_ranks(dense_queries, dense_documents, targets)
        assert index.rank_of(csr(dense_queries), targets).tolist() == wanted


@pytest.mark.parametrize("chunk", [1, 2, 3, 1024])
def test_queries_are_searched_in_chunks(chunk, monkeypatch):
    monkeypatch.setattr("minidl.search.index.QUERIES_PER_CHUNK", chunk)
    dense_documents, dense_queries = corpus(0, 50, 10, 0.1), corpus(1, 5, 10, 0.2)
    index = InvertedIndex(csr(dense_documents))
    assert_exact(index, csr(dense_queries), dense_documents, dense_queries, 4)
    assert index.rank_of(csr(dense_queries), range(5)).tolist() == reference_ranks(
        dense_queries, dense_documents, range(5))


@given(documents.filter(lambda texts: any("red" in text.lower() for text in texts)))
def test_the_best_document_for_a_document_is_itself_or_a_copy(texts):
    vectorizer = TfidfVectorizer(token_pattern=r"\w+")
    matrix = vectorizer.fit_transform(texts)
    ids, scores = InvertedIndex(matrix).search(matrix, 1)
    for row, (best, score) in enumerate(zip(ids[:, 0], scores[:, 0])):
        if len(matrix.row(row)[0]):
            np.testing.assert_allclose(matrix.toarray()[best], matrix.toarray()[row], atol=1e-7)
            assert score == pytest.approx(1, abs=1e-12)


def test_shares_add_up_to_the_score():
    vectorizer = TfidfVectorizer()
    index = InvertedIndex(vectorizer.fit_transform(["red fish in the sea", "a blue fish", "the red sea"]))
    query = vectorizer.transform(["red fish red"])
    ids, scores = index.search(query, 3)
    names = vectorizer.get_feature_names_out()
    for document, score in zip(ids[0], scores[0]):
        terms, shares = index.shares(query, document)
        assert shares.sum() == pytest.approx(score, abs=1e-15) and (np.diff(shares) <= 0).all()
    assert names[index.shares(query, 0)[0]].tolist() == ["red", "fish"]


def test_only_terms_in_common_have_shares():
    terms, shares = InvertedIndex(csr(np.array([[2.0, 0, 3]]))).shares(csr(np.array([[1.0, 1, 0]])), 0)
    assert (terms.tolist(), shares.tolist()) == ([0], [2])


def test_equal_shares_go_to_the_lower_term():
    weights = 1.0 + np.arange(600) ** 2 % 3
    terms, shares = InvertedIndex(csr(weights[None])).shares(csr(np.ones((1, 600))), 0)
    assert list(zip(-shares, terms)) == sorted(zip(-weights, range(600)))


def test_inputs_are_unchanged_and_stored_zeros_are_ignored():
    matrix = CSR(np.array([1.0, 0.0, 2.0]), np.array([0, 1, 1]), np.array([0, 2, 3]), (2, 2))
    queries = CSR(np.array([0.0, 1.0]), np.array([0, 1]), np.array([0, 2]), (1, 2))
    copies = [array.copy() for array in (*matrix.parts, *queries.parts)]
    ids, scores = InvertedIndex(matrix).search(queries, 2)
    assert ids.tolist() == [[1, 0]] and scores.tolist() == [[2.0, 0.0]]
    assert all((array == copy).all() for array, copy in zip((*matrix.parts, *queries.parts), copies))


def matrix_of(data, indices, indptr, shape):
    return CSR(np.array(data), np.array(indices, dtype=np.int32), np.array(indptr, dtype=np.int32), shape)


@pytest.mark.parametrize("matrix, message", [
    (matrix_of([-1.0], [0], [0, 1], (1, 1)), "weights must be finite and at least 0, got -1.0"),
    (matrix_of([np.nan], [0], [0, 1], (1, 1)), "weights must be finite and at least 0, got nan"),
    (matrix_of([np.inf], [0], [0, 1], (1, 1)), "weights must be finite and at least 0, got inf"),
    (matrix_of([1.0, np.nan, -1.0], [0, 1, 2], [0, 3], (1, 3)), "weights must be finite and at least 0, got nan"),
    (matrix_of([1.0, 1.0], [1, 0], [0, 2], (1, 2)), "columns must ascend in each row, from 0 to 1"),
    (matrix_of([1.0, 1.0], [0, 0], [0, 2], (1, 2)), "columns must ascend in each row, from 0 to 1"),
    (matrix_of([1.0], [2], [0, 1], (1, 2)), "columns must ascend in each row, from 0 to 1"),
    (matrix_of([1.0], [-1], [0, 1], (1, 2)), "columns must ascend in each row, from 0 to 1"),
    (matrix_of([1.0], [0], [0, 2], (1, 2)), "indptr must ascend from 0 to the 1 weights in 1 steps"),
    (matrix_of([1.0], [0], [0, 1], (2, 2)), "indptr must ascend from 0 to the 1 weights in 2 steps"),
    (matrix_of([1.0, 1.0], [0, 1], [0, 2, 1, 2], (3, 2)), "indptr must ascend from 0 to the 2 weights in 3 steps"),
])
def test_refuses_bad_matrices(matrix, message):
    with pytest.raises(ValueError, match=f"^matrix: {message}$"):
        InvertedIndex(matrix)
    index = InvertedIndex(matrix_of([1.0], [0], [0, 1], (1, matrix.shape[1])))
    with pytest.raises(ValueError, match=f"^queries: {message}$"):
        index.search(matrix, 1)


@pytest.mark.parametrize("k, error, message", [
    (0, ValueError, "k: must be at least 1, got 0"), (1.0, TypeError, "k: must be a whole number, got 1.0"),
    (True, TypeError, "k: must be a whole number, got True"),
])
def test_refuses_bad_k(k, error, message):
    with pytest.raises(error, match=f"^{message}$"):
        InvertedIndex(csr(np.eye(2))).search(csr(np.eye(2)), k)


@pytest.mark.parametrize("targets, message", [
    ([0], r"targets: must be one document per query, 2, got shape \(1,\)"),
    ([[0, 1]], r"targets: must be one document per query, 2, got shape \(1, 2\)"),
    ([0, 2], r"targets: must be whole numbers in 0 .. 1, got 0 to 2"),
    ([-1, 0], r"targets: must be whole numbers in 0 .. 1, got -1 to 0"),
    ([0.0, 1.0], r"targets: must be whole numbers in 0 .. 1, got 0.0 to 1.0"),
])
def test_refuses_bad_targets(targets, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        InvertedIndex(csr(np.ones((2, 3)))).rank_of(csr(np.ones((2, 3))), targets)


def test_refuses_queries_over_another_number_of_terms():
    with pytest.raises(ValueError, match="^queries: must be over the index's 3 terms, got 4$"):
        InvertedIndex(csr(np.ones((2, 3)))).search(csr(np.ones((5, 4))), 1)
