import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from minidl.search import InvertedIndex, candidates
from minidl.search.candidates import CandidateFinder, raised
from minidl.search.postings import Postings, transposed
from minidl.tfidf import TfidfVectorizer
from tests import oracles
from tests.search.corpora import corpus
from tests.strategies import seeds
from tests.text.matrices import csr

TOLERANCE = 1e-8  # relative; ten times the slack of the comparisons


def rounding(dense_query, dense_documents):
    """Return by how much rounded columns can raise a score: a step, 1/255 of its largest weight, for each term."""
    return (dense_query * dense_documents.max(axis=0)).sum() / 255


@given(seeds, st.integers(1, 200), st.integers(1, 20), st.floats(0.02, 0.3), st.integers(1, 9))
def test_candidates_include_the_k_best_and_are_few_or_as_good(seed, n, n_terms, density, k):
    dense_documents, dense_queries = corpus(seed, n, n_terms, density), corpus(seed + 1, 3, n_terms, 2 * density)
    finder = CandidateFinder(Postings(transposed(csr(dense_documents))), n)
    for query, documents in zip(dense_queries, finder.best(csr(dense_queries), k), strict=True):
        ranking = oracles.ranking(query, dense_documents)
        assert len(set(documents.tolist())) == len(documents), "a candidate is repeated"
        assert {document for document, score in ranking[:k] if score > 0} <= set(documents.tolist())
        scores, (_, kth_score) = dict(ranking), ranking[:k][-1]
        assert len(documents) <= candidates.CANDIDATES_PER_RESULT * k or all(
            scores[document] >= kth_score * (1 - TOLERANCE) - 2 * rounding(query, dense_documents)
            for document in documents), "the sums are rounded up, and the threshold lowered"


@given(seeds, st.integers(1, 100), st.integers(1, 12))
def test_candidates_for_a_threshold_are_the_documents_that_reach_it(seed, n, n_terms):
    dense_documents, dense_queries = corpus(seed, n, n_terms, 0.2), corpus(seed + 1, 3, n_terms, 0.4)
    finder = CandidateFinder(Postings(transposed(csr(dense_documents))), n)
    rankings = [oracles.ranking(query, dense_documents) for query in dense_queries]
    thresholds = np.array([max(0.1, ranking[len(ranking) // 3][1]) for ranking in rankings])
    for query, ranking, threshold, documents in zip(dense_queries, rankings, thresholds,
                                                    finder.reaching(csr(dense_queries), thresholds)):
        assert {document for document, score in ranking if score >= threshold} <= set(documents.tolist())
        least = threshold * (1 - TOLERANCE) - rounding(query, dense_documents)
        assert all(score >= least for document, score in ranking if document in documents)


@given(st.floats(0, 9), st.lists(st.floats(0, 9), max_size=9), st.one_of(st.none(), st.integers(1, 9)))
@example(1.0, [2.0, 3.0], 2)
def test_a_threshold_rises_to_the_kth_largest_sum_and_never_falls(threshold, sums, k):
    enough = k is not None and len(sums) >= k
    array = np.array(sums)
    assert raised(threshold, array, k) == max(threshold, sorted(sums)[-k] if enough else 0)
    assert array.tolist() == sums


@pytest.fixture
def read_terms(monkeypatch):
    """A list that grows by each term whose postings are read."""
    terms_read, read = [], CandidateFinder._read

    def recording(self, query, *arguments):
        found = read(self, query, *arguments)
        terms_read.extend(query.terms[:found.i])
        return found
    monkeypatch.setattr(CandidateFinder, "_read", recording)
    return terms_read


def test_postings_of_frequent_terms_are_not_read(read_terms):
    """The purpose of the bounds: of a rare and a frequent word, only the rare word's postings are read."""
    texts = ["common"] * 500 + [f"common rare{n}" for n in range(500)] + ["common rare1"] * 20
    vectorizer = TfidfVectorizer()
    index = InvertedIndex(vectorizer.fit_transform(texts))
    ids, _ = index.search(vectorizer.transform(["common rare1"]), 5)
    assert ids[0].tolist() == [501, 1000, 1001, 1002, 1003]
    assert read_terms == [vectorizer.vocabulary_["rare1"]]


def test_the_threshold_rises_between_two_rounds(read_terms, monkeypatch):
    """No single term excludes the frequent term, whose largest weight is 1.5; two rare terms with the sum 2 do."""
    monkeypatch.setattr(candidates, "FIRST_ROUND", 1)
    documents = np.zeros((40, 3))
    documents[:5, :2], documents[:, 2], documents[7, 2] = 1, 0.5, 1.5
    ids, scores = InvertedIndex(csr(documents)).search(csr(np.ones((1, 3))), 5)
    assert ids.tolist() == [[0, 1, 2, 3, 4]] and scores.tolist() == [[2.5] * 5]
    assert read_terms == [0, 1]
