"""Which documents can be among the best, by MaxScore: without reading the postings of frequent terms.

A query's terms are taken from the rarest on.  Let rest(i) be the sum, over the terms
from the i-th on, of the query's weight times the term's largest weight: no document
gains more than that from those terms.

1. threshold: k documents score at least q_t times t's k-th largest weight, for any
   term t, since weights are not negative.  So the k best score no less than the
   largest of these products.
2. read: while rest(i) is not below the threshold, add up the postings of the i-th
   term.  Afterwards, a document in none of them scores at most rest(i): it is out.
3. prune: a document whose sum so far plus rest(i) is below the threshold is out.
4. raise: k documents have at least the k-th largest sum so far, so that the threshold
   may rise to it; then the i-th term's weights are looked up for those still in,
   without reading its postings, and again from 3, until no more than a few are in.

What is left are all documents that can be among the k best, and few others; their
exact scores decide.  Sums are made in another order here than there, so that every
comparison gives way by SLACK, far above the rounding of a sum.

Source: Turtle and Flood, "Query evaluation: strategies and optimizations",
Information Processing and Management 31, 1995.
"""
import numpy as np

SLACK = 1e-9  # relative; a sum of n numbers that are not negative is off by n times 1e-16 at most
FEW = 2  # times k: so many candidates are scored faster than thinned out further


class Finder:
    """Finds candidates; keeps two arrays of N numbers, so that a query touches no more of them than it reads."""

    def __init__(self, postings):
        self.postings = postings
        self.sums = np.zeros(postings.n_documents)
        self.marks = np.empty(postings.n_documents, np.int64)

    def best(self, terms, weights, k):
        """Return documents among which are the k best, or all that have one of the terms."""
        postings = self.postings
        threshold = (weights * postings.largest(k)[terms]).max(initial=0.0)  # 1
        return self._find(terms, weights, threshold, k)

    def reaching(self, terms, weights, threshold):
        """Return documents among which are all with a score of `threshold` or more, which is above 0."""
        return self._find(terms, weights, threshold, None)

    def _find(self, terms, weights, threshold, k):
        order = self.postings.lengths[terms].argsort(kind="stable")
        terms, weights = terms[order], weights[order]
        bounds = weights * self.postings.largest(1)[terms]
        rest = np.append(bounds[::-1].cumsum()[::-1], 0.0)
        start, documents, sums = self._read(terms, weights, rest, threshold)
        for i in range(start, len(terms) + 1):
            if k is not None and len(sums) >= k:
                threshold = max(threshold, np.partition(sums, -k)[-k])  # 4
            inside = sums + rest[i] >= threshold * (1 - SLACK)  # 3
            documents, sums = documents[inside], sums[inside]
            if i == len(terms) or k is not None and len(documents) <= FEW * k:
                break
            sums += weights[i] * self.postings.weights_of(terms[i], documents)
        return documents

    def _read(self, terms, weights, rest, threshold):
        """Add up postings, step 2; return the number of terms read, the documents in them and their sums."""
        lists, i = [], 0
        while i < len(terms) and rest[i] >= threshold * (1 - SLACK):
            documents, found = self.postings.of(terms[i])
            self.sums[documents] += weights[i] * found
            lists.append(documents)
            i += 1
        documents = np.concatenate(lists) if lists else np.empty(0, np.int32)
        sums = self.sums[documents]
        self.sums[documents] = 0.0
        inside = sums + rest[i] >= threshold * (1 - SLACK)
        documents, sums = documents[inside], sums[inside]
        numbers = np.arange(len(documents))
        self.marks[documents] = numbers
        once = self.marks[documents] == numbers  # of a document's several places, the last
        return i, documents[once], sums[once]
