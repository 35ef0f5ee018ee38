"""TF-IDF: the weight of a term in a document.

    tf(t, d)     number of occurrences of t in d, or 1 + ln of that number
    idf(t)       ln((1 + N) / (1 + df(t))) + 1; df(t) of the N documents contain t
    row of d     tf idf of every term, divided by the row's Euclidean length

A term in all documents has a low weight, a rare term a high one.  As rows have length 1,
the product of two rows is the cosine of the angle between them.

Sources: Spärck Jones, "A statistical interpretation of term specificity and its
application in retrieval", Journal of Documentation 28, 1972; Salton and Buckley,
"Term-weighting approaches in automatic text retrieval", Information Processing and
Management 24, 1988.
"""
from collections.abc import Collection, Iterable

import numpy as np

from minidl.arrays import Floats, Integers
from minidl.checks import check_flags, require
from minidl.text import CSR, TOKEN_PATTERN, TermVectorizer, Tokenizer, Vocabulary

NORMS = (None, "l1", "l2")
BLOCK = 1 << 12  # rows that are weighted at a time; their arrays fit into the processor's cache


def inverse_document_frequencies(frequencies: Integers, n_documents: int, smooth: bool = True) -> Floats:
    """Return idf (V,) from document frequencies (V,); without smoothing, ln(N / df) + 1.

    >>> inverse_document_frequencies(np.array([1, 3]), 3).tolist()
    [1.6931471805599454, 1.0]
    """
    return np.log((n_documents + smooth) / (frequencies + smooth)) + 1


def tfidf_weights(counts: CSR, idf: Floats | None = None, sublinear: bool = False, norm: str | None = "l2") -> CSR:
    """Return the weights (N, V) from the counts (N, V), both CSR matrices; idf (V,), or None for 1."""
    weights = np.empty(len(counts.data))
    for start in range(0, len(counts), BLOCK):  # in blocks, so that no further array has the length of the weights
        block = counts.rows(start, start + BLOCK)
        data = np.log(block.data) + 1 if sublinear else block.data.astype(np.float64)
        if idf is not None:
            data *= idf[block.indices]
        if norm is not None:
            lengths = np.sqrt(block.row_sums(data * data)) if norm == "l2" else block.row_sums(np.abs(data))
            data /= np.repeat(lengths, block.lengths)
        weights[counts.indptr[start]:counts.indptr[start] + len(data)] = data
    return counts.replace(data=weights)


class TfidfVectorizer(TermVectorizer):
    """scikit-learn's TfidfVectorizer by hand: the same terms, the same numbers.

    Args:
        strip_accents: None, "unicode" (remove combining marks) or "ascii" (also all other characters outside of ASCII).
        lowercase: whether documents are converted to lower case first.
        analyzer: "word", or "char_wb": terms are n-grams of characters inside of words.
        tokenizer: function from a document to its list of tokens, instead of token_pattern; or None.
        token_pattern: regular expression of a token; if it has a group, the group is the token.  For words only.
        stop_words: None, or a collection of tokens to leave out.  For words only.
        ngram_range: (least, most) tokens or characters in a term.
        min_df, max_df: the least and the most documents that may contain a term of the
            vocabulary: a whole number, or a float for a share of the documents.
        max_features: None, or the number of most frequent terms to keep; ties in alphabetical order.
        vocabulary: None, or the terms in the order of their columns, or a dict from term to column; min_df, max_df
            and max_features then have no effect.
        use_idf, smooth_idf, sublinear_tf: see the formula above.
        norm: "l2", "l1" or None: the length that a row is divided by.

    Documents may be any iterable of strings; it is read once.  As in scikit-learn, fit ignores y.

    Attributes, after fit:
        vocabulary_: dict from term to column, in alphabetical order.
        idf_: (V,) float64; absent without use_idf.

    Raises:
        ValueError: one string instead of documents; no documents; transform before fit; an empty
            vocabulary; settings outside their range (in fit, as in scikit-learn).
        TypeError: a document that is not a string; a table or a dict instead of documents.

    Differs from scikit-learn: stop_words has no built-in list, but any collection is
    accepted; bytes are not decoded; terms have at least one token; settings that no
    homework uses are left out.

    >>> vectorizer = TfidfVectorizer()
    >>> vectorizer.fit_transform(["red red fish", "blue fish"]).toarray().round(3).tolist()
    [[0.0, 0.335, 0.942], [0.815, 0.58, 0.0]]
    >>> vectorizer.get_feature_names_out().tolist()
    ['blue', 'fish', 'red']
    """

    idf_: Floats

    def __init__(self, *, strip_accents: str | None = None, lowercase: bool = True, analyzer: str = "word",
                 tokenizer: Tokenizer | None = None, token_pattern: str = TOKEN_PATTERN,
                 stop_words: Collection[str] | None = None, ngram_range: tuple[int, int] = (1, 1),
                 max_df: int | float = 1.0, min_df: int | float = 1, max_features: int | None = None,
                 vocabulary: Vocabulary | None = None,
                 norm: str | None = "l2", use_idf: bool = True, smooth_idf: bool = True,
                 sublinear_tf: bool = False) -> None:
        super().__init__(strip_accents=strip_accents, lowercase=lowercase, analyzer=analyzer,
                         tokenizer=tokenizer, token_pattern=token_pattern, stop_words=stop_words,
                         ngram_range=ngram_range, min_df=min_df, max_df=max_df, max_features=max_features,
                         vocabulary=vocabulary)
        self.norm, self.use_idf, self.smooth_idf, self.sublinear_tf = norm, use_idf, smooth_idf, sublinear_tf

    def fit(self, documents: Iterable[str], y: object = None) -> "TfidfVectorizer":
        """Learn the vocabulary and idf; return self."""
        self.fit_transform(documents)
        return self

    def fit_transform(self, documents: Iterable[str], y: object = None) -> CSR:
        """Learn the vocabulary and idf; return the documents' weights, a CSR matrix (N, V)."""
        counts, _ = self._fit_counts(documents)
        vars(self).pop("idf_", None)  # from an earlier fit
        if self.use_idf:
            self.idf_ = inverse_document_frequencies(counts.document_frequencies(), counts.shape[0], self.smooth_idf)
        return self._weigh(counts)

    def transform(self, documents: Iterable[str]) -> CSR:
        """Return the weights of documents, a CSR matrix (N, V); terms outside the vocabulary are ignored."""
        return self._weigh(self._counts_of(documents)[0])

    def _weigh(self, counts: CSR) -> CSR:
        return tfidf_weights(counts, self.idf_ if self.use_idf else None, self.sublinear_tf, self.norm)

    def _check_settings(self) -> None:
        super()._check_settings()
        valid = self.norm is None or isinstance(self.norm, str) and self.norm in NORMS
        require(valid, "norm", "must be one of None, 'l1', 'l2'", self.norm)
        check_flags(use_idf=self.use_idf, smooth_idf=self.smooth_idf, sublinear_tf=self.sublinear_tf)
