"""The index: exact scores, the k best, ranks.

    score(q, d) = sum over the terms that q and d have in common of q_t d_t

A score is always the sum in ascending order of the terms, so that equal documents
have equal scores, to the last bit, and ties go to the lower document.
"""
import numpy as np

from minidl.search.candidates import Finder
from minidl.search.postings import Postings

QUERIES = 1024  # whose candidates are scored together


class InvertedIndex:
    """An index over documents, rows of a CSR matrix (N, V) of weights.

    Raises:
        ValueError: a weight is negative or not finite.

    >>> from minidl.tfidf import TfidfVectorizer
    >>> vectorizer = TfidfVectorizer()
    >>> index = InvertedIndex(vectorizer.fit_transform(["red fish", "blue fish", "red sea"]))
    >>> ids, scores = index.search(vectorizer.transform(["a blue fish"]), k=2)
    >>> ids.tolist(), scores.round(2).tolist()
    ([[1, 0]], [[1.0, 0.43]])
    """

    def __init__(self, matrix):
        self.matrix = positive("matrix", matrix)
        self.postings = Postings(self.matrix)
        self._finder = Finder(self.postings)

    def search(self, queries, k):
        """Return the k best documents of each query.

        Args:
            queries: CSR matrix (Q, V) of weights.
            k: at least 1.

        Returns:
            (ids, scores), both (Q, min(k, N)), best first, equal scores by id; documents
            that have no term of the query come last, with a score of 0.

        Raises:
            ValueError: k < 1; queries over another number of terms; a negative weight.
        """
        if not k >= 1:
            raise ValueError(f"k: must be at least 1, got {k}")
        queries, n = self._checked(queries), self.matrix.shape[0]
        k = min(k, n)
        ids, scores = np.empty((queries.shape[0], k), np.int64), np.zeros((queries.shape[0], k))
        for first in range(0, queries.shape[0] if k else 0, QUERIES):
            rows = range(first, min(first + QUERIES, queries.shape[0]))
            found = [self._finder.best(*row(queries, number), k) for number in rows]
            query = np.repeat(rows, list(map(len, found)))
            document = np.concatenate(found)
            score = self.scores_of(queries, query, document)
            order = np.lexsort((document, -score, query))
            order = order[score[order] > 0]
            ends = np.searchsorted(query[order], rows, side="right")
            begin = 0
            for number, end in zip(rows, ends):
                best = order[begin:min(end, begin + k)]
                begin, some = end, len(best)
                ids[number, :some], scores[number, :some] = document[best], score[best]
                if some < k:
                    ids[number, some:] = absent(document[best], k - some)
        return ids, scores

    def rank_of(self, queries, targets):
        """Return the rank, from 1, of each query's target among all documents, (Q,), equal scores by id.

        queries: CSR matrix (Q, V).  targets: (Q,) documents.
        """
        queries, targets = self._checked(queries), np.asarray(targets)
        if targets.shape != queries.shape[:1]:
            raise ValueError(f"targets: must be one document a query, {queries.shape[0]}, got shape {targets.shape}")
        if len(targets) and not (0 <= targets.min() and targets.max() < self.matrix.shape[0]):
            raise ValueError(f"targets: must be in 0 .. {self.matrix.shape[0] - 1}, got {targets.min()} "
                             f"to {targets.max()}")
        own = self.scores_of(queries, np.arange(len(targets)), targets)
        return np.array([self._rank(queries, number, target, score)
                         for number, (target, score) in enumerate(zip(targets, own))], np.int64)

    def _rank(self, queries, number, target, own):
        terms, weights = row(queries, number)
        document = self._finder.reaching(terms, weights, own) if own > 0 else None
        if document is None or len(document) * len(self.matrix.data) > (
                self.postings.lengths[terms].sum() * self.matrix.shape[0]):  # more to read by documents than by terms
            score, document = self.all_scores(terms, weights), np.arange(self.matrix.shape[0])
        else:
            score = self.scores_of(queries, np.full(len(document), number), document)
        return 1 + np.count_nonzero(score > own) + np.count_nonzero((score == own) & (document < target))

    def all_scores(self, terms, weights):
        """Return the scores of all documents, (N,), for one query: the definition, term by term."""
        scores = np.zeros(self.matrix.shape[0])
        for term, weight in zip(terms, weights):
            documents, found = self.postings.of(term)
            scores[documents] += weight * found
        return scores

    def scores_of(self, queries, query, document):
        """Return the scores of pairs: query and document are (P,) rows of `queries` and of the index."""
        pair, products = self._products(queries, query, document)[::2]
        return np.bincount(pair, products, len(query))

    def shares(self, queries, number, document):
        """Return (terms, shares) of one score: what each common term adds to it, largest first."""
        _, terms, products = self._products(queries, np.array([number]), np.array([document]))
        order = np.argsort(-products, kind="stable")
        return terms[order], products[order]

    def _products(self, queries, query, document):
        """Return (pair, term, q_t d_t) of all terms that the queries and documents of pairs have in common."""
        data, indices, indptr, (_, n_terms) = self.matrix
        lengths = indptr[document + 1] - indptr[document]
        ends = np.cumsum(lengths)
        pair = np.repeat(np.arange(len(query)), lengths)
        place = np.arange(len(pair)) + np.repeat(indptr[document] - (ends - lengths), lengths)
        term = indices[place]
        wanted = query[pair] * n_terms + term
        having = queries.row_numbers().astype(np.int64) * n_terms + queries.indices  # ascending
        where = having.searchsorted(wanted)
        common = np.flatnonzero(np.append(having, -1)[where] == wanted)
        return pair[common], term[common], queries.data[where[common]] * data[place[common]]

    def _checked(self, queries):
        if queries.shape[1] != self.matrix.shape[1]:
            raise ValueError(f"queries: must be over the index's {self.matrix.shape[1]} terms, got {queries.shape[1]}")
        return positive("queries", queries)


def positive(name, matrix):
    """Return a CSR matrix without stored zeros; a ValueError where a weight is negative or not finite."""
    if not (matrix.data >= 0).all() or np.isinf(matrix.data).any():
        wrong = matrix.data[~((matrix.data >= 0) & np.isfinite(matrix.data))][0]
        raise ValueError(f"{name}: weights must be finite and at least 0, got {wrong}")
    if matrix.data.all():
        return matrix
    kept = matrix.data > 0
    indptr = np.concatenate([[0], np.cumsum(kept)])[matrix.indptr].astype(matrix.indptr.dtype)
    return matrix._replace(data=matrix.data[kept], indices=matrix.indices[kept], indptr=indptr)


def row(matrix, number):
    """Return (columns, numbers) of a row."""
    place = slice(matrix.indptr[number], matrix.indptr[number + 1])
    return matrix.indices[place], matrix.data[place]


def absent(documents, count):
    """Return the `count` lowest numbers that are not among `documents`."""
    return np.setdiff1d(np.arange(len(documents) + count), documents)[:count]
