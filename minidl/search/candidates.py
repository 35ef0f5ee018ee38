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
   and step 3 is repeated.
5. look up: as long as many documents remain, the other terms' weights are looked up for
   them only, without reading the postings.  The most frequent terms have columns of
   weights that are rounded up; their shares are added first, and all at once.  Each
   exceeds the true share by less than a step, so k documents score at least the k-th
   largest of these sums less one step per term.  The terms between follow one by one.

The remaining documents include all that can be among the k best; their exact scores
decide.  The sums are added in another order than the exact scores, so every comparison
allows for a relative error of SLACK, far above the rounding of a sum.

Source: Turtle and Flood, "Query evaluation: strategies and optimizations",
Information Processing and Management 31, 1995.
"""
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from operator import neg
from typing import NamedTuple

import numpy as np

from minidl.arrays import Floats, Int32s, Integers
from minidl.search.columns import Columns
from minidl.search.merge import at_least, merged
from minidl.search.postings import Postings
from minidl.text.csr import CSR

SLACK = 1e-9  # relative; the rounding of a sum of n numbers that are not negative is at most n times 1e-16
CANDIDATES_PER_RESULT = 3  # this many times k candidates take less time to score than to prune further
FIRST_ROUND, ROUND_GROWTH = 8000, 4  # postings to read before the threshold first rises; its factor per round


class Query(NamedTuple):
    """A query of T terms, sorted by the number of their postings.

    terms, weights, spans: T of each; the span is where the term's postings are.
    n_read: T numbers of postings of the first i + 1 terms.
    bounds: T + 1, bound(i), descending; the last is 0.
    k: number of results, or None for all documents that reach the threshold.
    """

    terms: list[int]
    weights: list[float]
    spans: list[slice]
    n_read: list[int]
    bounds: list[float]
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


def n_terms_to_read(bounds: list[float], threshold: float) -> int:
    """Return the first i with bound(i) below the threshold: the postings of the first i terms must be read.

    >>> n_terms_to_read([0.9, 0.5, 0.2, 0.0], threshold=0.4)
    2
    """
    lowered = with_slack(threshold)
    return bisect_right(bounds, -lowered, hi=len(bounds) - 1, key=neg)


class CandidateFinder:
    """Finds candidates in the postings; a query costs only as much as the postings it reads."""

    def __init__(self, postings: Postings, n_documents: int) -> None:
        self.postings, self.n_documents = postings, n_documents
        self.columns = Columns(postings, n_documents)
        self._free_slots: list[Int32s] = []  # those of finished searches; each search has its own

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
        products = (queries.data * self.postings.largest[queries.indices])[order].tolist()
        terms, weights = queries.indices[order].tolist(), queries.data[order].tolist()
        lengths = lengths[order].tolist()
        starts = self.postings.starts[queries.indices[order]].tolist()
        spans = [slice(start, start + length) for start, length in zip(starts, lengths)]
        slots = self._taken_slots()
        for begin, end, threshold in zip(queries.indptr.tolist(), queries.indptr[1:].tolist(), thresholds.tolist()):
            bounds = [*accumulate(reversed(products[begin:end]), initial=0.0)][::-1]
            n_read = [*accumulate(lengths[begin:end])]
            query = Query(terms[begin:end], weights[begin:end], spans[begin:end], n_read, bounds, k)
            yield self._look_up(query, self._read(query, threshold, slots))
        self._free_slots.append(slots)

    def _taken_slots(self) -> Int32s:
        """Return memory for `merged` that no other thread uses; what has been used before is in the cache already."""
        try:
            return self._free_slots.pop()
        except IndexError:
            return np.empty(self.n_documents, np.int32)

    def _read(self, query: Query, threshold: float, slots: Int32s) -> Candidates:
        """Return the candidates after steps 2 and 3; if there is much to read, the threshold rises after each round."""
        i, n, round_end = 0, n_terms_to_read(query.bounds, threshold), FIRST_ROUND
        documents: Integers = np.empty(0, np.intp)
        sums: Floats = np.empty(0)
        while i < n:
            begin, i = i, max(i + 1, min(n, bisect_right(query.n_read, round_end)))
            documents, numbers = self._appended(documents, sums, query, begin, i)
            documents, sums = merged(documents, numbers, with_slack(threshold) - query.bounds[i], slots)
            if i < n:
                threshold, round_end = raised(threshold, sums, query.k), ROUND_GROWTH * round_end
                n = n_terms_to_read(query.bounds, threshold)
        return Candidates(i, documents, sums, threshold)

    def _appended(self, documents: Integers, sums: Floats, query: Query, i: int, end: int) -> tuple[Integers, Floats]:
        """Return documents and their sums, followed by the postings and the products of the terms from i to `end`."""
        stop = len(documents)
        size = stop + query.n_read[end - 1] - (query.n_read[i - 1] if i else 0)
        all_documents, numbers = np.empty(size, np.intp), np.empty(size)
        all_documents[:stop], numbers[:stop] = documents, sums
        for span, q_t in zip(query.spans[i:end], query.weights[i:end]):
            start, stop = stop, stop + span.stop - span.start
            all_documents[start:stop] = self.postings.documents[span]
            np.multiply(self.postings.weights[span], q_t, numbers[start:stop])
        return all_documents, numbers

    def _look_up(self, query: Query, candidates: Candidates) -> Integers:
        """Return the documents that remain after steps 4 and 5."""
        i, documents, sums, threshold = candidates
        n_few = 0 if query.k is None else CANDIDATES_PER_RESULT * query.k
        if len(documents) <= n_few:
            return documents
        excess, bound, without_column = 0.0, query.bounds[i], []
        for j in range(i, len(query.terms)):
            column = self.columns.of(query.terms[j])
            if column is None:
                without_column.append(j)
                continue
            step = query.weights[j] * column.step
            sums = sums + step * column.bytes.take(documents)
            excess, bound = excess + step, bound - query.bounds[j] + query.bounds[j + 1]
        threshold = raised(threshold + excess, sums, query.k) - excess
        documents, sums = at_least(with_slack(threshold) - bound, documents, sums)
        for j in without_column:
            if len(documents) <= n_few:
                break
            sums = sums + query.weights[j] * self.postings.weights_of(query.terms[j], documents)
            bound += query.bounds[j + 1] - query.bounds[j]
            threshold = raised(threshold, sums - excess, query.k)
            documents, sums = at_least(with_slack(threshold) - bound, documents, sums)
        return documents
