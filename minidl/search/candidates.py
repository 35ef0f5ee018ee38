"""Candidates for the best documents, by MaxScore: the postings of frequent terms are not read.

A query's terms are sorted, the rarest first.  Let bound(i) be the sum, over the terms
from the i-th on, of the query's weight times the term's largest weight: these terms add
at most bound(i) to the score of any document.

1. threshold: k documents score at least q_t times the k-th largest weight of t, for any
   term t, since no weight is negative.  So the k best score at least the largest of
   these products.
2. read: the postings of the first i terms are merged and summed; i is the first with bound(i)
   below the threshold.  A document in none of them scores at most bound(i): it is removed.
3. prune: a document is removed if its sum plus bound(i) is below the threshold.
4. raise: k documents score at least the k-th largest sum, so the threshold rises to it,
   and step 3 is repeated.  As long as many documents remain, the i-th term's weights are
   looked up for them only, without reading its postings, and i increases by one.

The remaining documents include all that can be among the k best; their exact scores
decide.  The sums are added in another order than the exact scores, so every comparison
allows for a relative error of SLACK, far above the rounding of a sum.

Source: Turtle and Flood, "Query evaluation: strategies and optimizations",
Information Processing and Management 31, 1995.
"""
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from minidl.arrays import Bools, Floats, Integers
from minidl.search.postings import Postings
from minidl.text.csr import CSR

SLACK = 1e-9  # relative; the rounding of a sum of n numbers that are not negative is at most n times 1e-16
CANDIDATES_PER_RESULT = 3  # this many times k candidates take less time to score than to prune further
FIRST_ROUND, ROUND_GROWTH = 8000, 4  # postings to read before the threshold first rises; its factor per round


class Query(NamedTuple):
    """A query of T terms, sorted by the number of their postings.

    terms: (T,).  weights: (T,).  n_read: (T,) number of postings of the first i + 1 terms.
    bounds: (T + 1,) bound(i), descending; the last is 0.
    k: number of results, or None for all documents that reach the threshold.
    """

    terms: Integers
    weights: Floats
    n_read: Integers
    bounds: Floats
    k: int | None


class Candidates(NamedTuple):
    """The documents that remain after the first i terms, (C,), their sums over these terms, (C,), and the threshold."""

    i: int
    documents: Integers
    sums: Floats
    threshold: float


def first_thresholds(postings: Postings, queries: CSR, k: int) -> Floats:
    """Return step 1's threshold for each query, (Q,)."""
    products = queries.data * postings.kth_largest(queries.indices, k)
    thresholds = np.zeros(queries.shape[0])
    np.maximum.at(thresholds, queries.row_numbers(), products)
    return thresholds


def raised(threshold: float, sums: Floats, k: int | None) -> float:
    """Return the threshold, or the k-th largest of the sums if that is larger.

    >>> print(raised(0.5, np.array([1.0, 3.0, 2.0]), k=2), raised(0.5, np.array([1.0]), k=2))
    2.0 0.5
    """
    if k is None or len(sums) < k:
        return threshold
    sums = sums.copy()
    sums.partition(len(sums) - k)
    kth_largest: float = sums[-k]
    return max(threshold, kth_largest)


def with_slack(threshold: float) -> float:
    """Return the threshold lowered by SLACK: an inexact sum below it has an exact score below the threshold."""
    return threshold * (1 - SLACK)


def n_terms_to_read(bounds: Floats, threshold: float) -> int:
    """Return the first i with bound(i) below the threshold: the postings of the first i terms must be read.

    >>> n_terms_to_read(np.array([0.9, 0.5, 0.2, 0.0]), threshold=0.4)
    2
    """
    return int(np.count_nonzero(bounds >= with_slack(threshold)))  # the bounds descend


def merged(documents: Integers, numbers: Floats) -> tuple[Integers, Floats]:
    """Return the documents, each once and ascending, and the sums of their numbers.

    The documents are a few ascending lists, one after the other.  A stable sort finds such
    lists and merges them, so it takes about as long as reading them.

    >>> documents, sums = merged(np.array([4, 7, 2, 4]), np.array([1.0, 2.0, 3.0, 4.0]))
    >>> documents.tolist(), sums.tolist()
    ([2, 4, 7], [3.0, 5.0, 2.0])
    """
    order = documents.argsort(kind="stable")
    documents = documents[order]
    is_first = np.ones(len(documents), bool)
    np.not_equal(documents[1:], documents[:-1], out=is_first[1:])
    sums: Floats = np.bincount(is_first.cumsum(), numbers[order])  # type: ignore[assignment]  # float64, since weighted
    return documents[is_first], sums[1:]


class CandidateFinder:
    """Finds candidates in the postings; a query costs only as much as the postings it reads."""

    def __init__(self, postings: Postings) -> None:
        self.postings = postings

    def best(self, queries: CSR, k: int) -> Iterator[Integers]:
        """Yield for each query documents that include its k best, or all that contain one of its terms."""
        return self._find(queries, first_thresholds(self.postings, queries, k), k)

    def reaching(self, queries: CSR, thresholds: Floats) -> Iterator[Integers]:
        """Yield for each query documents that include all with a score of at least its threshold, which must be > 0."""
        return self._find(queries, thresholds, None)

    def _find(self, queries: CSR, thresholds: Floats, k: int | None) -> Iterator[Integers]:
        """Yield the candidates of each query, given step 1's thresholds (Q,)."""
        lengths = self.postings.lengths[queries.indices]
        order = np.lexsort((lengths, queries.row_numbers()))
        terms, weights, lengths = queries.indices[order], queries.data[order], lengths[order]
        largest_products = weights * self.postings.largest[terms]
        for begin, end, threshold in zip(queries.indptr.tolist(), queries.indptr[1:].tolist(), thresholds.tolist()):
            bounds = np.zeros(end - begin + 1)
            bounds[:-1] = largest_products[begin:end][::-1].cumsum()[::-1]
            query = Query(terms[begin:end], weights[begin:end], lengths[begin:end].cumsum(), bounds, k)
            yield self._prune(query, self._read(query, threshold))

    def _read(self, query: Query, threshold: float) -> Candidates:
        """Return the candidates after steps 2 and 3; if there is much to read, the threshold rises in each round."""
        i, round_end = 0, FIRST_ROUND
        documents: Integers = np.empty(0, np.int32)
        sums: Floats = np.empty(0)
        while i < len(query.terms) and query.bounds[i] >= with_slack(threshold):
            n_affordable = int(query.n_read.searchsorted(round_end, "right"))
            stop = max(i + 1, min(n_terms_to_read(query.bounds, threshold), n_affordable))
            lists, products = self._postings(query.terms[i:stop], query.weights[i:stop])
            documents, sums = merged(np.concatenate([documents, *lists]), np.concatenate([sums, products]))
            i, round_end = stop, ROUND_GROWTH * round_end
            remains = np.flatnonzero(sums >= with_slack(threshold) - query.bounds[i])
            documents, sums = documents[remains], sums[remains]
            threshold = raised(threshold, sums, query.k)
        return Candidates(i, documents, sums, threshold)

    def _postings(self, terms: Integers, weights: Floats) -> tuple[list[Integers], Floats]:
        """Return the documents of each term, and the products of all their weights with the query's."""
        documents, document_weights = zip(*map(self.postings.of, terms.tolist()))
        products = np.concatenate(document_weights)
        products *= weights.repeat(self.postings.lengths[terms])
        return list(documents), products

    def _prune(self, query: Query, candidates: Candidates) -> Integers:
        """Return the documents that remain after steps 3 and 4."""
        i, documents, sums, threshold = candidates
        while True:
            remains: Bools = sums >= with_slack(threshold) - query.bounds[i]
            documents = documents[remains]
            is_small = query.k is not None and len(documents) <= CANDIDATES_PER_RESULT * query.k
            if i == len(query.terms) or is_small:
                return documents
            sums = sums[remains] + query.weights[i] * self.postings.weights_of(query.terms[i], documents)
            threshold = raised(threshold, sums, query.k)
            i += 1
