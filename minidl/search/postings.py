"""Postings: for each term, the documents that have it, ascending, and their weights.

The matrix of documents turned on its side.  With it go what bounds a term's share in
any score: its largest weight, and its k-th largest.
"""
from functools import cached_property, lru_cache

import numpy as np

from minidl.text.csr import CSR, Floats, Integers

DENSE_SHARE = 64  # a term in more than N / 64 documents gets a column with all its zeros: N numbers


class Postings:
    """The postings of a CSR matrix (N, V) with weights above 0."""

    def __init__(self, matrix: CSR) -> None:
        self.n_documents, self.n_terms = matrix.shape
        order = np.argsort(matrix.indices, kind="stable")  # stable: documents stay in ascending order
        self.documents: Integers = matrix.row_numbers()[order]
        self.weights: Floats = matrix.data[order]
        self.lengths = np.bincount(matrix.indices, minlength=self.n_terms)
        self.starts = np.concatenate([[0], np.cumsum(self.lengths)])
        self._columns: dict[int, Floats] = {}

    def of(self, term: int) -> tuple[Integers, Floats]:
        """Return (documents, weights) of a term."""
        place = slice(self.starts[term], self.starts[term + 1])
        return self.documents[place], self.weights[place]

    def weights_of(self, term: int, documents: Integers) -> Floats:
        """Return the weight in each of these documents, 0 where it is not, of a term that some document has."""
        if self.lengths[term] * DENSE_SHARE > self.n_documents:
            return self._column(term)[documents]
        having, weights = self.of(term)
        place = having.searchsorted(documents)
        place[place == len(having)] = 0
        return np.where(having[place] == documents, weights[place], 0.0)

    def _column(self, term: int) -> Floats:
        column = self._columns.get(term)
        if column is None:
            documents, weights = self.of(term)
            column = self._columns[term] = np.zeros(self.n_documents)
            column[documents] = weights
        return column

    @cached_property
    def _descending(self) -> Floats:
        """The weights, those of a term in descending order."""
        terms = np.repeat(np.arange(self.n_terms), self.lengths)
        order: Integers = np.lexsort((-self.weights, terms))
        return self.weights[order]

    @lru_cache(maxsize=8)  # noqa: B019 - an index lives as long as its program
    def largest(self, k: int) -> Floats:
        """Return each term's k-th largest weight, (V,); 0 where fewer than k documents have the term."""
        found = np.zeros(self.n_terms)
        enough = self.lengths >= k
        found[enough] = self._descending[self.starts[:-1][enough] + k - 1]
        return found
