"""One method on one split: fit the vectorizer, rank all answers for each question, return the right answers' ranks."""
from functools import partial
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from hw3.words import WORDS, prepared
from minidl.bm25 import BM25Vectorizer
from minidl.search import InvertedIndex
from minidl.text import CSR
from minidl.tfidf import TfidfVectorizer

METHODS = {
    "TF-IDF": partial(TfidfVectorizer, **WORDS),
    "TF-IDF, sublinear": partial(TfidfVectorizer, sublinear_tf=True, **WORDS),
    "TF-IDF, bigrams": partial(TfidfVectorizer, ngram_range=(1, 2), **WORDS),
    "TF-IDF, questions too": partial(TfidfVectorizer, **WORDS),
    "BM25": partial(BM25Vectorizer, **WORDS),
}
QUERIES_PER_STEP = 256  # of a progress bar
FITTED_ON_QUESTIONS = {"TF-IDF, questions too"}  # fitted on the training part's questions as well as its answers


class Ranking(NamedTuple):
    """A fitted vectorizer, the index of the N answers, the rows of the Q questions, and the ranks of the right answers.

    ranks: (Q,), infinity if the answer is not found; or (Q, T) if questions have up to T right answers, NaN if fewer.
    """

    vectorizer: object
    index: InvertedIndex
    queries: CSR
    ranks: np.ndarray


def progress(items, step):
    """Yield the items, with a progress bar on a terminal; the bar disappears after the last one."""
    return tqdm(items, step, leave=False, disable=None)


def rank(name, train, test):
    """Return the Ranking of a method, by its name: fit on `train`, rank the answers of `test`; both QuestionAnswers."""
    texts = train.answers + train.queries if name in FITTED_ON_QUESTIONS else train.answers
    vectorizer = METHODS[name]().fit(map(prepared, progress(texts, "fit")))
    index = InvertedIndex(vectorizer.transform(map(prepared, progress(test.answers, "index"))))  # (N, V)
    queries = vectorizer.transform_queries(map(prepared, test.queries))  # (Q, V)
    ranks = found_ranks(index, queries, test.answer_of)
    if test.others:
        ranks = np.column_stack([ranks, *ranks_of_others(index, vectorizer, test)])
    return Ranking(vectorizer, index, queries, ranks)


def found_ranks(index, queries, targets):
    """Return the rank of each query's target, (Q,) floats; infinity if its score is 0, since then it is not found."""
    parts = []
    for start in progress(range(0, len(targets), QUERIES_PER_STEP), "rank"):
        part = targets[start:start + QUERIES_PER_STEP]
        rows = queries.rows(start, start + len(part))
        scores = index.scores_of(rows, np.arange(len(part)), part)
        parts.append(np.where(scores > 0, index.rank_of(rows, part), np.inf))
    return np.concatenate(parts)


def ranks_of_others(index, vectorizer, test):
    """Return for the second, third, ... right answer of the questions their ranks, (Q,); NaN without one."""
    columns = []
    for n in range(max(map(len, test.others.values()))):
        rows = [row for row, others in test.others.items() if len(others) > n]
        queries = vectorizer.transform_queries([prepared(test.queries[row]) for row in rows])
        column = np.full(len(test.queries), np.nan)
        column[rows] = found_ranks(index, queries, np.array([test.others[row][n] for row in rows]))
        columns.append(column)
    return columns


def count_unmatched(ranking):
    """Return the number of questions that have no word of any of the answers: every score is 0."""
    is_used = ranking.index.postings.lengths > 0
    return int((ranking.queries.row_sums(is_used[ranking.queries.indices].astype(float)) == 0).sum())
