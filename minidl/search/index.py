"""The inverted index: exact scores, the k best documents, ranks.

    score(q, d) = sum over the terms that q and d have in common of q_t d_t

A score is always summed in ascending order of the terms, so equal documents have equal
scores, to the last bit.  Ties go to the lower document.
"""
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from minidl.arrays import Floats, Int64s, Integers
from minidl.checks import as_array, check_count, checked_path, is_whole, require
from minidl.search.candidates import CandidateFinder
from minidl.search.postings import Postings, Transposed, transposed
from minidl.search.saved import load_index, save_index
from minidl.text import TermVectorizer
from minidl.text.csr import CSR, DOCUMENTS, QUERIES, ranges
from minidl.text.weights import Matrix, checked_weights

QUERIES_PER_CHUNK = 1024  # at most 2**15: the rows of a chunk are int16
LOOKUP_COST = 10  # the time of a look-up in postings, in additions of a posting to a score


class InvertedIndex:
    """An index over documents, the rows of a matrix (N, V) of weights: a CSR, scipy's sparse matrix, a dense array.

    Raises:
        ValueError: a weight is negative or not finite; columns do not ascend in their row; BM25's queries.

    >>> from minidl.tfidf import TfidfVectorizer
    >>> vectorizer = TfidfVectorizer()
    >>> index = InvertedIndex(vectorizer.fit_transform(["red fish", "blue fish", "red sea"]))
    >>> ids, scores = index.search(vectorizer.transform(["a blue fish"]), k=2)
    >>> ids.tolist(), scores.round(2).tolist()
    ([[1, 0]], [[1.0, 0.43]])
    """

    def __init__(self, matrix: Matrix) -> None:
        weights = checked_weights("matrix", matrix, DOCUMENTS)
        self._take(weights.shape, transposed(weights))

    def _take(self, shape: tuple[int, int], arrays: Transposed) -> None:
        """Use the postings of a matrix of this shape."""
        self.shape, self.postings = shape, Postings(arrays)
        self._finder = CandidateFinder(self.postings, shape[0])

    def search(self, queries: Matrix, k: int) -> tuple[Int64s, Floats]:
        """Return the k best documents of each query.

        Args:
            queries: (Q, V) weights; of BM25Vectorizer those of transform_queries.
            k: at least 1.

        Returns:
            (ids, scores), both (Q, min(k, N)), best first, equal scores by id; documents
            without a term of the query come last, with a score of 0.

        Raises:
            ValueError: k < 1; queries over another number of terms; a negative weight; BM25's documents.
            TypeError: k is not a whole number; queries that are no matrix.
        """
        check_count("k", k)
        queries = self._checked(queries)
        k = min(k, self.shape[0])
        ids, scores = np.empty((queries.shape[0], k), np.int64), np.zeros((queries.shape[0], k))
        for start, chunk in self._chunks(queries):
            if k:
                self._search_chunk(chunk, ids[start:start + chunk.shape[0]], scores[start:start + chunk.shape[0]])
        return ids, scores

    def _search_chunk(self, queries: CSR, ids: Int64s, scores: Floats) -> None:
        """Write the k best documents of each query to `ids` and their scores to `scores`, both (Q, k); scores is 0."""
        n_queries, k = ids.shape
        candidates = list(self._finder.best(queries, k))
        query = np.repeat(np.arange(n_queries, dtype=np.int16), list(map(len, candidates)))  # int16 is sorted fast
        document = np.concatenate([np.empty(0, np.int64), *candidates])
        score = self.scores_of(queries, query, document)
        order = np.lexsort((document, -score, query))
        order = order[score[order] > 0]
        begins = query[order].searchsorted(np.arange(n_queries + 1))
        place = np.arange(len(order)) - begins[query[order]]  # among the query's documents, from 0
        best, place = order[place < k], place[place < k]
        ids[query[best], place], scores[query[best], place] = document[best], score[best]
        for row, n in enumerate(np.minimum(np.diff(begins), k).tolist()):
            if n < k:
                ids[row, n:] = lowest_absent(ids[row, :n], k - n)

    def rank_of(self, queries: Matrix, targets: npt.ArrayLike) -> Int64s:
        """Return the rank, from 1, of each query's target among all documents, (Q,), equal scores by id.

        Args:
            queries: CSR matrix (Q, V) of weights.
            targets: (Q,) documents.

        Raises:
            ValueError: as for `search`; a target that is not a document; not one target per query.
        """
        queries, n = self._checked(queries), self.shape[0]
        targets = as_array("targets", targets)
        if targets.shape != queries.shape[:1]:
            raise ValueError(f"targets: must be one document per query, {queries.shape[0]}, got shape {targets.shape}")
        if len(targets) and not (targets.dtype.kind in "iu" and 0 <= targets.min() and targets.max() < n):
            got = f"{targets.min()} to {targets.max()}" if targets.dtype.kind in "iuf" else f"dtype {targets.dtype}"
            raise ValueError(f"targets: must be whole numbers in 0 .. {n - 1}, got {got}")
        ranks = np.empty(len(targets), np.int64)
        for start, chunk in self._chunks(queries):
            chunk_targets = targets[start:start + chunk.shape[0]]
            target_scores = self.scores_of(chunk, np.arange(len(chunk_targets)), chunk_targets)
            for row, candidates in enumerate(self._finder.reaching(chunk, target_scores)):
                ranks[start + row] = self._rank(chunk.rows(row, row + 1), chunk_targets[row], target_scores[row],
                                                candidates)
        return ranks

    def _rank(self, query: CSR, target: int, target_score: float, candidates: Integers) -> int:
        """Return the rank of a target; the candidates include all documents that score at least `target_score` > 0."""
        terms, weights = query.row(0)
        n_postings, n_documents = self.postings.lengths[terms].sum(), self.shape[0]
        n_lookups = len(candidates) * len(terms)
        if target_score == 0 or LOOKUP_COST * n_lookups > n_postings:
            candidates, scores = np.arange(n_documents), self.all_scores(terms, weights)
        else:
            scores = self.scores_of(query, np.zeros(len(candidates), np.int64), candidates)
        n_equal_before = np.count_nonzero((scores == target_score) & (candidates < target))
        return int(1 + np.count_nonzero(scores > target_score) + n_equal_before)

    def all_scores(self, terms: Integers, weights: Floats) -> Floats:
        """Return the scores of all documents, (N,), for one query: the definition, term by term."""
        scores = np.zeros(self.shape[0])
        for term, q_t in zip(terms, weights):
            documents, d_t = self.postings.of(term)
            scores[documents] += q_t * d_t
        return scores

    def scores_of(self, queries: CSR, query: Integers, document: Integers) -> Floats:
        """Return the scores of pairs, (P,): query is (P,) rows of `queries`, ascending, document rows of the index."""
        pair, _, products = self._products(queries, query, document)
        return np.bincount(pair, products, len(query))  # type: ignore[return-value]  # float64, since weighted

    def shares(self, query: Matrix, document: int) -> tuple[Integers, Floats]:
        """Return (terms, shares) of a document's score for the one row of `query`: the largest shares first."""
        query, n = self._checked(query, "query"), self.shape[0]
        require(query.shape[0] == 1, "query", "must be one row", query.shape[0])
        valid = is_whole(document) and 0 <= document < n
        require(valid, "document", f"must be a whole number in 0 .. {n - 1}", document)
        _, terms, products = self._products(query, np.zeros(1, np.int64), np.array([document]))
        order = np.argsort(-products, kind="stable")[:np.count_nonzero(products)]
        return terms[order], products[order]

    def _products(self, queries: CSR, query: Integers, document: Integers) -> tuple[Integers, Integers, Floats]:
        """Return (pair, term, q_t d_t) for each term of each pair's query, by term; d_t can be 0.  `query` ascends."""
        begins = query.searchsorted(np.arange(queries.shape[0] + 1))  # of each query's pairs
        order = queries.indices.argsort(kind="stable")
        rows = queries.row_numbers().take(order)
        begins, ends = begins.take(rows), begins.take(rows + 1)
        places, pair = np.repeat(order, ends - begins), ranges(begins, ends - begins)
        terms = queries.indices.take(places)
        return pair, terms, queries.data.take(places) * self.postings.weights_at(terms, document.take(pair))

    def _checked(self, queries: Matrix, name: str = "queries") -> CSR:
        """Return the queries without stored zeros; raise if they are no weights over the index's terms."""
        checked, n_terms = checked_weights(name, queries, QUERIES), self.shape[1]
        require(checked.shape[1] == n_terms, name, f"must be over the index's {n_terms} terms", checked.shape[1])
        return checked

    def _chunks(self, queries: CSR) -> Iterator[tuple[int, CSR]]:
        """Yield (row of the first query, matrix) of chunks of the queries."""
        for start in range(0, queries.shape[0], QUERIES_PER_CHUNK):
            yield start, queries.rows(start, min(start + QUERIES_PER_CHUNK, queries.shape[0]))

    def save(self, path: Path | str, vectorizer: TermVectorizer | None = None) -> None:
        """Write the index to one file, with what the vectorizer has learned; a killed process leaves no half file."""
        save_index(checked_path("path", path), self.shape, self.postings.arrays, vectorizer)

    @classmethod
    def load(cls, path: Path | str, vectorizer: TermVectorizer | None = None) -> "InvertedIndex":
        """Return the index from a file written by `save`; its arrays are mapped, so only what is used is read.

        vectorizer: one with the settings of the saved one; it then has what that one had learned.

        Raises:
            OSError: there is no such file, or it cannot be read.
            ValueError: the file is damaged, or not an index of this version; no vectorizer was
                saved, or one of other settings.
        """
        index = cls.__new__(cls)
        index._take(*load_index(checked_path("path", path), vectorizer))
        return index


def lowest_absent(documents: Integers, n: int) -> Integers:
    """Return the n lowest numbers from 0 that are not among `documents`.

    >>> lowest_absent(np.array([0, 2]), 2).tolist()
    [1, 3]
    """
    return np.setdiff1d(np.arange(len(documents) + n), documents)[:n]
