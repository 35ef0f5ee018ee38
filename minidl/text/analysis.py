"""From a document to its terms: fold the case, strip accents, find tokens, remove stop words, join n-grams.

    "The cats sat"  ->  the, cats, sat  ->  cats, sat  ->  cats, sat, cats sat

Or the terms are n-grams of characters: minidl.text.characters.

A token is a match of a regular expression; the default matches two or more word
characters between two word boundaries.  So the default tokens are the runs of word
characters that are longer than one.  `words` finds them in many documents at once,
several times faster than the expression: a table replaces every other character by a
space, and the text is split at the spaces.
"""
import re
from collections.abc import Collection, Sequence
from functools import cache
from itertools import chain

import numpy as np

from minidl.arrays import Bools, Int64s, Integers
from minidl.checks import check_flags, is_whole, require, shown
from minidl.errors import first_line
from minidl.text.characters import character_ngrams, marked_token_pattern, strip_to_ascii, strip_unicode_accents

STRIP_ACCENTS = {None: None, "unicode": strip_unicode_accents, "ascii": strip_to_ascii}
TOKEN_PATTERN = r"(?u)\b\w\w+\b"
SPACE = ord(" ")
ASCII_SIZE, BMP_SIZE = 1 << 7, 1 << 16  # characters of ASCII, and of Unicode's basic multilingual plane

Lengths = list[int] | Int64s  # number of terms in each document


class Analyzer:
    """Finds the terms of documents, with the settings of scikit-learn.

    strip_accents: None, "unicode" (remove combining marks) or "ascii" (also all other characters outside of ASCII).
    lowercase: whether documents are converted to lower case first.
    analyzer: "word", or "char_wb" for n-grams of characters inside of words.
    token_pattern: regular expression; if it has a group, the group is the token.  For words only.
    stop_words: None, or a collection of tokens to leave out.  For words only.
    ngram_range: (least, most) tokens or characters in a term.

    >>> Analyzer(stop_words=["the"], ngram_range=(1, 2)).terms("The cats sat")
    ['cats', 'sat', 'cats sat']
    """

    def __init__(self, *, strip_accents: str | None = None, lowercase: bool = True, analyzer: str = "word",
                 token_pattern: str = TOKEN_PATTERN, stop_words: Collection[str] | None = None,
                 ngram_range: tuple[int, int] = (1, 1)) -> None:
        check_flags(lowercase=lowercase)
        require_one_of("strip_accents", strip_accents, STRIP_ACCENTS)
        require_one_of("analyzer", analyzer, ("word", "char_wb"))
        self.strip = STRIP_ACCENTS[strip_accents]
        self.lowercase, self.finds_words = lowercase, analyzer == "word"
        self.token_pattern, self.find_tokens = token_pattern, compiled(token_pattern).findall
        self.stop_words = word_set(stop_words)
        self.ngram_range = least, most = checked_range(ngram_range)
        is_run = token_pattern == TOKEN_PATTERN or token_pattern == marked_token_pattern()
        self.terms_are_words = self.finds_words and is_run and not self.stop_words and most == 1

    def terms(self, document: str) -> list[str]:
        """Return the list of a document's terms."""
        if not isinstance(document, str):
            raise TypeError(f"document: must be a string, got {shown(document)}")
        document = document.lower() if self.lowercase else document
        document = self.strip(document) if self.strip else document
        least, most = self.ngram_range
        if not self.finds_words:
            return character_ngrams(document, least, most)
        tokens = self.find_tokens(document)
        if self.stop_words:
            tokens = [token for token in tokens if token not in self.stop_words]
        if most == 1:
            return tokens
        return [" ".join(tokens[start:start + n]) for n in range(least, most + 1)
                for start in range(len(tokens) - n + 1)]

    def terms_of_all(self, documents: Sequence[str]) -> tuple[list[str], Lengths]:
        """Return the list of the terms of all documents, in their order, and the number of terms of each."""
        if self.terms_are_words and documents:
            lowercase = self.lowercase
            if self.strip:  # after the case is folded
                documents = [self.strip(document.lower() if lowercase else document) for document in documents]
                lowercase = False
            words_and_lengths = words(documents, lowercase, self.token_pattern)
            if words_and_lengths is not None:
                return words_and_lengths
        term_lists = list(map(self.terms, documents))
        return list(chain.from_iterable(term_lists)), list(map(len, term_lists))


def require_one_of(name: str, value: str | None, allowed: Collection[str | None]) -> None:
    """Raise ValueError unless the value is None or a string, and one of those that are allowed."""
    valid = (value is None or isinstance(value, str)) and value in allowed
    require(valid, name, f"must be one of {', '.join(map(repr, allowed))}", value)


def compiled(token_pattern: str) -> "re.Pattern[str]":
    """Return the compiled pattern; raise ValueError if it is no regular expression or has several groups."""
    rule = "must be a regular expression"
    require(isinstance(token_pattern, str), "token_pattern", rule, token_pattern)
    try:
        pattern = re.compile(token_pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"token_pattern: {rule}, got {token_pattern!r} ({first_line(error)})") from None
    require(pattern.groups <= 1, "token_pattern", "must have at most one capturing group", pattern.groups)
    return pattern


def word_set(stop_words: Collection[str] | None) -> frozenset[str]:
    """Return the stop words as a set, empty for None; raise ValueError if one is not a string."""
    if stop_words is None:
        return frozenset()
    valid = isinstance(stop_words, Collection) and not isinstance(stop_words, (str, bytes))
    require(valid and all(isinstance(word, str) for word in stop_words), "stop_words",
            "must be None or a collection of strings", stop_words)
    return frozenset(stop_words)


def checked_range(ngram_range: tuple[int, int]) -> tuple[int, int]:
    """Return (least, most); raise ValueError unless 1 <= least <= most."""
    valid = isinstance(ngram_range, (tuple, list)) and len(ngram_range) == 2 and all(map(is_whole, ngram_range))
    require(valid and 1 <= ngram_range[0] <= ngram_range[1], "ngram_range",
            "must be (least, most) with 1 <= least <= most", ngram_range)
    least, most = ngram_range
    return least, most


def words(documents: Sequence[str], lowercase: bool, token_pattern: str = TOKEN_PATTERN
          ) -> tuple[list[str], Int64s] | None:
    """Return the words of one or more documents, in their order, and the number of words of each.

    token_pattern: the default, or that of marked_token_pattern.  Return None if a character has more than 16 bits.

    >>> words(["The cats", "I sat"], lowercase=True)
    (['the', 'cats', 'sat'], array([2, 1]))
    """
    text = in_lines(documents)
    size, encoding, dtype = (ASCII_SIZE, "latin-1", np.uint8) if text.isascii() else (BMP_SIZE, "utf-16-le", np.uint16)
    if lowercase and size == BMP_SIZE:  # outside ASCII, lower case can change the length, so a table cannot do it
        documents = [document.lower() for document in documents]
        text = in_lines(documents)
    codes: Integers = np.frombuffer(text.encode(encoding, "surrogatepass"), dtype)
    if len(codes) != len(text):
        return None
    codes = word_table(size, lowercase, token_pattern)[codes]
    is_word = codes != SPACE
    blank_single_characters(codes, is_word)
    lengths = words_per_line(is_word, np.fromiter(map(len, documents), np.int64, len(documents)))
    return codes.tobytes().decode(encoding).split(), lengths


def in_lines(documents: Sequence[str]) -> str:
    """Return the documents as one text, with a line feed before, between and after them."""
    return "\n".join(["", *documents, ""])


@cache
def word_table(size: int, lowercase: bool, token_pattern: str = TOKEN_PATTERN) -> Integers:
    """Return the (size,) table from each character's code to its replacement: a word character or a space.

    In ASCII the table folds the case as well, if `lowercase`.

    >>> bytes(word_table(128, True)[list(b"A Cat-1!")])
    b'a cat 1 '
    """
    characters = [chr(code) for code in range(size)]
    if lowercase and size == ASCII_SIZE:
        characters = [character.lower() for character in characters]
    is_word = re.compile(token_pattern).fullmatch
    return np.array([ord(character) if is_word(2 * character) else SPACE for character in characters],
                    np.uint8 if size == ASCII_SIZE else np.uint16)


def blank_single_characters(codes: Integers, is_word: Bools) -> None:
    """Replace, in place, each word of one character by a space; the text must begin and end with a space.

    >>> codes = np.array(list(b" a cat "), np.uint8)
    >>> blank_single_characters(codes, codes != SPACE)
    >>> bytes(codes)
    b'   cat '
    """
    single = is_word[1:-1] & ~is_word[:-2] & ~is_word[2:]
    codes[1:-1][single] = SPACE
    is_word[1:-1] &= ~single


def words_per_line(is_word: Bools, line_lengths: Int64s) -> Int64s:
    """Return the number of words in each line of a text made by `in_lines`.

    The text has a line feed, two words, a line feed, one word, a line feed:

    >>> text = "\\nred fish\\nsea\\n"
    >>> words_per_line(np.array([character.isalpha() for character in text]), np.array([8, 3])).tolist()
    [2, 1]
    """
    word_begins = is_word[1:] & ~is_word[:-1]
    line_ends = np.cumsum(line_lengths + 1)
    return np.add.reduceat(word_begins, np.concatenate([[0], line_ends[:-1]]), dtype=np.int64)
