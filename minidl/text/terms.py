"""Counting terms: documents become rows, the terms of the vocabulary columns.

Documents are read once, a chunk at a time.  Each term gets the next free number when
it is first seen; when all are known, they are numbered anew in alphabetical order.
A chunk's counts are the lengths of the runs in its sorted pairs (document, term).
"""
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import count
from numbers import Integral, Real

import numpy as np
import numpy.typing as npt

from minidl.text.analysis import Analyzer
from minidl.text.csr import CSR, Bools, stack

CHUNK = 1 << 15  # characters, whose terms stay in the processor's cache
NO_TERM = -1

Int32s = npt.NDArray[np.int32]


class Known(dict[str, int]):
    """Numbers of the terms of a vocabulary; any other term has NO_TERM."""

    def __missing__(self, term: str) -> int:
        return NO_TERM


def chunked(documents: Iterable[str]) -> Iterator[list[str]]:
    """Yield lists of documents that together have CHUNK characters or more; a TypeError names one that is no string."""
    chunk: list[str] = []
    characters = 0
    for number, document in enumerate(documents):
        if not isinstance(document, str):
            raise TypeError(f"documents: each must be a string, got {type(document).__name__} as number {number}")
        chunk.append(document)
        characters += len(document)
        if characters >= CHUNK:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk


def read(documents: Iterable[str], analyzer: Analyzer, numbers: Mapping[str, int]) -> Iterator[tuple[Int32s, Int32s]]:
    """Yield for each chunk the numbers of its documents' terms, one document after the other, and their lengths.

    numbers: what gives a term its number; a length counts all terms of a document, known or not.
    """
    for chunk in chunked(documents):
        terms, lengths = analyzer.terms_of_all(chunk)
        term = np.fromiter(map(numbers.__getitem__, terms), np.int32, len(terms))
        yield term, np.asarray(lengths, np.int32)


def count_pairs(document: Int32s, term: Int32s, n_documents: int, n_terms: int) -> tuple[Int32s, Int32s, Int32s]:
    """Return (counts, terms, different terms in each document) of pairs (M,), sorted by document and term."""
    pairs = document.astype(np.int64) * n_terms + term
    pairs.sort()
    first = np.flatnonzero(np.diff(pairs, prepend=-1))
    counts = np.diff(first, append=len(pairs)).astype(np.int32)
    document, term = np.divmod(pairs[first], n_terms)
    return counts, term.astype(np.int32), np.bincount(document, minlength=n_documents).astype(np.int32)


def taken(queue: deque[tuple[Int32s, Int32s]]) -> Iterator[tuple[Int32s, Int32s]]:
    """Yield the members of a deque while it grows shorter, so that each is freed when it has served."""
    while queue:
        yield queue.popleft()


class TermVectorizer:
    """Base class: settings and vocabulary, documents to counts; TfidfVectorizer and BM25Vectorizer weigh them.

    Arguments, attributes and errors are those of TfidfVectorizer.
    """

    vocabulary_: dict[str, int]

    def __init__(self, *, lowercase: bool, token_pattern: str, stop_words: Collection[str] | None,
                 ngram_range: tuple[int, int], min_df: int | float, max_df: int | float,
                 max_features: int | None) -> None:
        self.lowercase, self.token_pattern = lowercase, token_pattern
        self.stop_words, self.ngram_range = stop_words, ngram_range
        self.min_df, self.max_df, self.max_features = min_df, max_df, max_features

    def get_feature_names_out(self) -> npt.NDArray[np.object_]:
        """Return the terms in the order of their columns, (V,) strings."""
        self._check_fitted()
        return np.array(list(self.vocabulary_), dtype=object)

    def transform(self, documents: Iterable[str]) -> CSR:
        """Return the weights of documents, (N, V), over the vocabulary that fit has learnt."""
        raise NotImplementedError(f"{type(self).__name__}.transform")

    def transform_queries(self, queries: Iterable[str]) -> CSR:
        """Return the weights of queries, (Q, V): their product with the documents' is the score."""
        return self.transform(queries)

    def _fit_counts(self, documents: Iterable[str]) -> tuple[CSR, Int32s]:
        """Learn the vocabulary; return the counts, a CSR matrix, and the documents' lengths (N,)."""
        self._check_documents(documents)
        self._check_settings()
        numbers: defaultdict[str, int] = defaultdict(count().__next__)
        chunks = deque(read(documents, self._analyzer(), numbers))
        if not numbers:
            raise ValueError("documents: must have a term, got an empty vocabulary; perhaps there are only stop words")
        vocabulary = sorted(numbers)
        column = np.empty(len(numbers), np.int32)
        column[np.fromiter(map(numbers.__getitem__, vocabulary), np.int32, len(numbers))] = np.arange(len(numbers))
        counts, lengths = self._counts(taken(chunks), column)
        kept = self._kept(counts)
        if not kept.all():
            counts, vocabulary = counts.columns(kept), [term for term, keep in zip(vocabulary, kept) if keep]
        self.vocabulary_ = dict(zip(vocabulary, range(len(vocabulary))))
        return counts, lengths

    def _counts_of(self, documents: Iterable[str]) -> tuple[CSR, Int32s]:
        """Return the counts and lengths of documents, over the vocabulary that fit has learnt."""
        self._check_documents(documents)
        self._check_fitted()
        chunks = read(documents, self._analyzer(), Known(self.vocabulary_))
        counts, lengths = self._counts(chunks, np.arange(len(self.vocabulary_), dtype=np.int32))
        if not len(lengths):
            raise ValueError("documents: must be at least one, got none")
        return counts, lengths

    def _counts(self, chunks: Iterable[tuple[Int32s, Int32s]], column: Int32s) -> tuple[CSR, Int32s]:
        """Return the counts of chunks as `read` yields them, and the lengths; column (V,): where each number stands."""
        none: Int32s = np.zeros(0, np.int32)
        parts, lengths = [count_pairs(none, none, 0, len(column))], [none]
        for term, length in chunks:
            document = np.repeat(np.arange(len(length), dtype=np.int32), length)
            if len(term) and term.min() == NO_TERM:
                document, term = document[term != NO_TERM], term[term != NO_TERM]
            parts.append(count_pairs(document, column[term], len(length), len(column)))
            lengths.append(length)
        return stack(parts, len(column)), np.concatenate(lengths)

    def _kept(self, counts: CSR) -> Bools:
        """Return which columns min_df, max_df and max_features leave, (V,) booleans."""
        n, frequencies = counts.shape[0], counts.document_frequencies()
        least, most = (limit if isinstance(limit, (int, Integral)) else limit * n
                       for limit in (self.min_df, self.max_df))
        if most < least:
            raise ValueError(f"max_df: must not be below min_df, got {most} documents and {least}")
        kept = (least <= frequencies) & (frequencies <= most)
        if self.max_features is not None and kept.sum() > self.max_features:
            totals = np.where(kept, np.bincount(counts.indices, counts.data, len(kept)), -1)
            kept[np.argsort(-totals, kind="stable")[self.max_features:]] = False
        if not kept.any():
            raise ValueError("min_df, max_df: must leave a term, got none; try a lower min_df or a higher max_df")
        return kept

    def _analyzer(self) -> Analyzer:
        return Analyzer(lowercase=self.lowercase, token_pattern=self.token_pattern, stop_words=self.stop_words,
                        ngram_range=self.ngram_range)

    def _check_settings(self) -> None:
        for name in ("min_df", "max_df"):
            value: int | float = getattr(self, name)
            if not (value >= 1 if isinstance(value, (int, Integral)) else
                    isinstance(value, (float, Real)) and 0 <= value <= 1):
                raise ValueError(f"{name}: must be a whole number, at least 1, or a share in [0, 1], got {value!r}")
        most = self.max_features
        if most is not None and not (isinstance(most, (int, Integral)) and most >= 1):
            raise ValueError(f"max_features: must be None or a whole number, at least 1, got {most!r}")

    @staticmethod
    def _check_documents(documents: Iterable[str]) -> None:
        if isinstance(documents, str):
            raise ValueError("documents: must be a collection of strings, got one string")

    def _check_fitted(self) -> None:
        if not hasattr(self, "vocabulary_"):
            raise ValueError(f"{type(self).__name__}: call fit before transform")
