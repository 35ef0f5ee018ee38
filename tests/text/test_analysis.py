import re

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from minidl.text import TOKEN_PATTERN, Analyzer
from minidl.text.analysis import words
from tests.strategies import documents

settings = st.fixed_dictionaries({
    "lowercase": st.booleans(),
    "token_pattern": st.sampled_from([TOKEN_PATTERN, r"\w+", r"(?u)\b(\w)\w*\b", r"[^ ]+", r"(?i)a|b"]),
    "stop_words": st.sampled_from([None, [], ["the", "red"], ("fish", "кот")]),
    "ngram_range": st.sampled_from([(1, 1), (1, 2), (2, 2), (2, 3), (1, 4)]),
})


@pytest.mark.filterwarnings("ignore:Your stop_words may be inconsistent:UserWarning")
@given(documents, settings)
@example(["a bb"], {"lowercase": True, "token_pattern": r"\w+", "stop_words": None, "ngram_range": (1, 1)})
@example(["aa bb"], {"lowercase": True, "token_pattern": TOKEN_PATTERN, "stop_words": None, "ngram_range": (1, 2)})
def test_terms_are_scikit_learns_one_by_one_and_all_at_once(texts, chosen):
    stop_words = list(chosen["stop_words"]) if chosen["stop_words"] is not None else None
    analyze = CountVectorizer(**{**chosen, "stop_words": stop_words}).build_analyzer()
    analyzer = Analyzer(**chosen)
    wanted = list(map(analyze, texts))
    assert list(map(analyzer.terms, texts)) == wanted
    terms, lengths = analyzer.terms_of_all(texts)
    assert terms == [term for one in wanted for term in one] and list(lengths) == list(map(len, wanted))


@given(documents.filter(bool), st.booleans())
@example(["ÿ", "a", "ÿÿ"], True)
@example(["ΑΣ", "ΑΣΑ", ""], True)  # a final sigma ends its own document, not the text
@example(["İab " * 5, "cd ef"], True)  # in lower case a longer document
@example(["\ud800"], False)
@example(["ab" * 40_000, "", "cd"], True)
def test_the_words_are_those_of_the_expression(texts, lowercase):
    wanted = [re.findall(TOKEN_PATTERN, text.lower() if lowercase else text) for text in texts]
    found = words(texts, lowercase)
    if found is None:
        assert max(map(ord, "".join(texts).lower())) > 0xFFFF
    else:
        assert found[0] == [word for one in wanted for word in one]
        assert found[1].tolist() == list(map(len, wanted))


def test_every_character_of_16_bits_is_a_word_or_none_as_the_expression_has_it():
    texts = [f"{chr(code)}x" for code in range(1 << 16)]
    found, lengths = words(texts, False)
    wanted = [re.findall(TOKEN_PATTERN, text) for text in texts]
    assert lengths.tolist() == list(map(len, wanted)) and found == [word for one in wanted for word in one]
    assert np.count_nonzero(lengths) > 40_000


@pytest.mark.parametrize("options, message", [
    ({"stop_words": "english"}, "stop_words: must be None or a collection of strings, got 'english'"),
    ({"ngram_range": (2, 1)}, r"ngram_range: must be \(least, most\) with 1 <= least <= most, got \(2, 1\)"),
    ({"ngram_range": (0, 1)}, r"ngram_range: must be \(least, most\) with 1 <= least <= most, got \(0, 1\)"),
    ({"token_pattern": "(a)(b)"}, "token_pattern: must have at most one capturing group, got 2"),
])
def test_refuses_other_settings(options, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        Analyzer(**options)
