"""From a document to its terms: lower case, tokens, stop words left out, n-grams.

    "The cats sat"  ->  the, cats, sat  ->  cats, sat  ->  cats, sat, cats sat

A token is what a regular expression finds: by default, two word characters or more
between two word boundaries.  Those are the runs of word characters in the text, but
for runs of one; `words` finds them for many documents at once, by a table that makes
a space of every other character, several times faster than the expression does.
"""
import re
from collections.abc import Collection, Sequence
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

TOKEN_PATTERN = r"(?u)\b\w\w+\b"
SPACE = ord(" ")

Codes = npt.NDArray[np.unsignedinteger[Any]]
Lengths = list[int] | npt.NDArray[np.int64]  # how many terms each document has


class Analyzer:
    """The settings of an analysis, as scikit-learn names them.

    lowercase: whether case is folded first.
    token_pattern: regular expression; where it has a group, that is the token.
    stop_words: None, or a collection of tokens that are left out.
    ngram_range: (least, most) tokens in a term.

    >>> Analyzer(stop_words=["the"], ngram_range=(1, 2)).terms("The cats sat")
    ['cats', 'sat', 'cats sat']
    """

    def __init__(self, *, lowercase: bool = True, token_pattern: str = TOKEN_PATTERN,
                 stop_words: Collection[str] | None = None, ngram_range: tuple[int, int] = (1, 1)) -> None:
        if isinstance(stop_words, str):
            raise ValueError(f"stop_words: must be None or a collection of strings, got {stop_words!r}")
        least, most = ngram_range
        if not 1 <= least <= most:
            raise ValueError(f"ngram_range: must be (least, most) with 1 <= least <= most, got {ngram_range}")
        pattern = re.compile(token_pattern)
        if pattern.groups > 1:
            raise ValueError(f"token_pattern: must have at most one capturing group, got {pattern.groups}")
        self.lowercase, self.find = lowercase, pattern.findall
        self.stop_words = frozenset(stop_words or ())
        self.ngram_range = least, most
        self.only_words = token_pattern == TOKEN_PATTERN and not self.stop_words and most == 1

    def terms(self, document: str) -> list[str]:
        """Return the list of a document's terms."""
        tokens = self.find(document.lower() if self.lowercase else document)
        if self.stop_words:
            tokens = [token for token in tokens if token not in self.stop_words]
        least, most = self.ngram_range
        if most == 1:
            return tokens
        return [" ".join(tokens[start:start + n]) for n in range(least, most + 1)
                for start in range(len(tokens) - n + 1)]

    def terms_of_all(self, documents: Sequence[str]) -> tuple[list[str], Lengths]:
        """Return the list of the terms of all documents, one after the other, and how many each has."""
        found = words(documents, self.lowercase) if self.only_words and documents else None
        if found is None:
            each = list(map(self.terms, documents))
            found = list(chain.from_iterable(each)), list(map(len, each))
        return found


def words(documents: Sequence[str], lowercase: bool) -> tuple[list[str], Lengths] | None:
    """Return the words of all documents, of which there must be one, and how many each has.

    None where there is a character of more than 16 bits.
    """
    text = "\n".join(["", *documents, ""])
    characters, encoding, dtype = (128, "latin-1", np.uint8) if text.isascii() else (1 << 16, "utf-16-le", np.uint16)
    if lowercase and characters > 128:  # in ASCII the table sees to it; elsewhere a length may change
        documents = [document.lower() for document in documents]
        text = "\n".join(["", *documents, ""])
    codes: Codes = np.frombuffer(text.encode(encoding, "surrogatepass"), dtype)
    if len(codes) != len(text):
        return None
    codes = word_table(characters, lowercase)[codes]
    word = codes != SPACE
    lone = word[1:-1] & ~word[:-2] & ~word[2:]
    codes[1:-1][lone] = SPACE
    word[1:-1] &= ~lone
    begins = word[1:] & ~word[:-1]
    ends = np.cumsum(np.fromiter(map(len, documents), np.int64, len(documents)) + 1)
    lengths = np.add.reduceat(begins, np.concatenate([[0], ends[:-1]]), dtype=np.int64)
    return codes.tobytes().decode(encoding).split(), lengths


@cache
def word_table(size: int, lowercase: bool) -> Codes:
    """Return what each of so many characters becomes, as codes: a word character itself, all others a space."""
    characters = [chr(code) for code in range(size)]
    if lowercase and size == 128:
        characters = [character.lower() for character in characters]
    return np.array([ord(character) if re.match(r"\w", character) else SPACE for character in characters],
                    np.uint8 if size == 128 else np.uint16)
