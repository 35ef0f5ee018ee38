"""Which documents can be among the best, by MaxScore: without reading the postings of frequent terms.

A query's terms are taken from the rarest on.  Let rest(i) be the sum, over the terms
from the i-th on, of the query's weight times the term's largest weight: no document
gains more than that from those terms.

1. threshold: k documents score at least q_t times t's k-th largest weight, for any
   term t, since no weight is negative.  So the k best score no less than the largest
   of these products.
2. read: the postings of the first i terms are added up, where i is the first with
   rest(i) below the threshold.  A document in none of them scores at most rest(i): out.
3. prune: a document whose sum plus rest(i) is below the threshold is out.
4. raise: k documents score at least the k-th largest sum, so that the threshold rises
   to it, and 3 is applied again.  While more than a few are in, the i-th term's
   weights are looked up for them, its postings left unread, and i goes on by one.

What is left are all documents that can be among the k best, and few others; their
exact scores decide.  Sums are made in another order there than here, so that every
comparison gives way by SLACK, far above the rounding of a sum.

Source: Turtle and Flood, "Query evaluation: strategies and optimizations",
Information Processing and Management 31, 1995.
"""
from collections.abc import Iterator

import numpy as np

from minidl.search.postings import Postings
from minidl.text.csr import CSR, Bools, Floats, Integers

SLACK = 1e-9  # relative; a sum of n numbers that are not negative is off by n times 1e-16 at most
FEW = 3  # times k: so many candidates are scored faster than thinned out further
ROUND, GROWTH = 8000, 4  # postings to read before the threshold is raised for the first time, and how many more later


def first_thresholds(postings: Postings, queries: CSR, k: int) -> Floats:
    """Return step 1's threshold for each query, (Q,)."""
    products = queries.data * postings.largest(k)[queries.indices]
    thresholds = np.zeros(queries.shape[0])
    np.maximum.at(thresholds, queries.row_numbers(), products)
    return thresholds


def raised(threshold: float, sums: Floats, k: int | None) -> float:
    """Return the threshold, or the k-th largest of the sums where that is more."""
    if k is None or len(sums) < k:
        return threshold
    sums = sums.copy()
    sums.partition(len(sums) - k)
    kth: float = sums[-k]
    return max(threshold, kth)


class Finder:
    """Finds candidates; keeps two arrays of N numbers, of which a query touches no more than it reads."""

    def __init__(self, postings: Postings) -> None:
        self.postings = postings
        self.sums = np.zeros(postings.n_documents)
        self.marks = np.empty(postings.n_documents, np.int32)

    def best(self, queries: CSR, k: int) -> Iterator[Integers]:
        """Yield for each query documents among which are the k best, or all that have one of its terms."""
        yield from self._find(queries, first_thresholds(self.postings, queries, k), k)

    def reaching(self, queries: CSR, thresholds: Floats) -> Iterator[Integers]:
        """Yield for each query documents among which are all that score its threshold or more; it must be above 0."""
        yield from self._find(queries, thresholds, None)

    def _find(self, queries: CSR, thresholds: Floats, k: int | None) -> Iterator[Integers]:
        lengths = self.postings.lengths[queries.indices]
        order = np.lexsort((lengths, queries.row_numbers()))
        terms, weights, lengths = queries.indices[order], queries.data[order], lengths[order]
        bounds = weights * self.postings.largest(1)[terms]
        for begin, end, threshold in zip(queries.indptr.tolist(), queries.indptr[1:].tolist(), thresholds.tolist()):
            rest = np.zeros(end - begin + 1)
            rest[:-1] = bounds[begin:end][::-1].cumsum()[::-1]
            query = terms[begin:end], weights[begin:end], rest
            i, threshold, documents, sums = self._read(*query, lengths[begin:end].cumsum(), threshold, k)
            yield self._thin_out(*query, i, threshold, documents, sums, k)

    def _read(self, terms: Integers, weights: Floats, rest: Floats, ends: Integers, threshold: float, k: int | None
              ) -> tuple[int, float, Integers, Floats]:
        """Take steps 2 and 3; return i, the threshold, documents and their sums.

        Where there is much to read, the threshold is raised on the way, after each round.
        """
        i, most = 0, ROUND
        documents: Integers = np.empty(0, np.int32)
        sums: Floats = np.empty(0)
        read: list[Integers] = []
        while i < len(terms) and rest[i] >= threshold * (1 - SLACK):
            needed = (-rest).searchsorted(-threshold * (1 - SLACK), "right")
            stop = max(i + 1, int(min(needed, ends.searchsorted(most, "right"))))
            read.append(self._add(terms[i:stop], weights[i:stop]))
            i, most = stop, GROWTH * most
            documents = read[0] if len(read) == 1 else np.concatenate(read)
            sums = self.sums[documents]
            documents = self._distinct(documents[sums >= threshold * (1 - SLACK) - rest[i]])
            sums = self.sums[documents]
            threshold = raised(threshold, sums, k)
        for touched in read:
            self.sums[touched] = 0.0
        return i, threshold, documents, sums

    def _add(self, terms: Integers, weights: Floats) -> Integers:
        """Add the postings of terms to self.sums; return their documents, one as often as it has terms."""
        documents, found = map(np.concatenate, zip(*map(self.postings.of, terms.tolist())))
        found *= weights.repeat(self.postings.lengths[terms])
        np.add.at(self.sums, documents, found)
        return documents

    def _distinct(self, documents: Integers) -> Integers:
        numbers = np.arange(len(documents), dtype=np.int32)
        self.marks[documents] = numbers
        last: Bools = self.marks[documents] == numbers  # of a document's several places
        return documents[last]

    def _thin_out(self, terms: Integers, weights: Floats, rest: Floats, i: int, threshold: float, documents: Integers,
                  sums: Floats, k: int | None) -> Integers:
        """Take steps 3 and 4 until no more than a few are in, or all terms are counted; return the documents."""
        while True:
            inside: Bools = sums >= threshold * (1 - SLACK) - rest[i]
            documents = documents[inside]
            if i == len(terms) or k is not None and len(documents) <= FEW * k:
                return documents
            sums = sums[inside] + weights[i] * self.postings.weights_of(terms[i], documents)
            threshold = raised(threshold, sums, k)
            i += 1
