"""Postings: for each term, the documents that contain it, ascending, and their weights.

This is the transposed matrix of the documents.  A term's largest weight, or its k-th
largest, bounds the term's share of a score.
"""
from functools import cached_property, lru_cache

import numpy as np

from minidl.arrays import Floats, Integers
from minidl.text.csr import CSR

DENSE_SHARE = 64  # a term in more than N / 64 documents is also kept as a dense column of N numbers


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
        span = slice(self.starts[term], self.starts[term + 1])
        return self.documents[span], self.weights[span]

    def weights_of(self, term: int, documents: Integers) -> Floats:
        """Return the term's weight in each of these documents, 0 if absent; at least one document must contain it."""
        if self.lengths[term] * DENSE_SHARE > self.n_documents:
            return self._column(term)[documents]
        containing, weights = self.of(term)
        positions = containing.searchsorted(documents)
        positions[positions == len(containing)] = 0
        return np.where(containing[positions] == documents, weights[positions], 0.0)

    def _column(self, term: int) -> Floats:
        """Return the term's weight in every document, (N,); it is kept for the next call."""
        if term not in self._columns:
            documents, weights = self.of(term)
            column = np.zeros(self.n_documents)
            column[documents] = weights
            self._columns[term] = column
        return self._columns[term]

    @cached_property
    def _descending(self) -> Floats:
        """The weights, sorted by term and then descending."""
        terms = np.repeat(np.arange(self.n_terms), self.lengths)
        order: Integers = np.lexsort((-self.weights, terms))
        return self.weights[order]

    @lru_cache(maxsize=8)  # noqa: B019 - an index usually exists as long as its program
    def largest(self, k: int) -> Floats:
        """Return each term's k-th largest weight, (V,); 0 if fewer than k documents contain the term."""
        kth_largest = np.zeros(self.n_terms)
        enough = self.lengths >= k
        kth_largest[enough] = self._descending[self.starts[:-1][enough] + k - 1]
        return kth_largest
