"""From a document to its terms: fold the case, strip accents, find tokens, remove stop words, join n-grams.

    "The cats sat"  ->  the, cats, sat  ->  cats, sat  ->  cats, sat, cats sat

Or the terms are n-grams of characters: minidl.text.characters.

A token is a match of a regular expression; the default matches two or more word
characters between two word boundaries.  So the default tokens are the runs of word
characters that are longer than one; minidl.text.words finds them in many documents at
once, several times faster.
"""
import re
from collections.abc import Callable, Collection, Sequence
from itertools import chain

from minidl.arrays import Int64s
from minidl.checks import check_flags, is_whole, require, shown
from minidl.errors import first_line
from minidl.text.characters import character_ngrams, marked_token_pattern, strip_to_ascii, strip_unicode_accents
from minidl.text.words import TOKEN_PATTERN, words

STRIP_ACCENTS = {None: None, "unicode": strip_unicode_accents, "ascii": strip_to_ascii}
Tokenizer = Callable[[str], list[str]]
Lengths = list[int] | Int64s  # number of terms in each document


class Analyzer:
    """Finds the terms of documents, with the settings of scikit-learn.

    strip_accents: None, "unicode" (remove combining marks) or "ascii" (also all other characters outside of ASCII).
    lowercase: whether documents are converted to lower case first.
    analyzer: "word", or "char_wb" for n-grams of characters inside of words.
    tokenizer: function from a document to its list of tokens, instead of token_pattern; or None.
    token_pattern: regular expression; if it has a group, the group is the token.  For words only.
    stop_words: None, or a collection of tokens to leave out.  For words only.
    ngram_range: (least, most) tokens or characters in a term.

    >>> Analyzer(stop_words=["the"], ngram_range=(1, 2)).terms("The cats sat")
    ['cats', 'sat', 'cats sat']
    """

    def __init__(self, *, strip_accents: str | None = None, lowercase: bool = True, analyzer: str = "word",
                 tokenizer: Tokenizer | None = None, token_pattern: str = TOKEN_PATTERN,
                 stop_words: Collection[str] | None = None, ngram_range: tuple[int, int] = (1, 1)) -> None:
        check_flags(lowercase=lowercase)
        require_one_of("strip_accents", strip_accents, STRIP_ACCENTS)
        require_one_of("analyzer", analyzer, ("word", "char_wb"))
        self.strip = STRIP_ACCENTS[strip_accents]
        self.lowercase, self.finds_words = lowercase, analyzer == "word"
        require(tokenizer is None or callable(tokenizer), "tokenizer", "must be None or a function", tokenizer)
        self.token_pattern = token_pattern
        self.find_tokens: Tokenizer = compiled(token_pattern).findall if tokenizer is None else tokenizer
        self.stop_words = word_set(stop_words)
        self.ngram_range = least, most = checked_range(ngram_range)
        is_run = tokenizer is None and (token_pattern == TOKEN_PATTERN or token_pattern == marked_token_pattern())
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
        tokens = list(self.find_tokens(document))
        if self.stop_words:
            tokens = [token for token in tokens if token not in self.stop_words]
        if most == 1:
            return tokens
        return [" ".join(tokens[start:start + n]) for n in range(least, most + 1)
                for start in range(len(tokens) - n + 1)]

    def inconsistent_stop_words(self) -> list[str]:
        """Return the tokens of the stop words that are no stop words: such a stop word is never removed whole.

        >>> Analyzer(stop_words=["the", "don't"]).inconsistent_stop_words()
        ['don']
        """
        if not self.stop_words or not self.finds_words:
            return []
        words = [word.lower() if self.lowercase else word for word in self.stop_words]
        stripped = map(self.strip, words) if self.strip else words
        return sorted({token for word in stripped for token in self.find_tokens(word)} - self.stop_words)

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
