"""Postings: for each term, the documents that contain it, ascending, and their weights.

This is the transposed matrix of the documents.  A term's largest weight, or its k-th
largest, bounds the term's share of a score.
"""
from typing import NamedTuple

import numpy as np

from minidl.arrays import Floats, Int64s, Integers
from minidl.text.csr import BLOCK, CSR

KEPT_CUTS = 4  # values of k whose k-th largest weights are kept


class Transposed(NamedTuple):
    """The arrays of the postings: documents and weights (nnz,); term t has those from starts[t] to starts[t + 1].

    largest: (V,) each term's largest weight, 0 without a posting.
    """

    documents: Integers
    weights: Floats
    starts: Int64s
    largest: Floats


def transposed(matrix: CSR) -> Transposed:
    """Return the postings of a CSR matrix (N, V)."""
    n_terms = matrix.shape[1]
    places = places_by_term(matrix.indices, n_terms)
    starts = np.zeros(n_terms + 1, np.int64)
    np.cumsum(matrix.document_frequencies(), out=starts[1:])
    documents = matrix.row_numbers().take(places)
    weights, largest = matrix.data.take(places).astype(np.float64, copy=False), np.zeros(n_terms)
    filled = np.flatnonzero(np.diff(starts))
    if len(filled):
        largest[filled] = np.maximum.reduceat(weights, starts[filled])
    return Transposed(documents, weights, starts, largest)


def places_by_term(terms: Integers, n_terms: int) -> Int64s:
    """Return the places of all terms, (M,), sorted by term: np.argsort(terms, kind="stable"), in half the time.

    A term and its place make one number, so a plain sort of integers is enough.

    >>> places_by_term(np.array([2, 0, 2, 1]), 3).tolist()
    [1, 3, 0, 2]
    """
    place_bits = len(terms).bit_length()
    if n_terms.bit_length() + place_bits > 63:  # the number would have more than 64 bits
        return np.argsort(terms, kind="stable")
    keys = terms.astype(np.int64)
    keys <<= place_bits
    for start in range(0, len(keys), BLOCK):  # in blocks, so that no second array has the length of the keys
        keys[start:start + BLOCK] |= np.arange(start, min(start + BLOCK, len(keys)))
    keys.sort()
    keys &= (1 << place_bits) - 1
    return keys


class Postings:
    """The postings of a matrix (N, V) with weights above 0, from what `transposed` returns."""

    def __init__(self, arrays: Transposed) -> None:
        self.arrays = arrays
        self.documents, self.weights, self.starts, self.largest = self.arrays
        self.lengths = np.diff(self.starts)
        self._kth_largest: dict[int, Floats] = {}

    def of(self, term: int) -> tuple[Integers, Floats]:
        """Return (documents, weights) of a term."""
        span = slice(self.starts[term], self.starts[term + 1])
        return self.documents[span], self.weights[span]

    def weights_of(self, term: int, documents: Integers) -> Floats:
        """Return the term's weight in each of these documents, 0 if absent; at least one document must contain it."""
        containing, weights = self.of(term)
        positions = containing.searchsorted(documents.astype(containing.dtype, copy=False))  # else numpy converts all
        positions[positions == len(containing)] = 0
        return np.where(containing[positions] == documents, weights[positions], 0.0)

    def weights_at(self, terms: Integers, documents: Integers) -> Floats:
        """Return the weights of pairs, (P,) terms and documents, 0 if absent; equal terms should be neighbours."""
        if not len(self.documents):
            return np.zeros(len(terms))
        starts, stops = self.starts.take(terms), self.starts.take(terms + 1)
        sought, positions = documents.astype(self.documents.dtype, copy=False), np.empty(len(terms), np.int64)
        begin = 0
        for end in [*((terms[1:] != terms[:-1]).nonzero()[0] + 1).tolist(), len(terms)][:len(terms)]:
            containing = self.documents[starts[begin]:stops[begin]]
            positions[begin:end] = containing.searchsorted(sought[begin:end])
            begin = end
        positions += starts
        found = self.documents.take(positions, mode="clip") == sought  # clip: one after the last posting
        found &= positions < stops
        return np.where(found, self.weights.take(positions, mode="clip"), 0.0)

    def kth_largest(self, terms: Integers, k: int) -> Floats:
        """Return the k-th largest weight of each of these terms, (T,); 0 if fewer than k documents contain the term."""
        if k == 1:
            return self.largest[terms]
        if k not in self._kth_largest:
            while len(self._kth_largest) >= KEPT_CUTS:
                self._kth_largest.pop(next(iter(self._kth_largest)))
            self._kth_largest[k] = np.where(self.lengths >= k, np.nan, 0.0)
        known = self._kth_largest[k]
        for term in np.unique(terms[np.isnan(known[terms])]).tolist():
            _, weights = self.of(term)
            known[term] = np.partition(weights, len(weights) - k)[-k]
        return known[terms]
