import inspect
from itertools import chain

import bm25s
import numpy as np
import pytest
from hypothesis import given
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.feature_extraction.text import TfidfVectorizer as Reference

from minidl.bm25 import BM25Vectorizer
from minidl.text import Analyzer
from minidl.tfidf import TfidfVectorizer, tfidf_weights
from tests.strategies import documents


def defaults(function):
    """Return a dict from the arguments that have a default to the default."""
    return {name: parameter.default for name, parameter in inspect.signature(function).parameters.items()
            if parameter.default is not parameter.empty}


@pytest.mark.parametrize("ours, theirs", [
    (TfidfVectorizer, Reference), (BM25Vectorizer, CountVectorizer),
    (Analyzer, CountVectorizer), (BM25Vectorizer, bm25s.BM25),
])
def test_defaults_equal_the_libraries(ours, theirs):
    our_defaults, their_defaults = defaults(ours), defaults(theirs)
    shared = our_defaults.keys() & their_defaults.keys()
    assert shared and all(our_defaults[name] == their_defaults[name] for name in shared)
    if ours is not Analyzer:  # Analyzer stores its stop words as a set
        assert all(getattr(ours(), name) == value for name, value in our_defaults.items())


@given(documents)
def test_default_terms_equal_scikit_learns(texts):
    analyzer, analyze = Analyzer(), CountVectorizer().build_analyzer()
    wanted = list(map(analyze, texts))
    assert list(map(analyzer.terms, texts)) == wanted
    assert list(analyzer.terms_of_all(texts)[0]) == list(chain.from_iterable(wanted))


def test_names_and_queries_of_tfidf_equal_scikit_learns():
    texts = ["red fish", "the blue fish"]
    ours, theirs = TfidfVectorizer().fit(texts), Reference().fit(texts)
    assert ours.get_feature_names_out().dtype == theirs.get_feature_names_out().dtype == object
    np.testing.assert_allclose(ours.transform_queries(["a red fish"]).toarray(),
                               theirs.transform(["a red fish"]).toarray(), rtol=1e-13)


def test_default_weights_equal_scikit_learns_without_idf():
    texts = ["red red fish", "the blue fish"]
    counts = TfidfVectorizer(norm=None, use_idf=False).fit_transform(texts)
    wanted = TfidfTransformer(use_idf=False).fit_transform(CountVectorizer().fit_transform(texts))
    np.testing.assert_allclose(tfidf_weights(counts).toarray(), wanted.toarray(), rtol=1e-13)


def test_max_features_breaks_ties_alphabetically():
    frequencies = {f"term{number:03}": 1 + number * number % 3 for number in range(600)}
    texts = [f"{term} " * count for term, count in frequencies.items()]
    vectorizer = TfidfVectorizer(max_features=500).fit(texts)
    by_frequency = sorted(frequencies, key=lambda term: (-frequencies[term], term))
    assert list(vectorizer.vocabulary_) == sorted(by_frequency[:500])
