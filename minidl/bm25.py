"""BM25, in the variant of the search library Lucene.

    score(q, d) = sum over the terms t of q, repetitions included, of  idf(t) tf / (tf + k1 (1 - b + b |d| / a))
    idf(t)      = ln(1 + (N - df(t) + 1/2) / (df(t) + 1/2))

tf is the number of occurrences of t in d, |d| the number of terms in d, a the mean |d|,
df(t) the number of documents that contain t.  BM25 adds two things to TF-IDF: each
further occurrence of a term adds less than the one before (k1 sets how much less), and an
occurrence in a longer document counts less (b sets how much less).  The weights of the
documents do not depend on the query, so a score is the product of two sparse rows.

Sources: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
Beyond", Foundations and Trends in Information Retrieval 3, 2009; Kamphuis, de Vries,
Boytsov and Lin, "Which BM25 Do You Mean?", ECIR 2020, on the variants.
"""
import math
from collections.abc import Collection, Iterable

import numpy as np

from minidl.arrays import Floats, Integers
from minidl.checks import is_real, require
from minidl.text import CSR, TOKEN_PATTERN, TermVectorizer, Tokenizer, Vocabulary
from minidl.text.csr import DOCUMENTS, QUERIES


def bm25_idf(frequencies: Integers, n_documents: int) -> Floats:
    """Return idf (V,) from document frequencies (V,).

    >>> bm25_idf(np.array([1, 3]), 3).round(4).tolist()
    [0.9808, 0.1335]
    """
    return np.log1p((n_documents - frequencies + 0.5) / (frequencies + 0.5))


def bm25_weights(counts: CSR, lengths: Integers, idf: Floats, mean_length: float, *, k1: float = 1.5,
                 b: float = 0.75) -> CSR:
    """Return the documents' weights (N, V) from their counts (N, V), both CSR matrices, and lengths (N,)."""
    saturation = k1 * (1 - b + b * lengths / mean_length)
    tf = counts.data
    data = idf[counts.indices] * tf / (tf + np.repeat(saturation, counts.lengths))
    return counts.replace(data=data, role=DOCUMENTS)


class BM25Vectorizer(TermVectorizer):
    """Turns documents into BM25 weights and queries into counts; the product of the two is the score.

    `transform` is for documents, `transform_queries` for queries; InvertedIndex refuses one instead of the other.

    Args:
        strip_accents, lowercase, analyzer, tokenizer, token_pattern, stop_words, ngram_range, min_df, max_df,
            max_features, vocabulary: as for TfidfVectorizer.
        k1: at least 0; at 0 the number of occurrences does not matter.
        b: in [0, 1]; at 0 a document's length does not matter.

    Attributes, after fit: vocabulary_, idf_ (V,), mean_length_.

    Raises: as TfidfVectorizer.

    "red" occurs twice in a document of 3 terms and in 1 of 2 documents, whose mean length is 2.5:
    ln(1 + 1.5 / 1.5) * 2 / (2 + 1.5 (0.25 + 0.75 * 3 / 2.5)) = 0.3722

    >>> vectorizer = BM25Vectorizer()
    >>> vectorizer.fit_transform(["red red fish", "blue fish"]).toarray().round(4).tolist()
    [[0.0, 0.0669, 0.3722], [0.3047, 0.0801, 0.0]]
    >>> vectorizer.transform_queries(["Red fish, red sea"]).toarray().tolist()
    [[0.0, 1.0, 2.0]]
    """

    idf_: Floats
    mean_length_: float

    def __init__(self, *, strip_accents: str | None = None, lowercase: bool = True, analyzer: str = "word",
                 tokenizer: Tokenizer | None = None, token_pattern: str = TOKEN_PATTERN,
                 stop_words: Collection[str] | None = None, ngram_range: tuple[int, int] = (1, 1),
                 max_df: int | float = 1.0, min_df: int | float = 1, max_features: int | None = None,
                 vocabulary: Vocabulary | None = None,
                 k1: float = 1.5, b: float = 0.75) -> None:
        super().__init__(strip_accents=strip_accents, lowercase=lowercase, analyzer=analyzer,
                         tokenizer=tokenizer, token_pattern=token_pattern, stop_words=stop_words,
                         ngram_range=ngram_range, min_df=min_df, max_df=max_df, max_features=max_features,
                         vocabulary=vocabulary)
        self.k1, self.b = k1, b

    def fit(self, documents: Iterable[str], y: object = None) -> "BM25Vectorizer":
        """Learn the vocabulary, idf and the mean length; return self."""
        self.fit_transform(documents)
        return self

    def fit_transform(self, documents: Iterable[str], y: object = None) -> CSR:
        """Learn what `fit` learns; return the documents' weights, a CSR matrix (N, V)."""
        counts, lengths = self._fit_counts(documents)
        self.idf_ = bm25_idf(counts.document_frequencies(), counts.shape[0])
        self.mean_length_ = lengths.mean()
        return self._weigh(counts, lengths)

    def transform(self, documents: Iterable[str]) -> CSR:
        """Return the weights of documents, (N, V); terms outside the vocabulary only add to the length."""
        return self._weigh(*self._counts_of(documents))

    def transform_queries(self, queries: Iterable[str]) -> CSR:
        """Return the number of occurrences of each term in each query, a CSR matrix (Q, V)."""
        counts, _ = self._counts_of(queries)
        return counts.replace(data=counts.data.astype(np.float64), role=QUERIES)

    def _weigh(self, counts: CSR, lengths: Integers) -> CSR:
        return bm25_weights(counts, lengths, self.idf_, self.mean_length_, k1=self.k1, b=self.b)

    def _check_settings(self) -> None:
        super()._check_settings()
        require(is_real(self.k1) and 0 <= self.k1 < math.inf, "k1", "must be finite and at least 0", self.k1)
        require(is_real(self.b) and 0 <= self.b <= 1, "b", "must be in [0, 1]", self.b)
