"""The base class of the vectorizers: documents become rows of counts, the kept terms become columns."""
import warnings
from collections import deque
from collections.abc import Collection, Iterable, Mapping

import numpy as np

from minidl.arrays import Bools, Int32s, Strings
from minidl.checks import is_real, is_whole, require, shown
from minidl.text.analysis import Analyzer, Tokenizer
from minidl.text.counting import (alphabetical_columns, count_chunks, new_numbering, numbered_chunks, numbers_of_known,
                                  numbers_of_new)
from minidl.text.csr import CSR
from minidl.text.settings import Settings
from minidl.text.vocabulary import Vocabulary, columns_of


def document_limit(limit: int | float, n_documents: int) -> int | float:
    """Return min_df or max_df as a number of documents: a float is a share of them.

    >>> document_limit(3, 200), document_limit(0.25, 200)
    (3, 50.0)
    """
    return limit if is_whole(limit) else limit * n_documents


def check_document_limit(name: str, limit: int | float) -> None:
    """Raise ValueError if min_df or max_df is neither a whole number from 1 nor a share."""
    valid = limit >= 1 if is_whole(limit) else is_real(limit) and 0 <= limit <= 1
    require(valid, name, "must be a whole number, at least 1, or a share in [0, 1]", limit)


class TermVectorizer(Settings):
    """Settings, vocabulary and counts; TfidfVectorizer and BM25Vectorizer turn the counts into weights.

    Arguments, attributes and errors are those of TfidfVectorizer.
    """

    vocabulary_: dict[str, int]

    def __init__(self, *, strip_accents: str | None, lowercase: bool, analyzer: str, tokenizer: Tokenizer | None,
                 token_pattern: str, stop_words: Collection[str] | None, ngram_range: tuple[int, int],
                 min_df: int | float, max_df: int | float, max_features: int | None, vocabulary: Vocabulary | None
                 ) -> None:
        self.strip_accents, self.lowercase, self.vocabulary = strip_accents, lowercase, vocabulary
        self.analyzer, self.tokenizer, self.token_pattern = analyzer, tokenizer, token_pattern
        self.stop_words, self.ngram_range = stop_words, ngram_range
        self.min_df, self.max_df, self.max_features = min_df, max_df, max_features

    def get_feature_names_out(self) -> Strings:
        """Return the terms in the order of their columns, (V,) strings."""
        self._check_fitted()
        return np.array(list(self.vocabulary_), dtype=object)

    def transform(self, documents: Iterable[str]) -> CSR:
        """Return the weights of documents, (N, V), for the vocabulary of the last fit."""
        raise NotImplementedError(f"{type(self).__name__}.transform")

    def transform_queries(self, queries: Iterable[str]) -> CSR:
        """Return the weights of queries, (Q, V): their product with the documents' weights is the score."""
        return self.transform(queries)

    def _fit_counts(self, documents: Iterable[str]) -> tuple[CSR, Int32s]:
        """Learn the vocabulary; return the counts, a CSR matrix (N, V), and the documents' lengths (N,)."""
        self._check_documents(documents)
        self._check_settings()
        if self.vocabulary is not None:
            self.vocabulary_ = columns_of(self.vocabulary)
            return self._counts_of(documents, self._consistent_analyzer())
        numbers = new_numbering()
        # the deque reads all documents now
        chunks = deque(numbered_chunks(documents, self._consistent_analyzer(), numbers_of_new(numbers)))
        if not numbers:
            raise ValueError("documents: must have a term, got an empty vocabulary; perhaps there are only stop words")
        vocabulary, column = alphabetical_columns(numbers)
        counts, lengths = count_chunks(chunks, len(column), column)
        mask = self._kept_terms(counts)
        if not mask.all():
            counts, vocabulary = counts.columns(mask), [term for term, is_kept in zip(vocabulary, mask) if is_kept]
        self.vocabulary_ = dict(zip(vocabulary, range(len(vocabulary))))
        return counts, lengths

    def _counts_of(self, documents: Iterable[str], analyzer: Analyzer | None = None) -> tuple[CSR, Int32s]:
        """Return the counts and lengths of documents, for the vocabulary of the last fit."""
        self._check_documents(documents)
        self._check_fitted()
        chunks = deque(numbered_chunks(documents, analyzer or self._analyzer(), numbers_of_known(self.vocabulary_)))
        counts, lengths = count_chunks(chunks, len(self.vocabulary_))
        if not len(lengths):
            raise ValueError("documents: must be at least one, got none")
        return counts, lengths

    def _kept_terms(self, counts: CSR) -> Bools:
        """Return which terms min_df, max_df and max_features keep, (V,) booleans."""
        n_documents, frequencies = counts.shape[0], counts.document_frequencies()
        least, most = document_limit(self.min_df, n_documents), document_limit(self.max_df, n_documents)
        if most < least:
            raise ValueError(f"max_df: must not be below min_df, got {most} documents and {least}")
        mask = (least <= frequencies) & (frequencies <= most)
        if self.max_features is not None and mask.sum() > self.max_features:
            totals = np.where(mask, np.bincount(counts.indices, counts.data, len(mask)), -1)
            by_total = np.argsort(-totals, kind="stable")  # ties in alphabetical order
            mask[by_total[self.max_features:]] = False
        if not mask.any():
            raise ValueError("min_df, max_df: must leave a term, got none; try a lower min_df or a higher max_df")
        return mask

    def _analyzer(self) -> Analyzer:
        return Analyzer(strip_accents=self.strip_accents, lowercase=self.lowercase, analyzer=self.analyzer,
                        tokenizer=self.tokenizer, token_pattern=self.token_pattern, stop_words=self.stop_words,
                        ngram_range=self.ngram_range)

    def _consistent_analyzer(self) -> Analyzer:
        """Return the analyzer for a fit; warn of stop words that will not be removed."""
        analyzer = self._analyzer()
        tokens = analyzer.inconsistent_stop_words()
        if tokens:
            warnings.warn(f"stop_words: must be tokens, got words with the tokens {shown(tokens)}, which are no stop "
                          "words; add these", stacklevel=5)
        return analyzer

    def _check_settings(self) -> None:
        check_document_limit("min_df", self.min_df)
        check_document_limit("max_df", self.max_df)
        n = self.max_features
        require(n is None or is_whole(n) and n >= 1, "max_features", "must be None or a whole number, at least 1", n)

    @staticmethod
    def _check_documents(documents: Iterable[str]) -> None:
        if isinstance(documents, str):
            raise ValueError("documents: must be a collection of strings, got one string")
        is_table = isinstance(documents, Mapping) or getattr(documents, "ndim", 1) != 1  # iteration would give names
        require(isinstance(documents, Iterable) and not is_table, "documents",
                "must be a collection of strings, such as one column of a table", documents, TypeError)

    def _check_fitted(self, step: str = "transform") -> None:
        if not hasattr(self, "vocabulary_"):
            raise ValueError(f"{type(self).__name__}: call fit before {step}")
