"""TF-IDF: how much a term says about a document.

    tf(t, d)     how often t stands in d, or 1 + ln of that
    idf(t)       ln((1 + N) / (1 + df(t))) + 1, with df(t) of the N documents having t
    row of d     tf idf of every term, divided by its Euclidean length

A term that is everywhere counts little, a rare one much.  With rows of length 1, the
product of two is the cosine of the angle between them.

Sources: Spärck Jones, "A statistical interpretation of term specificity and its
application in retrieval", Journal of Documentation 28, 1972; Salton and Buckley,
"Term-weighting approaches in automatic text retrieval", Information Processing and
Management 24, 1988.
"""
from collections.abc import Collection, Iterable

import numpy as np

from minidl.text import CSR, TOKEN_PATTERN, TermVectorizer
from minidl.text.csr import Floats, Integers

NORMS = (None, "l1", "l2")


def inverse_document_frequencies(frequencies: Integers, n_documents: int, smooth: bool = True) -> Floats:
    """Return idf (V,) of document frequencies (V,); without smoothing, ln(N / df) + 1.

    >>> inverse_document_frequencies(np.array([1, 3]), 3).tolist()
    [1.6931471805599454, 1.0]
    """
    return np.log((n_documents + smooth) / (frequencies + smooth)) + 1


def tfidf_weights(counts: CSR, idf: Floats | None = None, sublinear: bool = False, norm: str | None = "l2") -> CSR:
    """Return the weights, a CSR matrix, of counts, a CSR matrix; idf (V,), or None for 1."""
    data = np.log(counts.data) + 1 if sublinear else counts.data.astype(np.float64)
    if idf is not None:
        data *= idf[counts.indices]
    if norm is not None:
        sizes = counts.row_sums(data * data if norm == "l2" else np.abs(data))
        sizes = np.sqrt(sizes) if norm == "l2" else sizes
        data /= np.repeat(sizes, np.diff(counts.indptr))
    return counts._replace(data=data)


class TfidfVectorizer(TermVectorizer):
    """scikit-learn's TfidfVectorizer by hand: the same terms, the same numbers.

    Args:
        lowercase: whether case is folded first.
        token_pattern: regular expression of a token; where it has a group, that is the token.
        stop_words: None, or a collection of tokens that are left out.
        ngram_range: (least, most) tokens in a term.
        min_df, max_df: in how many documents a term of the vocabulary must be at least,
            and may be at most: a whole number, or a float for a share of the documents.
        max_features: so many of the terms, those that stand most often in all; of equally
            frequent ones the first by alphabet.
        use_idf, smooth_idf, sublinear_tf: see the formula above.
        norm: "l2", "l1" or None: what a row is divided by.

    Documents come from any iterable, which is read once.

    Attributes, after fit:
        vocabulary_: dict from term to column, in alphabetical order.
        idf_: (V,) float64; there is none without use_idf.

    Raises:
        ValueError: one string instead of documents, or none at all; transform before fit; an empty
            vocabulary; settings outside their range (in fit, as in scikit-learn).
        TypeError: a document that is no string.

    Differs from scikit-learn: no list of stop words comes with it, but any collection is
    taken; bytes are not decoded; terms have at least one token; settings that no homework
    uses are left out.

    >>> vectorizer = TfidfVectorizer()
    >>> vectorizer.fit_transform(["red red fish", "blue fish"]).toarray().round(3).tolist()
    [[0.0, 0.335, 0.942], [0.815, 0.58, 0.0]]
    >>> vectorizer.get_feature_names_out().tolist()
    ['blue', 'fish', 'red']
    """

    idf_: Floats

    def __init__(self, *, lowercase: bool = True, token_pattern: str = TOKEN_PATTERN,
                 stop_words: Collection[str] | None = None, ngram_range: tuple[int, int] = (1, 1),
                 max_df: int | float = 1.0, min_df: int | float = 1, max_features: int | None = None,
                 norm: str | None = "l2", use_idf: bool = True, smooth_idf: bool = True,
                 sublinear_tf: bool = False) -> None:
        super().__init__(lowercase=lowercase, token_pattern=token_pattern, stop_words=stop_words,
                         ngram_range=ngram_range, min_df=min_df, max_df=max_df, max_features=max_features)
        self.norm, self.use_idf, self.smooth_idf, self.sublinear_tf = norm, use_idf, smooth_idf, sublinear_tf

    def fit(self, documents: Iterable[str]) -> "TfidfVectorizer":
        """Learn the vocabulary and idf."""
        self.fit_transform(documents)
        return self

    def fit_transform(self, documents: Iterable[str]) -> CSR:
        """Learn from the documents, and return their weights, a CSR matrix (N, V)."""
        counts, _ = self._fit_counts(documents)
        vars(self).pop("idf_", None)  # of an earlier fit
        if self.use_idf:
            self.idf_ = inverse_document_frequencies(counts.document_frequencies(), counts.shape[0], self.smooth_idf)
        return self._weigh(counts)

    def transform(self, documents: Iterable[str]) -> CSR:
        """Return the weights of documents, a CSR matrix (N, V); terms that fit has not seen do not count."""
        return self._weigh(self._counts_of(documents)[0])

    def _weigh(self, counts: CSR) -> CSR:
        return tfidf_weights(counts, self.idf_ if self.use_idf else None, self.sublinear_tf, self.norm)

    def _check_settings(self) -> None:
        super()._check_settings()
        if self.norm not in NORMS:
            raise ValueError(f"norm: must be one of None, 'l1', 'l2', got {self.norm!r}")
