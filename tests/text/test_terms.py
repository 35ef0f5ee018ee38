import inspect

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
    """Return the arguments of a function that have a default, with it."""
    return {name: parameter.default for name, parameter in inspect.signature(function).parameters.items()
            if parameter.default is not parameter.empty}


@pytest.mark.parametrize("ours, theirs", [
    (TfidfVectorizer, Reference), (BM25Vectorizer, CountVectorizer),
    (Analyzer, CountVectorizer), (BM25Vectorizer, bm25s.BM25),
])
def test_defaults_are_the_libraries(ours, theirs):
    found, wanted = defaults(ours), defaults(theirs)
    assert all(found[name] == wanted[name] for name in found.keys() & wanted.keys())
    if ours is not Analyzer:  # which keeps its stop words as a set
        assert all(getattr(ours(), name) == value for name, value in found.items())


@given(documents)
def test_without_settings_the_terms_are_scikit_learns(texts):
    analyzer, analyze = Analyzer(), CountVectorizer().build_analyzer()
    wanted = list(map(analyze, texts))
    assert list(map(analyzer.terms, texts)) == wanted
    assert list(analyzer.terms_of_all(texts)[0]) == [term for one in wanted for term in one]


def test_names_and_queries_of_tfidf_are_as_in_scikit_learn():
    texts = ["red fish", "the blue fish"]
    ours, theirs = TfidfVectorizer().fit(texts), Reference().fit(texts)
    assert ours.get_feature_names_out().dtype == theirs.get_feature_names_out().dtype == object
    np.testing.assert_allclose(ours.transform_queries(["a red fish"]).toarray(),
                               theirs.transform(["a red fish"]).toarray(), rtol=1e-13)


def test_weights_without_settings_are_scikit_learns_without_idf():
    texts = ["red red fish", "the blue fish"]
    counts = TfidfVectorizer(norm=None, use_idf=False).fit_transform(texts)
    wanted = TfidfTransformer(use_idf=False).fit_transform(CountVectorizer().fit_transform(texts))
    np.testing.assert_allclose(tfidf_weights(counts).toarray(), wanted.toarray(), rtol=1e-13)


def test_of_many_equally_frequent_terms_the_first_by_alphabet_are_kept():
    frequencies = {f"term{number:03}": 1 + number * number % 3 for number in range(600)}
    found = TfidfVectorizer(max_features=500).fit([f"{term} " * count for term, count in frequencies.items()])
    assert list(found.vocabulary_) == sorted(sorted(frequencies, key=lambda term: (-frequencies[term], term))[:500])
