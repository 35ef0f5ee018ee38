"""The index: exact scores, the k best, ranks.

    score(q, d) = sum over the terms that q and d have in common of q_t d_t

A score is always the sum in ascending order of the terms, so that equal documents
have equal scores, to the last bit, and ties go to the lower document.
"""
from collections.abc import Iterator
from numbers import Integral
from pathlib import Path

import numpy as np
import numpy.typing as npt

from minidl.search.candidates import Finder
from minidl.search.postings import Postings
from minidl.storage import load_arrays, save_arrays
from minidl.text.csr import CSR, Floats, Integers

QUERIES = 1024  # whose candidates are scored together
KIND = "minidl inverted index 1"


class InvertedIndex:
    """An index over documents, rows of a CSR matrix (N, V) of weights.

    Raises:
        ValueError: a weight is negative or not finite; columns that do not ascend in their row.

    >>> from minidl.tfidf import TfidfVectorizer
    >>> vectorizer = TfidfVectorizer()
    >>> index = InvertedIndex(vectorizer.fit_transform(["red fish", "blue fish", "red sea"]))
    >>> ids, scores = index.search(vectorizer.transform(["a blue fish"]), k=2)
    >>> ids.tolist(), scores.round(2).tolist()
    ([[1, 0]], [[1.0, 0.43]])
    """

    def __init__(self, matrix: CSR) -> None:
        self.matrix = checked("matrix", matrix)
        self.postings = Postings(self.matrix)
        self._finder = Finder(self.postings)

    def search(self, queries: CSR, k: int) -> tuple[npt.NDArray[np.int64], Floats]:
        """Return the k best documents of each query.

        Args:
            queries: CSR matrix (Q, V) of weights.
            k: at least 1.

        Returns:
            (ids, scores), both (Q, min(k, N)), best first, equal scores by id; documents
            that have no term of the query come last, with a score of 0.

        Raises:
            ValueError: k < 1; queries over another number of terms; a negative weight.
            TypeError: k is not a whole number.
        """
        if not isinstance(k, (int, Integral)) or isinstance(k, bool):
            raise TypeError(f"k: must be a whole number, got {k!r}")
        if not k >= 1:
            raise ValueError(f"k: must be at least 1, got {k}")
        k = min(k, self.matrix.shape[0])
        ids, scores = np.empty((queries.shape[0], k), np.int64), np.zeros((queries.shape[0], k))
        for start, some in self._chunks(queries):
            found = list(self._finder.best(some, k)) if k else []
            query = np.repeat(np.arange(len(found)), list(map(len, found)))
            document = np.concatenate([np.empty(0, np.int64), *found])
            score = self.scores_of(some, query, document)
            order = np.lexsort((document, -score, query))
            order = order[score[order] > 0]
            begins = query[order].searchsorted(np.arange(len(found) + 1))
            for number, (begin, end) in enumerate(zip(begins, begins[1:]), start):
                best = order[begin:min(end, begin + k)]
                rest = absent(document[best], k - len(best))
                ids[number] = np.concatenate([document[best], rest])
                scores[number, :len(best)] = score[best]
        return ids, scores

    def rank_of(self, queries: CSR, targets: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Return the rank, from 1, of each query's target among all documents, (Q,), equal scores by id.

        Args:
            queries: CSR matrix (Q, V) of weights.
            targets: (Q,) documents.

        Raises:
            ValueError: as for `search`; a target that is no document, or not one for each query.
        """
        targets, n = np.asarray(targets), self.matrix.shape[0]
        if targets.shape != queries.shape[:1]:
            raise ValueError(f"targets: must be one document a query, {queries.shape[0]}, got shape {targets.shape}")
        if len(targets) and not (targets.dtype.kind in "iu" and 0 <= targets.min() and targets.max() < n):
            raise ValueError(f"targets: must be whole numbers in 0 .. {n - 1}, got {targets.min()} to {targets.max()}")
        ranks = np.empty(len(targets), np.int64)
        for start, some in self._chunks(queries):
            own = targets[start:start + some.shape[0]]
            thresholds = self.scores_of(some, np.arange(len(own)), own)
            for number, found in enumerate(self._finder.reaching(some, thresholds)):
                query = some.rows(number, number + 1)
                ranks[start + number] = self._rank(query, own[number], thresholds[number], found)
        return ranks

    def _rank(self, query: CSR, target: int, own: float, document: Integers) -> int:
        """Return the rank of a target with the score `own`, given documents among which are all that score no less."""
        terms, weights = query.row(0)
        by_terms = self.postings.lengths[terms].sum()
        if own == 0 or len(document) * len(self.matrix.data) > by_terms * self.matrix.shape[0]:
            score, document = self.all_scores(terms, weights), np.arange(self.matrix.shape[0])
        else:  # less to read by documents than by terms
            score = self.scores_of(query, np.zeros(len(document), np.int64), document)
        return int(1 + np.count_nonzero(score > own) + np.count_nonzero((score == own) & (document < target)))

    def all_scores(self, terms: Integers, weights: Floats) -> Floats:
        """Return the scores of all documents, (N,), for one query: the definition, term by term."""
        scores = np.zeros(self.matrix.shape[0])
        for term, weight in zip(terms, weights):
            documents, found = self.postings.of(term)
            scores[documents] += weight * found
        return scores

    def scores_of(self, queries: CSR, query: Integers, document: Integers) -> Floats:
        """Return the scores of pairs, (P,): query and document are (P,) rows of `queries` and of the index."""
        pair, _, products = self._products(queries, query, document)
        return np.bincount(pair, products, len(query))  # type: ignore[return-value]  # floats, where weighted

    def shares(self, query: CSR, document: int) -> tuple[Integers, Floats]:
        """Return (terms, shares) of the score of a document for the one row of `query`: the largest shares first."""
        _, terms, products = self._products(query, np.zeros(1, np.int64), np.array([document]))
        order = np.argsort(-products, kind="stable")
        return terms[order], products[order]

    def _products(self, queries: CSR, query: Integers, document: Integers) -> tuple[Integers, Integers, Floats]:
        """Return (pair, term, q_t d_t) of all terms that the queries and documents of pairs have in common."""
        data, indices, indptr, (_, n_terms) = self.matrix
        lengths = indptr[document + 1] - indptr[document]
        pair = np.repeat(np.arange(len(query)), lengths)
        place = np.arange(len(pair)) + np.repeat(indptr[document] - (lengths.cumsum() - lengths), lengths)
        term = indices[place]
        having = queries.row_numbers().astype(np.int64) * n_terms + queries.indices  # ascending
        wanted = query[pair] * n_terms + term
        where = having.searchsorted(wanted)
        common = np.flatnonzero(np.append(having, -1)[where] == wanted)
        return pair[common], term[common], queries.data[where[common]] * data[place[common]]

    def _chunks(self, queries: CSR) -> Iterator[tuple[int, CSR]]:
        """Yield (number of the first, matrix) of chunks of the queries."""
        if queries.shape[1] != self.matrix.shape[1]:
            raise ValueError(f"queries: must be over the index's {self.matrix.shape[1]} terms, got {queries.shape[1]}")
        queries = checked("queries", queries)
        for start in range(0, queries.shape[0], QUERIES):
            yield start, queries.rows(start, min(start + QUERIES, queries.shape[0]))

    def save(self, path: Path | str) -> None:
        """Write the index to one file, which is whole or absent."""
        save_arrays(path, KIND, **self.matrix.arrays())

    @classmethod
    def load(cls, path: Path | str) -> "InvertedIndex":
        """Return the index that `save` has written.

        Raises:
            OSError: there is no such file, or it cannot be read.
            ValueError: the file is damaged, or no index of this version.
        """
        arrays = load_arrays(path, KIND, CSR._fields)
        try:
            return cls(CSR.from_arrays(arrays))
        except (TypeError, ValueError, IndexError) as error:
            raise ValueError(f"{path}: must hold an index, got arrays that do not fit ({error})") from None


def checked(name: str, matrix: CSR) -> CSR:
    """Return a CSR matrix without zeros among its numbers.

    A ValueError where a weight is negative or not finite, or columns do not ascend in their row.
    """
    data, indices, indptr, (n, n_columns) = matrix
    good = (data >= 0) & (data < np.inf)
    if not good.all():
        raise ValueError(f"{name}: weights must be finite and at least 0, got {data[~good][0]}")
    if len(indptr) != n + 1 or indptr[0] or not indptr[-1] == len(data) == len(indices) or (np.diff(indptr) < 0).any():
        raise ValueError(f"{name}: indptr must lead from 0 to the {len(data)} weights in {n} steps")
    descends = np.flatnonzero(np.diff(indices) <= 0) + 1
    if not np.isin(descends, indptr).all() or len(indices) and not (0 <= indices.min() and indices.max() < n_columns):
        raise ValueError(f"{name}: columns must ascend in each row, from 0 to {n_columns - 1}")
    return matrix.without_zeros()


def absent(documents: Integers, count: int) -> Integers:
    """Return the `count` lowest numbers that are not among `documents`."""
    return np.setdiff1d(np.arange(len(documents) + count), documents)[:count] if count else documents[:0]
