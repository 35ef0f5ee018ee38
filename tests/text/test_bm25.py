import math

import bm25s
import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from minidl.bm25 import BM25Vectorizer, bm25_idf, bm25_weights
from minidl.text import Analyzer
from tests import oracles
from tests.strategies import documents
from tests.text.settings import analyses, for_sklearn, limits, outcome

words = st.lists(st.sampled_from(["red", "fish", "sea", "кот", "blue", "x1"]), max_size=10)
corpora = st.lists(words, min_size=1, max_size=8).filter(any)
k1s, bs = (st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0, most)) for most in (5, 1))
ROUNDING = {"rtol": 1e-12, "atol": 1e-15}


@given(corpora, st.lists(words, min_size=1, max_size=4), k1s, bs)
@example([["red", "sea"], ["red"]], [["red"]], 0.0, 1.0)  # the ends of both ranges
def test_scores_equal_the_definition_and_bm25s(corpus, queries, k1, b):
    vectorizer = BM25Vectorizer(k1=k1, b=b)
    weights = vectorizer.fit_transform(map(" ".join, corpus))
    scores = vectorizer.transform_queries(map(" ".join, queries)).toarray() @ weights.toarray().T
    np.testing.assert_allclose(scores, [oracles.bm25(query, corpus, k1=k1, b=b) for query in queries], **ROUNDING)
    engine = bm25s.BM25(method="lucene", k1=k1, b=b, dtype="float64")
    engine.index(corpus, show_progress=False)
    for query_scores, query in zip(scores, queries):
        known = [term for term in query if term in engine.vocab_dict]
        if known:  # bm25s needs a known term
            np.testing.assert_allclose(query_scores, engine.get_scores(known), **ROUNDING)


@pytest.mark.filterwarnings("ignore:Your stop_words may be inconsistent:UserWarning",
                            "ignore:The parameter '(stop_words|token_pattern)' will not be used:UserWarning")
@given(documents, documents.filter(bool), analyses, limits, st.one_of(st.none(), st.integers(1, 3)))
@example(["Red sea", "a red fish", "Fish fish"], ["Red fish, the SEA"], {"lowercase": False, "token_pattern": r"\w+",
         "stop_words": ["fish"], "ngram_range": (1, 2)}, {"min_df": 1, "max_df": 1}, 2)
def test_queries_equal_scikit_learns_counts_in_all_settings(texts, queries, analysis, limiting, most):
    options = {**analysis, **limiting, "max_features": most}
    ours = BM25Vectorizer(**options)
    theirs = CountVectorizer(**{**for_sklearn(options), "max_features": None}, dtype=np.float64)
    if outcome(lambda: theirs.fit(texts)) is ValueError:
        assert outcome(lambda: ours.fit(texts)) is ValueError
        return
    ours.fit(texts)
    wanted = theirs.transform(queries)[:, [theirs.vocabulary_[term] for term in ours.vocabulary_]]
    counts = ours.transform_queries(queries)
    assert counts.data.dtype == np.float64 and len(ours.vocabulary_) == min(most or math.inf, len(theirs.vocabulary_))
    np.testing.assert_array_equal(counts.toarray(), wanted.toarray())


def test_default_weights_equal_the_vectorizers():
    texts, vectorizer = ["red red fish", "the big blue fish"], BM25Vectorizer(k1=1.5, b=0.75)
    counts, lengths = vectorizer._fit_counts(texts)
    weights = bm25_weights(counts, lengths, bm25_idf(counts.document_frequencies(), 2), lengths.mean())
    np.testing.assert_array_equal(weights.data, vectorizer.fit_transform(texts).data)


@given(documents, st.booleans())
def test_the_fitted_documents_transform_to_the_same_weights(texts, lowercase):
    vectorizer = BM25Vectorizer(lowercase=lowercase)
    assume(any(map(Analyzer(lowercase=lowercase).terms, texts)))
    weights = vectorizer.fit_transform(texts)
    np.testing.assert_array_equal(vectorizer.transform(texts).toarray(), weights.toarray())
    assert (weights.data > 0).all() and (weights.data < vectorizer.idf_[weights.indices] + 1e-15).all()


def test_a_later_occurrence_and_one_in_a_longer_document_add_less():
    vectorizer = BM25Vectorizer()
    column = vectorizer.fit(["red sea", "fish"]).vocabulary_["red"]
    once, twice, ten_times = vectorizer.transform(["red", "red red", "red " * 10]).toarray()[:, column]
    assert once < twice < ten_times < vectorizer.idf_[column] and twice - once < once
    assert vectorizer.transform(["red unseen unseen"]).toarray()[0, column] < once
    flat = BM25Vectorizer(b=0).fit(["red sea", "fish"]).transform(["red", "red unseen unseen"]).toarray()[:, column]
    assert flat[0] == flat[1]


@pytest.mark.parametrize("options, message", [
    ({"k1": -0.1}, "k1: must be finite and at least 0, got -0.1"),
    ({"k1": math.nan}, "k1: must be finite and at least 0, got nan"),
    ({"k1": math.inf}, "k1: must be finite and at least 0, got inf"),
    ({"b": -0.1}, r"b: must be in \[0, 1\], got -0.1"),
    ({"b": 1.1}, r"b: must be in \[0, 1\], got 1.1"),
    ({"min_df": 0}, r"min_df: must be a whole number, at least 1, or a share in \[0, 1\], got 0"),
])
def test_refuses_bad_settings(options, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        BM25Vectorizer(**options).fit(["red"])


def test_refuses_transform_before_fit():
    with pytest.raises(ValueError, match="^BM25Vectorizer: call fit before transform$"):
        BM25Vectorizer().transform_queries(["red"])
