"""The protocol: fit on one part, rank the other part's answers for each of its questions."""
from typing import Callable, NamedTuple

import numpy as np
from tqdm import tqdm

from minidl.bm25 import BM25Vectorizer
from minidl.metrics import bootstrap_mean
from minidl.search import InvertedIndex
from minidl.tfidf import TfidfVectorizer

CUTS = (1, 3, 10)
METRICS = (*(f"Recall@{k}" for k in CUTS), "MRR")
CHUNK = 256  # questions between two looks of the progress bar


class Method(NamedTuple):
    """A way to weigh terms; with_questions: whether the training part's questions are fitted on as well."""

    vectorizer: Callable
    with_questions: bool = False


METHODS = {
    "TF-IDF": Method(TfidfVectorizer),
    "TF-IDF, sublinear": Method(lambda: TfidfVectorizer(sublinear_tf=True)),
    "TF-IDF, bigrams": Method(lambda: TfidfVectorizer(ngram_range=(1, 2))),
    "TF-IDF, questions too": Method(TfidfVectorizer, with_questions=True),
    "BM25": Method(BM25Vectorizer),
}


# where the questions are those that are asked afterwards, to fit on them would be to cheat
METHODS_OF_WHOLE = {name: method for name, method in METHODS.items() if not method.with_questions}


class Ranked(NamedTuple):
    """What a method made of the test questions: its fitted vectorizer, the index of the answers, (Q,) ranks."""

    vectorizer: object
    index: InvertedIndex
    ranks: np.ndarray


def rank(method, train, test, progress=None):
    """Fit on `train`, rank the answers of `test` for each of its questions; both are QuestionAnswers."""
    vectorizer = method.vectorizer().fit(train.answers + train.queries * method.with_questions)
    index = InvertedIndex(vectorizer.transform(test.answers))
    ranks = []
    for start in range(0, len(test.queries), CHUNK):
        queries = vectorizer.transform_queries(test.queries[start:start + CHUNK])
        ranks.append(index.rank_of(queries, test.answer_of[start:start + CHUNK]))
        if progress:
            progress.update(len(ranks[-1]))
    return Ranked(vectorizer, index, np.concatenate(ranks))


def rank_all(train, test, methods=METHODS):
    """Return a dict from the name of each method to its Ranked."""
    with tqdm(total=len(methods) * len(test.queries), unit="question", leave=False, disable=None) as progress:
        found = {}
        for name, method in methods.items():
            progress.set_description(name)
            found[name] = rank(method, train, test, progress)
    return found


def per_query(ranks):
    """Return a dict from metric to each query's share in it, (Q,): the metric is their mean."""
    return {**{f"Recall@{k}": (ranks <= k).astype(float) for k in CUTS}, "MRR": 1 / ranks}


def measure(ranks, seed):
    """Return a dict from metric to (mean, low, high), its 95 % bootstrap interval over the questions."""
    rng = np.random.default_rng(seed)
    return {name: bootstrap_mean(values, rng=rng) for name, values in per_query(ranks).items()}
