import re
import unicodedata
from itertools import chain

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from minidl.text import TOKEN_PATTERN, Analyzer, marked_token_pattern
from minidl.text.analysis import words
from tests.strategies import documents

MARKS = "\u0301\u0306\u093f\u094d\u0e35\u200d"  # accent, breve, vowel signs of Hindi and Thai, a joiner
marked = st.lists(st.text(st.sampled_from("abй हनদี .\n" + MARKS), max_size=12), min_size=1, max_size=4)


@given(marked, st.booleans())
@example(["\u0301", "a\u0301", "a\u0301 \u0301b"], True)
def test_words_with_marks_equal_the_matches_of_the_expression(texts, lowercase):
    wanted = [re.findall(marked_token_pattern(), text.lower() if lowercase else text) for text in texts]
    assert words(texts, lowercase, marked_token_pattern())[0] == list(chain.from_iterable(wanted))
    terms, lengths = Analyzer(token_pattern=marked_token_pattern(), lowercase=lowercase).terms_of_all(texts)
    assert terms == list(chain.from_iterable(wanted)) and list(lengths) == list(map(len, wanted))


@given(documents)
def test_without_marks_the_words_are_those_of_the_default(texts):
    texts = ["".join(character for character in text if unicodedata.category(character)[0] != "M"
                     and character not in "\u200c\u200d") for text in texts]
    default, with_marks = Analyzer(lowercase=False), Analyzer(lowercase=False, token_pattern=marked_token_pattern())
    assert list(map(default.terms, texts)) == list(map(with_marks.terms, texts))


def test_every_mark_of_unicode_is_in_a_word():
    pattern = re.compile(marked_token_pattern())
    for code in range(0x110000):
        if unicodedata.category(chr(code))[0] == "M":
            assert pattern.fullmatch(f"a{chr(code)}b"), hex(code)
    assert pattern.findall("a\u0301-b\u0301 c\xadd") == ["a\u0301", "b\u0301"]


@pytest.mark.parametrize("text, terms", [
    ("हिन्दी भाषा", ["हिन्दी", "भाषा"]), ("и\u0306од Варша\u0301ва", ["и\u0306од", "варша\u0301ва"]),
    ("می\u200cخواهم", ["می\u200cخواهم"])])
def test_words_of_other_scripts(text, terms):
    assert Analyzer(token_pattern=marked_token_pattern()).terms(text) == terms
    assert Analyzer(token_pattern=TOKEN_PATTERN).terms(text) != terms
