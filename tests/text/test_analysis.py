import re
from itertools import chain

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from minidl.text import TOKEN_PATTERN, Analyzer
from minidl.text.analysis import words
from tests.strategies import documents
from tests.text.settings import analyses, for_sklearn


@pytest.mark.filterwarnings("ignore:Your stop_words may be inconsistent:UserWarning",
                            "ignore:The parameter '(stop_words|token_pattern)' will not be used:UserWarning")
@given(documents, analyses)
@example(["a bb"], {"lowercase": True, "token_pattern": r"\w+", "stop_words": None, "ngram_range": (1, 1)})
@example(["aa bb"], {"lowercase": True, "token_pattern": TOKEN_PATTERN, "stop_words": None, "ngram_range": (1, 2)})
@example(["a™ ÉÉ", "İx"], {"strip_accents": "unicode", "lowercase": True})  # the case is folded before accents go
@example(["a bcd"], {"analyzer": "char_wb", "ngram_range": (2, 5), "stop_words": ["bcd"]})
def test_terms_of_one_text_and_of_all_equal_scikit_learns(texts, options):
    analyze, analyzer = CountVectorizer(**for_sklearn(options)).build_analyzer(), Analyzer(**options)
    wanted = list(map(analyze, texts))
    assert list(map(analyzer.terms, texts)) == wanted
    terms, lengths = analyzer.terms_of_all(texts)
    assert terms == list(chain.from_iterable(wanted)) and list(lengths) == list(map(len, wanted))


@given(documents.filter(bool), st.booleans())
@example(["ÿ", "a", "ÿÿ"], True)
@example(["ΑΣ", "ΑΣΑ", ""], True)  # a final sigma ends its own document, not the text
@example(["İab " * 5, "cd ef"], True)  # lower case makes the document longer
@example(["\ud800"], False)
@example(["ab" * 40_000, "", "cd"], True)
def test_words_equal_the_matches_of_the_expression(texts, lowercase):
    wanted = [re.findall(TOKEN_PATTERN, text.lower() if lowercase else text) for text in texts]
    words_and_lengths = words(texts, lowercase)
    if words_and_lengths is None:
        assert max(map(ord, "".join(texts).lower())) > 0xFFFF
    else:
        assert words_and_lengths[0] == list(chain.from_iterable(wanted))
        assert words_and_lengths[1].tolist() == list(map(len, wanted))


def test_every_character_of_16_bits_is_a_word_character_exactly_if_the_expression_says_so():
    texts = [f"{chr(code)}x" for code in range(1 << 16)]
    all_words, lengths = words(texts, False)
    wanted = [re.findall(TOKEN_PATTERN, text) for text in texts]
    assert lengths.tolist() == list(map(len, wanted)) and all_words == list(chain.from_iterable(wanted))
    assert np.count_nonzero(lengths) > 40_000


@pytest.mark.parametrize("options, message", [
    ({"stop_words": "english"}, "stop_words: must be None or a collection of strings, got 'english'"),
    ({"ngram_range": (2, 1)}, r"ngram_range: must be \(least, most\) with 1 <= least <= most, got \(2, 1\)"),
    ({"ngram_range": (0, 1)}, r"ngram_range: must be \(least, most\) with 1 <= least <= most, got \(0, 1\)"),
    ({"token_pattern": "(a)(b)"}, "token_pattern: must have at most one capturing group, got 2"),
])
def test_refuses_bad_settings(options, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        Analyzer(**options)
