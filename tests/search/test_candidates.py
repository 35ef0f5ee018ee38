import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from minidl.search import InvertedIndex, candidates
from minidl.search.candidates import Finder, raised
from minidl.search.postings import Postings
from minidl.tfidf import TfidfVectorizer
from tests import oracles
from tests.search.test_index import corpus
from tests.strategies import seeds
from tests.text.test_csr import csr


@given(seeds, st.integers(1, 200), st.integers(1, 20), st.floats(0.02, 0.3), st.integers(1, 9))
def test_what_is_left_is_few_or_as_good_as_the_best(seed, n, n_terms, density, k):
    dense_documents, dense_queries = corpus(seed, n, n_terms, density), corpus(seed + 1, 3, n_terms, 2 * density)
    finder = Finder(Postings(csr(dense_documents)))
    for query, found in zip(dense_queries, finder.best(csr(dense_queries), k), strict=True):
        ranking = oracles.ranking(query, dense_documents)
        assert len(set(found.tolist())) == len(found), "each once"
        assert {document for document, score in ranking[:k] if score > 0} <= set(found.tolist())
        scores, (_, least) = dict(ranking), ranking[:k][-1]
        assert len(found) <= candidates.FEW * k or all(scores[document] >= least * (1 - 1e-8) for document in found)


@given(seeds, st.integers(1, 100), st.integers(1, 12))
def test_what_reaches_a_threshold_is_exactly_that(seed, n, n_terms):
    dense_documents, dense_queries = corpus(seed, n, n_terms, 0.2), corpus(seed + 1, 3, n_terms, 0.4)
    finder = Finder(Postings(csr(dense_documents)))
    rankings = [oracles.ranking(query, dense_documents) for query in dense_queries]
    thresholds = np.array([max(0.1, ranking[len(ranking) // 3][1]) for ranking in rankings])
    for ranking, threshold, found in zip(rankings, thresholds, finder.reaching(csr(dense_queries), thresholds)):
        assert {document for document, score in ranking if score >= threshold} <= set(found.tolist())
        assert all(score >= threshold * (1 - 1e-8) for document, score in ranking if document in found)


@given(st.floats(0, 9), st.lists(st.floats(0, 9), max_size=9), st.one_of(st.none(), st.integers(1, 9)))
@example(1.0, [2.0, 3.0], 2)
def test_a_threshold_is_raised_to_the_kth_largest_sum_and_never_lowered(threshold, sums, k):
    enough = k is not None and len(sums) >= k
    array = np.array(sums)
    assert raised(threshold, array, k) == max(threshold, sorted(sums)[-k] if enough else 0)
    assert array.tolist() == sums


@pytest.fixture
def read(monkeypatch):
    """The terms whose postings are read, in their order."""
    found, real = [], Finder._add
    monkeypatch.setattr(Finder, "_add", lambda self, terms, weights: (
        found.extend(terms.tolist()) or real(self, terms, weights)))
    return found


def test_frequent_terms_are_left_unread(read):
    """What the bounds are for: of a rare and a frequent word, the rare one's postings are read alone."""
    texts = ["common"] * 500 + [f"common rare{n}" for n in range(500)] + ["common rare1"] * 20
    vectorizer = TfidfVectorizer()
    index = InvertedIndex(vectorizer.fit_transform(texts))
    ids, _ = index.search(vectorizer.transform(["common rare1"]), 5)
    assert ids[0].tolist() == [501, 1000, 1001, 1002, 1003]
    assert read == [vectorizer.vocabulary_["rare1"]]


def test_what_was_read_so_far_leaves_a_frequent_term_unread(read, monkeypatch):
    """No single term's weights exclude the frequent one, whose largest is 1.5; two rare terms, added up to 2, do."""
    monkeypatch.setattr(candidates, "ROUND", 1)
    documents = np.zeros((40, 3))
    documents[:5, :2], documents[:, 2], documents[7, 2] = 1, 0.5, 1.5
    ids, scores = InvertedIndex(csr(documents)).search(csr(np.ones((1, 3))), 5)
    assert ids.tolist() == [[0, 1, 2, 3, 4]] and scores.tolist() == [[2.5] * 5]
    assert read == [0, 1]
