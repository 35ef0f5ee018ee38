import itertools
import json
import os
import weakref
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer as Reference

from minidl.text import terms
from minidl.tfidf import TfidfVectorizer
from tests.strategies import documents
from tests.text.test_analysis import settings as analyses

ROUNDING = {"rtol": 1e-13, "atol": 0}  # the sum of a row's up to a thousand squares, each step rounded to 1e-16

weights = st.fixed_dictionaries({
    "use_idf": st.booleans(), "smooth_idf": st.booleans(), "sublinear_tf": st.booleans(),
    "norm": st.sampled_from([None, "l1", "l2"]),
})
limits = st.fixed_dictionaries({
    "min_df": st.one_of(st.integers(1, 3), st.floats(0, 1)), "max_df": st.one_of(st.integers(1, 5), st.floats(0, 1)),
})


def outcome(call):
    """Return what a call returns, or the class of the ValueError or TypeError it raises."""
    try:
        return call()
    except (ValueError, TypeError) as error:
        return ValueError if isinstance(error, ValueError) else TypeError


def reference(options):
    stop_words = options.get("stop_words")
    return Reference(**{**options, "stop_words": None if stop_words is None else list(stop_words)})


def assert_same(found, wanted):
    """A CSR of ours and one of scipy are equal to float64 rounding."""
    wanted.sort_indices()
    assert found.shape == wanted.shape
    np.testing.assert_array_equal(found.indptr, wanted.indptr)
    np.testing.assert_array_equal(found.indices, wanted.indices)
    np.testing.assert_allclose(found.data, wanted.data, **ROUNDING)


@pytest.mark.filterwarnings("ignore:Your stop_words may be inconsistent:UserWarning")
@given(documents, documents, analyses, weights, limits, st.sampled_from([1, 7, 1 << 15]))
def test_equals_scikit_learn_in_all_settings(train, test, analysis, weighing, limiting, chunk):
    options = {**analysis, **weighing, **limiting}
    whole, terms.CHUNK = terms.CHUNK, chunk
    try:
        ours, theirs = TfidfVectorizer(**options), reference(options)
        found, wanted = outcome(lambda: ours.fit_transform(iter(train))), outcome(lambda: theirs.fit_transform(train))
        if isinstance(wanted, type):
            assert found == wanted
            return
        assert_same(found, wanted)
        assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()
        assert ours.vocabulary_ == theirs.vocabulary_
        found, wanted = outcome(lambda: ours.transform(iter(test))), outcome(lambda: theirs.transform(test))
        if test:
            assert_same(found, wanted)
        else:
            assert found == wanted == ValueError
        if options["use_idf"]:
            np.testing.assert_allclose(ours.idf_, theirs.idf_, **ROUNDING)
        else:
            assert not hasattr(ours, "idf_")
    finally:
        terms.CHUNK = whole


@given(documents, st.integers(1, 6), limits)
@example(["aa bb", "aa cc"], 1, {"min_df": 1, "max_df": 1})  # a term that max_df takes away is none of the frequent
def test_max_features_are_the_most_frequent_terms_and_scikit_learns_but_for_ties(texts, most, limiting):
    ours, free = TfidfVectorizer(max_features=most, **limiting), TfidfVectorizer(**limiting)
    if isinstance(outcome(lambda: free.fit(texts)), type):
        assert outcome(lambda: ours.fit(texts)) == outcome(lambda: free.fit(texts))
        return
    ours.fit(texts)
    counts = free._counts_of(texts)[0].toarray().sum(0)
    totals = dict(zip(free.get_feature_names_out(), counts))
    ranked = sorted(totals, key=lambda term: (-totals[term], term))
    assert list(ours.vocabulary_) == sorted(ranked[:most])
    assume(len(ranked) <= most or totals[ranked[most - 1]] > totals[ranked[most]])  # no tie is cut
    theirs = Reference(max_features=most, **limiting).fit(texts)
    assert ours.vocabulary_ == theirs.vocabulary_
    assert_same(ours.transform(texts), theirs.transform(texts))


@given(documents, weights.map(lambda drawn: {**drawn, "norm": "l2"}))
def test_rows_have_length_1_or_0_and_no_order_of_documents_matters(texts, weighing):
    vectorizer = TfidfVectorizer(**weighing)
    matrix = outcome(lambda: vectorizer.fit_transform(texts))
    assume(not isinstance(matrix, type))
    dense = matrix.toarray()
    lengths = np.linalg.norm(dense, axis=1)
    assert all(length == 0 or abs(length - 1) < 1e-12 for length in lengths) and (matrix.data > 0).all()
    turned = TfidfVectorizer(**weighing).fit_transform(texts[::-1]).toarray()
    np.testing.assert_allclose(turned, dense[::-1], **ROUNDING)
    np.testing.assert_array_equal(vectorizer.transform(texts).toarray(), dense)


class Text(str):
    """A string that can be watched: whether anybody still holds it."""


def test_documents_are_taken_once_and_held_no_longer_than_their_chunk(monkeypatch):
    monkeypatch.setattr(terms, "CHUNK", 4000)
    made, most = [], 0

    def source():
        nonlocal most
        for number in range(50):
            document = Text("x" * 2000 + f" word{number}")
            made.append(weakref.ref(document))
            yield document
            del document
            most = max(most, sum(one() is not None for one in made))
    assert TfidfVectorizer().fit_transform(source()).shape == (50, 51)
    assert len(made) == 50 and most <= 4, "two documents make a chunk here"


@pytest.fixture(scope="module")
def corpora():
    shared = os.environ.get("MINIDL_SHARED")
    if not shared:
        pytest.skip("MINIDL_SHARED is not set: the corpora are not at hand")
    found = {}
    for name in ("nq_en", "xquad_en", "xquad_ru"):
        lines = (Path(shared) / "data" / "qa" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        rows = list(map(json.loads, lines))
        found[name] = list(dict.fromkeys(row["answer"] for row in rows)), [row["query"] for row in rows]
    return found


@pytest.mark.parametrize("options", [
    dict(zip(("sublinear_tf", "ngram_range", "stop_words", "norm"), chosen)) for chosen in itertools.product(
        (False, True), ((1, 1), (1, 2)), (None, ["the", "of", "и", "в"]), ("l2", None))])
def test_equals_scikit_learn_on_real_corpora(corpora, options):
    for answers, queries in corpora.values():
        ours, theirs = TfidfVectorizer(**options), reference(options)
        assert_same(ours.fit_transform(answers), theirs.fit_transform(answers))
        assert ours.vocabulary_ == theirs.vocabulary_
        assert_same(ours.transform(queries), theirs.transform(queries))
