"""Quality, not speed: the metrics of minidl's ranks and of the libraries' ranks, fitted on all answers.

TF-IDF against scikit-learn's TfidfVectorizer and a dense product; BM25 against bm25s's
scores of the same terms (method lucene, its defaults).  Equal scores go to the lower id;
an answer with score 0 is not found, so its rank is infinite.
"""
import functools

import numpy as np

from hw3 import measures
from hw3.ranking import rank
from hw3.words import ANALYZER, WORDS, prepared
from minidl.data import read_qa
from minidl.tables import TablePrinter
from tests.benchmarks import corpus
from tests.benchmarks.cases import Case, differing

CORPORA = ("nq_en", "xquad_en", "xquad_ru")


def sklearn_scores(pairs):
    """Yield the scores of all answers, (N,), for each question, by scikit-learn."""
    from sklearn.feature_extraction.text import TfidfVectorizer as Reference
    vectorizer = Reference(**WORDS)
    answers = vectorizer.fit_transform(map(prepared, pairs.answers))
    for query in vectorizer.transform(map(prepared, pairs.queries)):
        yield (answers @ query.T).toarray().ravel() if query.ndim == 2 else answers @ query.toarray().ravel()


def bm25s_scores(pairs):
    """Yield the scores of all answers, (N,), for each question, by bm25s."""
    import bm25s
    engine = bm25s.BM25(method="lucene", dtype="float64")
    engine.index([ANALYZER.terms(prepared(answer)) for answer in pairs.answers], show_progress=False)
    for query in pairs.queries:
        known = [term for term in ANALYZER.terms(prepared(query)) if term in engine.vocab_dict]
        yield engine.get_scores(known) if known else np.zeros(len(pairs.answers))


# method: (library, function that yields its scores)
PEERS = {"TF-IDF": ("scikit-learn", sklearn_scores), "BM25": ("bm25s", bm25s_scores)}


def ranks_of(all_scores, answer_of):
    """Return the rank of each question's answer, (Q,); scores that differ only by rounding are equal."""
    ranks = []
    for scores, target in zip(all_scores, answer_of):
        target_score = scores[target]
        equal = np.abs(scores - target_score) <= 1e-12 * max(target_score, 1e-300)
        rank_if_found = 1 + ((scores > target_score) & ~equal).sum() + equal[:target].sum()
        ranks.append(rank_if_found if target_score > 0 else np.inf)
    return np.array(ranks)


def both_ranks(method, name):
    """Return minidl's ranks and the library's on a corpus, (Q,) each."""
    pairs = read_qa(corpus.folder() / "qa" / f"{name}.jsonl")
    return rank(method, pairs, pairs).ranks, ranks_of(PEERS[method][1](pairs), pairs.answer_of)


def measure(method):
    """Return (agreement over all corpora, the reason for no ratio)."""
    ours, theirs = map(np.concatenate, zip(*(both_ranks(method, name) for name in CORPORA)))
    return differing(ours, theirs, "ranks"), "not timed"


def cases():
    """Yield one Case per method."""
    for method, (library, _) in PEERS.items():
        yield Case(f"ranks by {method} on {', '.join(CORPORA)}", library, functools.partial(measure, method))


def main():
    """Print one row per corpus and contender."""
    names = list(measures.values_of(np.ones(1)))
    table = TablePrinter({"corpus  ": "s", "contender            ": "s", **dict.fromkeys(names, ".3f"),
                          "other ranks": "d"})
    for name in CORPORA:
        for method, (library, _) in PEERS.items():
            ours, theirs = both_ranks(method, name)
            for contender, ranks in ((method, ours), (f"{method} of {library}", theirs)):
                table.row(name, contender, *(interval.mean for interval in measures.measure(ranks, seed=0).values()),
                          int((ours != ranks).sum()))
