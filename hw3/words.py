"""The words of HW3's texts, in any language: composed characters, and pairs of characters where no space parts words.

    composed form   a letter and its combining mark become one character, if there is such a character (NFC)
    marks           that remain are part of their word: minidl.text.marked_token_pattern
    bigrams         Chinese, Japanese and Thai are written without spaces: each two neighbours are a word

Source of the bigrams: Nie, Gao, Zhang and Zhou, "On the use of words and n-grams for Chinese information retrieval",
IRAL 2000.
"""
import re
import unicodedata

from minidl.text import Analyzer, marked_token_pattern

CHINESE_JAPANESE = ("\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
                    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff")
SOUTHEAST_ASIAN = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ecd\u1000-\u103f\u1780-\u17d3"  # Thai, Lao, Burmese, Khmer
WORDS = {"token_pattern": marked_token_pattern()}  # of a vectorizer
UNSPACED = re.compile(f"[{CHINESE_JAPANESE}{SOUTHEAST_ASIAN}]+")


def prepared(text):
    """Return a text whose words a vectorizer finds by marked_token_pattern.

    >>> prepared("Cafe\u0301 東京都, ok")
    'Café  東京 京都 , ok'
    """
    return text if text.isascii() else UNSPACED.sub(bigrams, unicodedata.normalize("NFC", text))


def bigrams(match):
    """Return the pairs of neighbours in a run of characters, between spaces; a single character stays as it is."""
    run = match[0]
    return f" {' '.join(map(''.join, zip(run, run[1:]))) or run} "


def words_of(text):
    """Return the words of a text.

    >>> words_of("हिन्दी, 東京都")
    ['हिन्दी', '東京', '京都']
    """
    return Analyzer(**WORDS).terms(prepared(text))
