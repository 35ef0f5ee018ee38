"""Characters: accents that are removed, n-grams of characters, marks that belong to a word.

A letter with an accent can be one character or two: the letter and a combining mark.  The default token pattern knows
letters only, so it cuts a word at a mark: Hindi at its vowel signs, Russian at a stress mark.

Source of the n-grams: McNamee and Mayfield, "Character N-Gram Tokenization for European Language Text Retrieval",
Information Retrieval 7, 2004.
"""
import unicodedata
from functools import cache
from itertools import groupby

JOINERS = "\u200c\u200d"  # between letters of a word, in Persian and Hindi
LAST_SCRIPT, FIRST_SELECTOR, LAST_SELECTOR = 0x20000, 0xE0100, 0xE01EF  # marks are below or between these code points


def strip_unicode_accents(text: str) -> str:
    """Return the text in Unicode's form NFKD without combining marks.

    >>> strip_unicode_accents("café naïve ﬁ")
    'cafe naive fi'
    """
    if text.isascii():
        return text
    return "".join(character for character in unicodedata.normalize("NFKD", text)
                   if not unicodedata.combining(character))


def strip_to_ascii(text: str) -> str:
    """Return the text in Unicode's form NFKD, with its ASCII characters only.

    >>> strip_to_ascii("café Москва")
    'cafe '
    """
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")


def character_ngrams(text: str, least: int, most: int) -> list[str]:
    """Return the n-grams of characters inside of each word, with a space before and after the word.

    A word that is shorter than n is one n-gram, once.

    >>> character_ngrams("red at", 4, 5)
    [' red', 'red ', ' red ', ' at ']
    """
    ngrams = []
    for word in text.split():
        padded = f" {word} "
        for n in range(least, most + 1):
            ngrams += [padded[start:start + n] for start in range(max(len(padded) - n, 0) + 1)]
            if n >= len(padded):
                break
    return ngrams


@cache
def marked_token_pattern() -> str:
    """Return a token pattern that keeps combining marks in their word; without marks it finds the default's tokens.

    >>> import re
    >>> re.findall(marked_token_pattern(), "हिन्दी, a cafe\u0301")
    ['हिन्दी', 'cafe\u0301']
    """
    codes = [code for codes in (range(LAST_SCRIPT), range(FIRST_SELECTOR, LAST_SELECTOR + 1)) for code in codes
             if unicodedata.category(chr(code)).startswith("M")] + list(map(ord, JOINERS))
    runs = [list(run) for _, run in groupby(enumerate(sorted(codes)), lambda pair: pair[1] - pair[0])]
    marks = "".join(f"\\U{run[0][1]:08x}-\\U{run[-1][1]:08x}" for run in runs)
    return rf"(?u)[\w{marks}][\w{marks}]+"
