"""One call of hw3.run: load the data, then answer questions, or evaluate the methods.

The evaluation, for each seed:

    split    80 % of the questions with their answers are the training part, the others the test part
    fit      each method learns its vocabulary and idf on the training part
    rank     for each test question, all test answers are ranked by the product of the two rows; for TF-IDF, by cosine
    measure  Recall@K and MRR of the right answers' ranks
"""
from functools import partial
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from hw3.answers import answer_questions
from hw3.datasets import load_dataset
from hw3.figures import plot_recall
from hw3.report import write_report
from minidl.bm25 import BM25Vectorizer
from minidl.files import write_csv, write_json
from minidl.history import mean_and_deviation
from minidl.metrics import bootstrap_mean, hits_at_k, reciprocal_ranks
from minidl.plots import NO_MATPLOTLIB, have_matplotlib
from minidl.search import InvertedIndex
from minidl.tables import TablePrinter
from minidl.text import CSR
from minidl.tfidf import TfidfVectorizer

TEST_SHARE = 0.2
CUTS = (1, 3, 10)  # K of Recall@K
METRICS = (*(f"Recall@{k}" for k in CUTS), "MRR")
METHODS = {
    "TF-IDF": TfidfVectorizer,
    "TF-IDF, sublinear": partial(TfidfVectorizer, sublinear_tf=True),
    "TF-IDF, bigrams": partial(TfidfVectorizer, ngram_range=(1, 2)),
    "TF-IDF, questions too": TfidfVectorizer,
    "BM25": BM25Vectorizer,
}
FITTED_ON_QUESTIONS = {"TF-IDF, questions too"}  # fitted on the training part's questions as well as its answers


class Ranking(NamedTuple):
    """A fitted vectorizer, the index of the N answers, the rows of the Q questions, the ranks of their answers (Q,)."""

    vectorizer: object
    index: InvertedIndex
    queries: CSR
    ranks: np.ndarray


def run(options):
    """Answer questions if the command line asks for it; otherwise evaluate the methods."""
    if options.whole and options.seeds > 1:
        raise ValueError("--whole, --seeds: must not be given together: without a split, every seed gives the same")
    collection = load_dataset(options.data, options.query_column, options.answer_column)
    folder = options.out / "hw3" / collection.name
    if options.query is not None or options.interactive:
        answer_questions(collection, options, folder)
    else:
        evaluate(collection, options, folder)


def evaluate(collection, options, folder):
    """Evaluate the methods on each split; print the metrics, and write the files to the folder."""
    folder.mkdir(parents=True, exist_ok=True)  # fails now if the folder is not writable
    pairs, measured = collection.pairs, {}
    counts = f"{len(pairs.queries):,} questions, {len(pairs.answers):,} distinct answers"
    print(f"data {collection.name}: {counts}")
    for seed in range(options.seed, options.seed + options.seeds):
        train, test = (pairs, pairs) if options.whole else pairs.split(TEST_SHARE, rng=np.random.default_rng(seed))
        sizes = (f"fitted on {len(train.answers):,} answers; {len(test.queries):,} test questions, "
                 f"{len(test.answers):,} answers to rank")
        print(f"seed {seed}: {sizes}")
        # without a split, the training questions are the test questions, and no method may be fitted on them
        names = [name for name in METHODS if not (options.whole and name in FITTED_ON_QUESTIONS)]
        rankings = {name: rank(name, train, test) for name in tqdm(names, "methods", leave=False, disable=None)}
        measured[seed] = {name: measure(ranking.ranks, seed) for name, ranking in rankings.items()}
        if seed == options.seed:
            write_split(folder, collection.name, f"{counts}. Seed {seed}: {sizes}.", test, rankings, measured[seed])
    print_table(list(measured.values()))
    write_json(folder / "results.json", {
        "data": collection.name, "sha256": collection.sha256, "whole": options.whole, "seeds": {
            str(seed): {name: {metric: interval._asdict() for metric, interval in metrics.items()}
                        for name, metrics in split.items()} for seed, split in measured.items()}})
    print(f"written to {folder}: {', '.join(sorted(file.name for file in folder.iterdir()))}")
    if not have_matplotlib():
        print(NO_MATPLOTLIB)


def rank(name, train, test):
    """Return the Ranking of a method, by its name: fit on `train`, rank the answers of `test`; both QuestionAnswers."""
    texts = train.answers + train.queries if name in FITTED_ON_QUESTIONS else train.answers
    vectorizer = METHODS[name]().fit(texts)
    index = InvertedIndex(vectorizer.transform(test.answers))  # (N, V)
    queries = vectorizer.transform_queries(test.queries)  # (Q, V)
    return Ranking(vectorizer, index, queries, index.rank_of(queries, test.answer_of))


def measure(ranks, seed):
    """Return a dict from metric to (mean, low, high): the mean over the questions, its 95 % bootstrap interval."""
    rng = np.random.default_rng(seed)
    per_query = [*(hits_at_k(ranks, k) for k in CUTS), reciprocal_ranks(ranks)]  # (Q,) each
    return {metric: bootstrap_mean(values, rng=rng) for metric, values in zip(METRICS, per_query)}


def write_split(folder, name, facts, test, rankings, measured):
    """Write ranks.csv, recall.png and report.md of one split."""
    ranks = {method: ranking.ranks for method, ranking in rankings.items()}
    write_csv(folder / "ranks.csv", [dict(zip(["query", *ranks], row)) for row in zip(test.queries, *ranks.values())])
    if have_matplotlib():
        plot_recall(folder / "recall.png", ranks, measured, f"{name}: which method finds more?")
    write_report(folder / "report.md", name, facts, test, rankings, measured)


def print_table(splits):
    """Print the metrics of each method: for one split with MRR's interval, for several as mean and deviation."""
    width, single = max(map(len, splits[0])), len(splits) == 1
    headings = [*METRICS, "MRR's 95 % interval"] if single else [f"{metric:^13}" for metric in METRICS]
    table = TablePrinter(dict.fromkeys([f"{'method':<{width}}", *headings], "s"))
    for name, metrics in splits[0].items():
        cells = [mean_and_deviation([split[name][metric].mean for split in splits], ".3f") for metric in METRICS]
        if single:
            cells.append(f"{metrics['MRR'].low:.3f} to {metrics['MRR'].high:.3f}")
        table.row(f"{name:<{width}}", *cells)
