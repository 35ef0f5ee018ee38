"""The errors of TfidfVectorizer, and its attributes after a failed or a second fit."""
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer as Reference

from minidl.tfidf import TfidfVectorizer

BAD_SETTINGS = [
    ({"min_df": 0}, "min_df: must be a whole number, at least 1, or a share in [0, 1], got 0"),
    ({"min_df": 1.5}, "min_df: must be a whole number, at least 1, or a share in [0, 1], got 1.5"),
    ({"max_df": -0.1}, "max_df: must be a whole number, at least 1, or a share in [0, 1], got -0.1"),
    ({"max_df": "1"}, "max_df: must be a whole number, at least 1, or a share in [0, 1], got '1'"),
    ({"max_features": 0}, "max_features: must be None or a whole number, at least 1, got 0"),
    ({"max_features": 1.5}, "max_features: must be None or a whole number, at least 1, got 1.5"),
    ({"norm": "max"}, "norm: must be one of None, 'l1', 'l2', got 'max'"),
    ({"min_df": 3, "max_df": 2}, "max_df: must not be below min_df, got 2 documents and 3"),
    ({"max_df": 1}, "min_df, max_df: must leave a term, got none; try a lower min_df or a higher max_df"),
    ({"stop_words": ["red", "fish"]}, "documents: must have a term, got an empty vocabulary; perhaps there are only "
                                      "stop words"),
]


@pytest.mark.parametrize("options, message", BAD_SETTINGS)
def test_fit_refuses_bad_settings_as_scikit_learn_does(options, message):
    texts = ["red fish", "a red fish"]
    vectorizer = TfidfVectorizer(**options)
    with pytest.raises(ValueError) as error:
        vectorizer.fit(texts)
    assert str(error.value) == message
    with pytest.raises(ValueError):
        Reference(**options).fit(texts)


def test_refuses_one_string_and_documents_that_are_not_strings():
    vectorizer = TfidfVectorizer()
    for call in (vectorizer.fit, vectorizer.fit_transform, vectorizer.transform):
        with pytest.raises(ValueError, match="^documents: must be a collection of strings, got one string$"):
            call("red fish")
    for wrong, name in ((7, "int"), (None, "NoneType"), (b"red", "bytes"), (float("nan"), "float")):
        with pytest.raises(TypeError, match=f"^documents: each must be a string, got {name} as number 1$"):
            vectorizer.fit(["red fish", wrong])
        with pytest.raises(TypeError, match=f"^documents: each must be a string, got {name} as number 1$"):
            TfidfVectorizer().fit(["red"]).transform(["red", wrong])


def test_refuses_transform_before_fit_and_after_a_failed_fit():
    vectorizer = TfidfVectorizer(min_df=2)
    for call in (lambda: vectorizer.transform(["a"]), vectorizer.get_feature_names_out):
        with pytest.raises(ValueError, match="^TfidfVectorizer: call fit before transform$"):
            call()
        with pytest.raises(ValueError):
            vectorizer.fit(["red", "blue"])


def test_a_fit_without_idf_removes_the_earlier_idf():
    vectorizer = TfidfVectorizer().fit(["red fish", "fish"])
    vectorizer.use_idf = False
    assert not hasattr(vectorizer.fit(["red fish"]), "idf_")


def test_transform_refuses_no_documents_and_ignores_unknown_terms():
    vectorizer = TfidfVectorizer().fit(["red fish"])
    with pytest.raises(ValueError, match="^documents: must be at least one, got none$"):
        vectorizer.transform([])
    assert vectorizer.transform(["", "blue"]).toarray().tolist() == [[0, 0], [0, 0]]
