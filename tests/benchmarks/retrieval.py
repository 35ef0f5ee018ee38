"""Quality, not speed: the four metrics of ours beside those of the libraries, all answers fitted on and ranked.

TF-IDF beside scikit-learn's TfidfVectorizer and a dense product; BM25 beside bm25s's
scores (method lucene, its defaults) of the same terms.  Equal scores go to the lower id.
"""
import bm25s
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer as Reference

from hw3.evaluation import METHODS, METRICS, per_query, rank
from minidl.data import read_qa
from minidl.report import Table
from minidl.text import Analyzer
from tests.benchmarks import corpus

CORPORA = ("nq_en", "xquad_en", "xquad_ru")


def sklearn_scores(pairs):
    """Yield the scores of all answers, (N,), for each question."""
    vectorizer = Reference()
    answers = vectorizer.fit_transform(pairs.answers)
    for query in vectorizer.transform(pairs.queries):
        yield (answers @ query.T).toarray().ravel() if query.ndim == 2 else answers @ query.toarray().ravel()


def bm25s_scores(pairs):
    """Yield the same by bm25s."""
    terms = Analyzer().terms
    engine = bm25s.BM25(method="lucene", dtype="float64")
    engine.index([terms(answer) for answer in pairs.answers], show_progress=False)
    for query in pairs.queries:
        known = [term for term in terms(query) if term in engine.vocab_dict]
        yield engine.get_scores(known) if known else np.zeros(len(pairs.answers))


def ranks_of(all_scores, answer_of):
    """Return the ranks of the right answers, (Q,); scores that differ by rounding alone are equal."""
    ranks = []
    for scores, right in zip(all_scores, answer_of):
        own, near = scores[right], np.abs(scores - scores[right]) <= 1e-12 * max(scores[right], 1e-300)
        ranks.append(1 + ((scores > own) & ~near).sum() + (near[:right]).sum())
    return np.array(ranks)


def main():
    """Print a row a corpus and contender."""
    table = Table({"corpus  ": "s", "contender            ": "s", **dict.fromkeys(METRICS, ".3f"), "other ranks": "d"})
    for name in CORPORA:
        pairs = read_qa(corpus.folder() / "qa" / f"{name}.jsonl")
        for method, library, scores in (("TF-IDF", "scikit-learn", sklearn_scores), ("BM25", "bm25s", bm25s_scores)):
            ours, theirs = rank(METHODS[method], pairs, pairs).ranks, ranks_of(scores(pairs), pairs.answer_of)
            for contender, ranks in ((method, ours), (f"{method} of {library}", theirs)):
                table.row(name, contender, *(values.mean() for values in per_query(ranks).values()),
                          int((ours != ranks).sum()))
