"""What a user of scikit-learn's vectorizers expects: clone, Pipeline, vocabulary, tokenizer, matrices, refusals."""
import warnings

import numpy as np
import pandas
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer as Reference
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from minidl.bm25 import BM25Vectorizer
from minidl.search import InvertedIndex
from minidl.text import CSR
from minidl.tfidf import TfidfVectorizer
from tests.strategies import documents, sparse_rows
from tests.text.matrices import csr
from tests.text.settings import outcome

TEXTS = ["red fish", "a blue fish", "the red sea"]


@pytest.mark.parametrize("kind", [TfidfVectorizer, BM25Vectorizer])
def test_clone_and_settings_work_as_in_scikit_learn(kind):
    fitted = kind(min_df=2, stop_words=["the"]).fit(TEXTS, None)
    copy = clone(fitted)
    assert copy.get_params() == fitted.get_params() and not hasattr(copy, "vocabulary_")
    assert copy.set_params(min_df=1).fit(TEXTS).vocabulary_.keys() > fitted.vocabulary_.keys()
    assert repr(copy) == f"{kind.__name__}(stop_words=['the'])"
    with pytest.raises(ValueError, match="^minimum: must be one of .*min_df.*, got 'minimum'$"):
        copy.set_params(minimum=1)
    if kind is TfidfVectorizer:
        shared = fitted.get_params().keys() & Reference().get_params().keys()
        assert len(shared) == len(fitted.get_params())


def test_is_a_step_of_scikit_learns_pipeline():
    def pipeline(vectorizer, convert):
        return Pipeline([("tfidf", vectorizer), ("convert", FunctionTransformer(convert)),
                         ("neighbours", NearestNeighbors(n_neighbors=1))])
    ours, theirs = pipeline(TfidfVectorizer(), CSR.to_scipy), pipeline(Reference(), lambda matrix: matrix)
    for steps in (clone(ours).set_params(tfidf__sublinear_tf=True), ours):
        steps.fit(TEXTS, [0, 1, 0])
        matrix = steps[:-1].transform(["blue sea fish"])
        assert steps[-1].kneighbors(matrix)[1].tolist() == [[1]]
    np.testing.assert_allclose(ours[:-1].transform(TEXTS).toarray(), theirs.fit(TEXTS)[:-1].transform(TEXTS).toarray())


terms = st.lists(st.sampled_from(["red", "fish", "sea", "zebra", "кот", "Red"]), max_size=5)
vocabularies = st.one_of(terms, terms.map(set), terms.map(tuple), st.dictionaries(
    st.sampled_from(["red", "fish", "sea"]), st.integers(0, 2)))


@pytest.mark.filterwarnings("ignore:Upper case characters found in vocabulary:UserWarning")
@given(documents, documents.filter(bool), vocabularies)
def test_a_given_vocabulary_works_as_in_scikit_learn(train, test, vocabulary):
    ours, theirs = TfidfVectorizer(vocabulary=vocabulary), Reference(vocabulary=vocabulary)
    fitted = outcome(lambda: theirs.fit(train))
    if fitted is ValueError:
        assert outcome(lambda: ours.fit(train)) is ValueError
        return
    assert ours.fit(train).vocabulary_ == {term: int(column) for term, column in theirs.vocabulary_.items()}
    np.testing.assert_allclose(ours.transform(test).toarray(), theirs.transform(test).toarray(), rtol=1e-13)
    assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()


@pytest.mark.filterwarnings("ignore:The parameter 'token_pattern' will not be used:UserWarning")
@given(documents, st.sampled_from([str.split, list, lambda text: text.split("e")]),
       st.sampled_from([(1, 1), (1, 2)]), st.sampled_from([None, ["red"]]))
def test_a_tokenizer_works_as_in_scikit_learn(texts, tokenizer, ngram_range, stop_words):
    options = {"tokenizer": tokenizer, "ngram_range": ngram_range, "stop_words": stop_words}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours, theirs = (outcome(lambda: kind(**options).fit(texts)) for kind in (TfidfVectorizer, Reference))
    if theirs is ValueError:
        assert ours is ValueError
    else:
        assert ours.vocabulary_ == theirs.vocabulary_
        np.testing.assert_allclose(ours.transform(texts).toarray(), theirs.transform(texts).toarray(), rtol=1e-13)


@pytest.mark.parametrize("vocabulary, message", [
    ([], r"must have a term, got \[\]"), (["a", "a"], r"must have each term once, got \['a'\]"),
    ([1], r"must have strings only, got \[1\]"),
    ("red", "must be None, a collection of strings or a dict, got 'red'"),
    ({"a": 1}, r"must have the columns 0 to 0, each once, got \[1\]"),
    (iter(["a"]), "must be None, a collection of strings or a dict, got <list_iterator"),
])
def test_refuses_bad_vocabularies(vocabulary, message):
    with pytest.raises(ValueError, match=f"^vocabulary: {message}"):
        TfidfVectorizer(vocabulary=vocabulary).fit(TEXTS)


@pytest.mark.parametrize("wrong", [pandas.DataFrame({"text": TEXTS}), {"text": TEXTS}, np.array([TEXTS])])
def test_tables_are_refused_and_columns_accepted(wrong):
    for kind in (TfidfVectorizer, BM25Vectorizer):
        fitted = kind().fit(TEXTS)
        for call in (kind().fit, kind().fit_transform, fitted.transform, fitted.transform_queries):
            with pytest.raises(TypeError, match="^documents: must be a collection of strings, such as one column of a "
                                                "table, got "):
                call(wrong)
        assert kind().fit(pandas.Series(TEXTS)).vocabulary_ == kind().fit(np.array(TEXTS)).vocabulary_


def test_a_generator_of_stop_words_is_refused_since_fit_would_use_it_up():
    for stop_words in ((word for word in ["red"]), map(str.lower, ["RED"])):
        with pytest.raises(ValueError, match="^stop_words: must be None or a collection of strings, got <"):
            TfidfVectorizer(stop_words=stop_words).fit(TEXTS)


@pytest.mark.parametrize("options, tokens", [
    ({"stop_words": ["don't", "the"]}, "['don']"), ({"stop_words": ["The"]}, "['the']"),
    ({"stop_words": ["The"], "lowercase": False}, None), ({"stop_words": ["don't", "don"]}, None),
    ({"stop_words": ["café"], "strip_accents": "unicode"}, "['cafe']"), ({}, None)])
def test_a_stop_word_that_is_no_token_is_warned_of_where_scikit_learn_warns(options, tokens):
    with warnings.catch_warnings(record=True) as theirs:
        warnings.simplefilter("always")
        Reference(**options).fit(TEXTS)
    with warnings.catch_warnings(record=True) as ours:
        warnings.simplefilter("always")
        vectorizer = TfidfVectorizer(**options).fit(TEXTS)
        vectorizer.transform(TEXTS)
    assert len(ours) == len(theirs) == (tokens is not None)
    for warning in ours:
        assert str(warning.message).startswith(f"stop_words: must be tokens, got words with the tokens {tokens}, ")


def test_bm25s_documents_and_queries_are_not_mixed_up():
    """Counts of queries and weights of documents have equal shapes: used as the other, they rank wrongly."""
    vectorizer = BM25Vectorizer()
    weights = vectorizer.fit_transform(TEXTS)
    index, queries = InvertedIndex(weights), vectorizer.transform_queries(["red sea"])
    assert index.search(queries, 1)[0].tolist() == [[2]]
    for wrong in (vectorizer.transform(["red sea"]), weights[0], weights.without_zeros()):
        for call in (lambda: index.search(wrong, 1), lambda: index.rank_of(wrong, [0] * len(wrong)),
                     lambda: index.shares(wrong, 0)):
            with pytest.raises(ValueError, match="^quer(y|ies): must be of queries, got one of documents; make it by "
                                                 "transform_queries$"):
                call()
    with pytest.raises(ValueError, match="^matrix: must be of documents, got one of queries; make it by transform$"):
        InvertedIndex(queries)
    both = TfidfVectorizer().fit_transform(TEXTS)
    assert InvertedIndex(both).search(both, 1)[0].tolist() == [[0], [1], [2]]


@given(sparse_rows(4), sparse_rows(4, most_rows=3))
def test_the_index_accepts_scipys_and_dense_matrices(dense, dense_queries):
    ids, scores = InvertedIndex(csr(dense)).search(csr(dense_queries), 3)
    for convert in (np.asarray, scipy.sparse.csr_array, scipy.sparse.csc_matrix, scipy.sparse.coo_array):
        matrix, queries = convert(dense), convert(dense_queries)
        found = InvertedIndex(matrix).search(queries, 3)
        np.testing.assert_array_equal(found[0], ids)
        np.testing.assert_array_equal(found[1], scores)
    unsorted = scipy.sparse.csr_array(([1.0, 2.0, 3.0], [1, 0, 1], [0, 3]), (1, 2))
    assert InvertedIndex(unsorted).postings.weights.tolist() == [2, 4] and unsorted.indices.tolist() == [1, 0, 1]


@given(sparse_rows(5), st.data())
def test_rows_lengths_and_products_equal_the_dense_ones(dense, data):
    matrix = csr(dense).replace(role="documents")
    assert len(matrix) == len(dense)
    for row in range(-len(dense), len(dense)):
        np.testing.assert_array_equal(matrix[row].toarray(), dense[row][None])
    chosen = slice(data.draw(st.integers(-9, 9)), data.draw(st.one_of(st.none(), st.integers(-9, 9))))
    np.testing.assert_array_equal(matrix[chosen].toarray(), dense[chosen])
    assert matrix[chosen].role == matrix.without_zeros().role == "documents"
    for factor in (np.arange(5), np.arange(15).reshape(5, 3), np.zeros((5, 0))):
        np.testing.assert_allclose(matrix @ factor, dense @ factor, rtol=1e-14)
    np.testing.assert_array_equal(matrix.to_scipy().toarray(), dense)


def test_other_indices_and_factors_are_refused():
    matrix = csr(np.eye(3))
    for rows in ([0, 1], 0.5, True, (0, 1), slice(None, None, 2)):
        with pytest.raises(TypeError, match="^rows: must be a row or a slice with step 1, got "):
            matrix[rows]
    for row in (3, -4):
        with pytest.raises(IndexError, match=rf"^rows: must be in -3 .. 2, got {row}$"):
            matrix[row]
    for factor in (np.ones(2), np.ones((3, 1, 1)), 1):
        with pytest.raises(ValueError, match=r"^dense: must be \(3,\) or \(3, D\), got "):
            matrix @ factor
    with pytest.raises(TypeError, match=r"^CSR: must be converted by toarray\(\) or to_scipy\(\), got a call that"):
        np.asarray(matrix)
    assert len(list(matrix)) == 3
