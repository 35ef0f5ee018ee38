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

from minidl.text import counting
from minidl.tfidf import TfidfVectorizer
from tests.strategies import documents
from tests.text.settings import analyses, for_sklearn, limits, outcome, weightings

ROUNDING = {"rtol": 1e-13, "atol": 0}  # the sum of up to a thousand squares per row, each step rounded to 1e-16


def assert_same(ours, theirs):
    """Assert that a CSR of minidl and a matrix of scipy are equal up to float64 rounding."""
    theirs.sort_indices()
    assert ours.shape == theirs.shape
    np.testing.assert_array_equal(ours.indptr, theirs.indptr)
    np.testing.assert_array_equal(ours.indices, theirs.indices)
    np.testing.assert_allclose(ours.data, theirs.data, **ROUNDING)


@pytest.mark.filterwarnings("ignore:Your stop_words may be inconsistent:UserWarning",
                            "ignore:The parameter '(stop_words|token_pattern)' will not be used:UserWarning")
@given(documents, documents, analyses, weightings, limits, st.sampled_from([1, 7, 1 << 15]))
def test_equals_scikit_learn_in_all_settings(train, test, analysis, weighing, limiting, chunk):
    options = {**analysis, **weighing, **limiting}
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(counting, "CHUNK", chunk)
        ours, theirs = TfidfVectorizer(**options), Reference(**for_sklearn(options))
        fitted, wanted = outcome(lambda: ours.fit_transform(iter(train))), outcome(lambda: theirs.fit_transform(train))
        if isinstance(wanted, type):
            assert fitted == wanted
            return
        assert_same(fitted, wanted)
        assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()
        assert ours.vocabulary_ == theirs.vocabulary_
        transformed, wanted = outcome(lambda: ours.transform(iter(test))), outcome(lambda: theirs.transform(test))
        if test:
            assert_same(transformed, wanted)
        else:
            assert transformed == wanted == ValueError
        if options["use_idf"]:
            np.testing.assert_allclose(ours.idf_, theirs.idf_, **ROUNDING)
        else:
            assert not hasattr(ours, "idf_")


@given(documents, st.integers(1, 6), limits)
@example(["aa bb", "aa cc"], 1, {"min_df": 1, "max_df": 1})  # max_df removes the most frequent term first
def test_max_features_keeps_the_most_frequent_terms_and_equals_scikit_learn_without_ties(texts, most, limiting):
    ours, unlimited = TfidfVectorizer(max_features=most, **limiting), TfidfVectorizer(**limiting)
    if isinstance(outcome(lambda: unlimited.fit(texts)), type):
        assert outcome(lambda: ours.fit(texts)) == outcome(lambda: unlimited.fit(texts))
        return
    ours.fit(texts)
    counts = unlimited._counts_of(texts)[0].toarray().sum(0)
    totals = dict(zip(unlimited.get_feature_names_out(), counts))
    ranked = sorted(totals, key=lambda term: (-totals[term], term))
    assert list(ours.vocabulary_) == sorted(ranked[:most])
    assume(len(ranked) <= most or totals[ranked[most - 1]] > totals[ranked[most]])  # no tie at the limit
    theirs = Reference(max_features=most, **limiting).fit(texts)
    assert ours.vocabulary_ == theirs.vocabulary_
    assert_same(ours.transform(texts), theirs.transform(texts))


class Text(str):
    """A string that takes weak references."""


def test_documents_are_read_once_and_freed_after_their_chunk(monkeypatch):
    monkeypatch.setattr(counting, "CHUNK", 4000)
    references, most_alive = [], 0

    def source():
        nonlocal most_alive
        for number in range(50):
            document = Text("x" * 2000 + f" word{number}")
            references.append(weakref.ref(document))
            yield document
            del document
            most_alive = max(most_alive, sum(reference() is not None for reference in references))
    assert TfidfVectorizer().fit_transform(source()).shape == (50, 51)
    assert len(references) == 50 and most_alive <= 4, "a chunk has two documents here"


@pytest.fixture(scope="module")
def corpora():
    shared = os.environ.get("MINIDL_SHARED")
    if not shared:
        pytest.skip("MINIDL_SHARED is not set: the corpora are missing")
    answers_and_queries = {}
    for name in ("nq_en", "xquad_en", "xquad_ru"):
        lines = (Path(shared) / "data" / "qa" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        rows = list(map(json.loads, lines))
        answers_and_queries[name] = list(dict.fromkeys(row["answer"] for row in rows)), [row["query"] for row in rows]
    return answers_and_queries


@pytest.mark.parametrize("options", [
    dict(zip(("sublinear_tf", "ngram_range", "stop_words", "norm"), chosen)) for chosen in itertools.product(
        (False, True), ((1, 1), (1, 2)), (None, ["the", "of", "и", "в"]), ("l2", None))])
def test_equals_scikit_learn_on_real_corpora(corpora, options):
    for answers, queries in corpora.values():
        ours, theirs = TfidfVectorizer(**options), Reference(**for_sklearn(options))
        assert_same(ours.fit_transform(answers), theirs.fit_transform(answers))
        assert ours.vocabulary_ == theirs.vocabulary_
        assert_same(ours.transform(queries), theirs.transform(queries))
