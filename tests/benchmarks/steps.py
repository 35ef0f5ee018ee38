"""Steps that the benchmark `scale` times apart: the postings of a matrix, recall on lists, and HW3 on 100,231 pairs.

Each function returns a dict from measure to {name: value}, minidl first and its peer
second, measured in one process, interleaved.  HW3's pairs are recombined documents and
eight words drawn from each.  Its peer fits the same five methods by scikit-learn and
bm25s on the same split, and ranks by sparse products; it makes no bootstrap, no report
and no picture, and reads no file.
"""
import contextlib
import io
import random
import tempfile
from pathlib import Path

import numpy as np

from hw3.ranking import METHODS
from minidl.data.qa import QuestionAnswers, split_rows
from minidl.files import write_csv
from minidl.metrics import recall_at_k
from minidl.search import InvertedIndex
from minidl.search.postings import places_by_term
from minidl.tfidf import TfidfVectorizer
from tests.benchmarks.recombined import recombined
from tests.benchmarks.timing import in_a_process, interleaved, resident, seconds

OURS = "minidl"
N_PAIRS, WORDS, QUERIES_PER_PRODUCT = 100_231, 8, 256
ROUNDS, K, HIT_SHARE = 5, 10, 0.8


def medians(contenders):
    """Return a dict from contender to the median of its seconds."""
    timing = interleaved(contenders, ROUNDS)
    return {name: milliseconds / 1000 for name, milliseconds in zip(contenders, timing.milliseconds())}


def postings(n):
    """Time the order of the postings against the sort that defines it, and the index against scipy's transpose."""
    matrix = TfidfVectorizer().fit_transform(recombined(n))
    scipy_matrix = matrix.to_scipy()
    return {"order of the postings, s": medians({
                OURS: lambda: places_by_term(matrix.indices, matrix.shape[1]),
                "stable argsort": lambda: np.argsort(matrix.indices, kind="stable")}),
            "InvertedIndex(), s": medians({OURS: lambda: InvertedIndex(matrix), "scipy's tocsc": scipy_matrix.tocsc})}


def recall(n):
    """Time recall_at_k on n lists of 10 ids, and of 5 to 10, against a plain loop; 80 % of the targets occur."""
    rng = random.Random(0)
    rows = [[rng.randrange(n) for _ in range(K)] for _ in range(n)]
    ragged = [row[:rng.randrange(K // 2, K + 1)] for row in rows]
    measures = {}
    for name, lists in (("recall_at_k on lists, s", rows), ("recall_at_k on ragged lists, s", ragged)):
        targets = [rng.choice(row) if rng.random() < HIT_SHARE else n for row in lists]
        measures[name] = medians({
            OURS: lambda: recall_at_k(targets, lists, K),
            "plain loop": lambda: sum(target in row[:K] for target, row in zip(targets, lists)) / n})
    return measures


def pairs(n):
    """Return n questions and their answers."""
    rng, answers = random.Random(0), list(recombined(n))
    return [" ".join(rng.sample(words, min(WORDS, len(words)))) for words in map(str.split, answers)], answers


def hw3(n):
    """Measure hw3.run on n pairs and its peers, each in a process of its own."""
    ours, theirs = (in_a_process(function, n) for function in (run_hw3, run_peers))
    return {f"{measure} of hw3.run, {unit}": {OURS: one, "scikit-learn, bm25s": other}
            for measure, unit, one, other in zip(("CPU", "peak"), ("s", "MiB"), ours, theirs)}


def run_hw3(n):
    """Return the seconds and the peak of hw3.run on n pairs."""
    from hw3.run import main
    with tempfile.TemporaryDirectory() as name, contextlib.redirect_stdout(io.StringIO()):
        folder = Path(name)
        questions, answers = pairs(n)
        write_csv(folder / "pairs.csv", [{"question": question, "answer": answer}
                                         for question, answer in zip(questions, answers)])
        del questions, answers
        return seconds(lambda: main(["--data", str(folder / "pairs.csv"), "--out", str(folder)])), resident("VmHWM")


def run_peers(n):
    """Return the seconds and the peak of the same methods by scikit-learn and bm25s on n pairs."""
    import bm25s
    from sklearn.feature_extraction.text import TfidfVectorizer as Reference
    whole = QuestionAnswers.of(*pairs(n))
    train, test = (whole.take(rows) for rows in split_rows(n, 0.2, np.random.default_rng(0)))
    settings = {"TF-IDF": {}, "TF-IDF, sublinear": {"sublinear_tf": True}, "TF-IDF, bigrams": {"ngram_range": (1, 2)},
                "TF-IDF, questions too": {}}

    def by_product(name):
        vectorizer = Reference(**settings[name])
        vectorizer.fit(train.answers + train.queries if name == "TF-IDF, questions too" else train.answers)
        documents, queries = vectorizer.transform(test.answers).T.tocsr(), vectorizer.transform(test.queries)
        for start in range(0, len(test.queries), QUERIES_PER_PRODUCT):
            targets = test.answer_of[start:start + QUERIES_PER_PRODUCT]
            scores = (queries[start:start + QUERIES_PER_PRODUCT] @ documents).toarray()
            yield from 1 + (scores > np.take_along_axis(scores, targets[:, None], 1)).sum(1)

    def by_bm25s():
        engine = bm25s.BM25(method="lucene")
        engine.index(bm25s.tokenize(test.answers, stopwords=None, show_progress=False), show_progress=False)
        words = bm25s.tokenize(test.queries, stopwords=None, return_ids=False, show_progress=False)
        for target, scores in zip(test.answer_of, map(engine.get_scores, words)):
            yield 1 + (scores > scores[target]).sum()

    assert set(METHODS) == {*settings, "BM25"}
    return seconds(lambda: [list(ranks) for ranks in (*map(by_product, settings), by_bm25s())]), resident("VmHWM")
