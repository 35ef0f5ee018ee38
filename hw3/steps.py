"""One call of hw3.run: load the data, then answer questions, or evaluate the methods.

The evaluation, for each seed:

    split    80 % of the questions with their answers are the training part, the others the test part
    fit      each method learns its vocabulary and idf on the training part
    rank     for each test question, all test answers are ranked by the product of the two rows; for TF-IDF, by cosine
    measure  Recall@K and MRR of the right answers' ranks; an answer with score 0 is not found
"""
from typing import NamedTuple

import numpy as np

from hw3.answers import answer_questions
from hw3.datasets import Choices, load_dataset
from hw3.figures import plot_recall
from hw3.measures import BASELINE, differences, intervals_of, measure, over_splits
from hw3.ranking import FITTED_ON_QUESTIONS, METHODS, Ranking, count_unmatched, progress, rank
from hw3.report import write_report
from minidl.data import QuestionAnswers, repeated_questions
from minidl.data.qa import split_rows
from minidl.files import make_folder, write_csv, write_json
from minidl.history import mean_and_deviation
from minidl.plots import NO_MATPLOTLIB, have_matplotlib
from minidl.sentences import counted
from minidl.tables import print_table
from minidl.terminal import wrapped

TEST_SHARE = 0.2
FEWEST = 3  # questions of which a fifth is at least one


class Split(NamedTuple):
    """The rows of the test questions, the test part, a dict from method to ranks, and the baseline's Ranking."""

    seed: int
    rows: np.ndarray
    test: QuestionAnswers
    ranks: dict
    baseline: Ranking


def run(options):
    """Answer questions if the command line asks for it; otherwise evaluate the methods."""
    if options.whole and options.seeds > 1:
        raise ValueError("--whole, --seeds: must not be given together: without a split, every seed gives the same")
    asks = options.query is not None or options.interactive
    collection = load_dataset(options.data, Choices(
        options.query_column, options.answer_column, options.encoding, not options.no_header, options.answers,
        options.strict, answers_alone=asks or options.whole), glossary=asks)
    folder = options.out / "hw3" / collection.name
    (answer_questions if asks else evaluate)(collection, options, folder)


def evaluate(collection, options, folder):
    """Evaluate the methods on each split; print the metrics, and write the files to the folder."""
    make_folder(folder)  # fails now if the folder is not writable
    facts = describe(collection.pairs)
    print(wrapped("\n".join([f"data {collection.name}: {facts[0]}", *facts[1:]])))
    splits = []
    for seed in range(options.seed, options.seed + options.seeds):
        split, sizes = evaluate_split(collection.pairs, seed, options.whole)
        splits.append(split)
        facts.append(f"seed {seed}: {sizes}")
    measured = {split.seed: {name: measure(ranks, split.seed) for name, ranks in split.ranks.items()}
                for split in splits}
    values = over_splits([(split.rows, split.ranks) for split in splits])
    compared = differences(values, options.seed)
    print_metrics(list(measured.values()))
    print_differences(compared)
    pooled = {name: intervals_of(metrics, options.seed) for name, metrics in values.items()}
    write_results(folder, collection, facts, splits, measured, pooled, compared, options.lang)
    write_json(folder / "results.json", {
        "data": collection.name, "sha256": collection.sha256, "whole": options.whole,
        "seeds": {str(seed): as_dicts(methods) for seed, methods in measured.items()}, "all": as_dicts(pooled),
        "differences": [{"method": method, "other": other, **as_dicts({0: intervals})[0]}
                        for method, other, intervals in compared]})
    print(wrapped(f"written to {folder}: {', '.join(sorted(file.name for file in folder.iterdir()))}"))
    if not have_matplotlib():
        print(wrapped(NO_MATPLOTLIB))


def describe(pairs):
    """Return lines on the data: how many questions and answers, what was skipped, what limits Recall@1."""
    if not pairs.queries:
        raise ValueError("--data: must have questions for an evaluation, got only answers; ask by --query")
    sizes = f"{counted(len(pairs.queries), 'question')}, {counted(len(pairs.answers), 'distinct answer')}"
    lines = [sizes, *pairs.notes]
    if pairs.others:
        lines.append(f"{len(pairs.others):,} questions have several right answers")
    n_repeated, limit = repeated_questions(pairs)
    if n_repeated:
        lines.append(f"{n_repeated:,} questions repeat with other answers: Recall@1 is at most {limit:.3f}")
    return lines


def evaluate_split(pairs, seed, whole):
    """Return (the Split of a seed, its sizes as text)."""
    train, test, test_rows = pairs, pairs, np.arange(len(pairs.queries))
    if not whole:
        if len(pairs.queries) < FEWEST:
            raise ValueError(f"--data: must have at least {FEWEST} questions for a training and a test part, got "
                             f"{len(pairs.queries)}; --whole evaluates without a split")
        train_rows, test_rows = split_rows(len(pairs.queries), TEST_SHARE, np.random.default_rng(seed))
        train, test = pairs.take(train_rows), pairs.take(test_rows)
    sizes = (f"fitted on {counted(len(train.answers), 'answer')}; {counted(len(test.queries), 'test question')}, "
             f"{counted(len(test.answers), 'answer')} to rank")
    print(wrapped(f"seed {seed}: {sizes}"))
    # without a split, the training questions are the test questions, and no method may be fitted on them
    names = [name for name in METHODS if not (whole and name in FITTED_ON_QUESTIONS)]
    ranks, baseline = {}, None
    for name in progress(names, "methods"):
        ranking = rank(name, train, test)
        ranks[name] = ranking.ranks.reshape(len(test_rows), -1) if pairs.others else ranking.ranks
        baseline = ranking if name == BASELINE else baseline
    n_unmatched = count_unmatched(baseline)
    unmatched = f"test questions without a word of any answer: {n_unmatched:,}"
    if n_unmatched:
        print(unmatched)
    return Split(seed, test_rows, test, ranks, baseline), f"{sizes}; {unmatched}"


def write_results(folder, collection, facts, splits, measured, pooled, compared, language):
    """Write ranks.csv, recall.png and report.md of all splits."""
    write_csv(folder / "ranks.csv", [
        {"seed": split.seed, "query": query, **dict(zip(split.ranks, map(rank_text, ranks)))}
        for split in splits for query, *ranks in zip(split.test.queries, *split.ranks.values())])
    if have_matplotlib():
        ranks = {name: stacked([split.ranks[name] for split in splits]) for name in pooled}
        plot_recall(folder / "recall.png", ranks, pooled, f"{collection.name}: which method finds more?")
    write_report(folder / "report.md", collection.name, facts, splits, measured, compared, language)


def rank_text(ranks):
    """Return the best rank of a question's right answers as text.

    >>> rank_text(3.0), rank_text(np.array([np.inf, np.nan]))
    ('3', 'inf')
    """
    return f"{np.fmin.reduce(np.atleast_1d(ranks)):.0f}"


def stacked(ranks):
    """Return the ranks of several splits as one array, (Q,), or (Q, T) if a split has such."""
    if all(array.ndim == 1 for array in ranks):
        return np.concatenate(ranks)
    ranks = [array.reshape(len(array), -1) for array in ranks]
    width = max(array.shape[1] for array in ranks)
    return np.concatenate([np.pad(array, ((0, 0), (0, width - array.shape[1])), constant_values=np.nan)
                           for array in ranks])


def as_dicts(methods):
    """Return a dict from method to a dict from metric to the interval's numbers, for JSON."""
    return {name: {metric: interval._asdict() for metric, interval in metrics.items()}
            for name, metrics in methods.items()}


def print_metrics(splits):
    """Print the metrics of each method: for one split with MRR's interval, for several as mean and deviation.

    The row with the highest mean MRR stands out, if no other has the same three digits.
    """
    single, metrics = len(splits) == 1, list(splits[0][BASELINE])
    rows = []
    for name, measured in splits[0].items():
        cells = [mean_and_deviation([split[name][metric].mean for split in splits], ".3f") for metric in metrics]
        interval = [f"{measured['MRR'].low:.3f} to {measured['MRR'].high:.3f}"] if single else []
        rows.append([name, *cells, *interval])
    headings = [*metrics, "MRR's interval"] if single else metrics
    mrr = [round(np.mean([split[name]["MRR"].mean for split in splits]), 3) for name in splits[0]]
    print_table({"method": "<s", **dict.fromkeys(headings, "s")}, rows,
                best=mrr.index(max(mrr)) if mrr.count(max(mrr)) == 1 else None)


def print_differences(compared):
    """Print the difference of MRR of each pair of methods with its paired 95 % interval."""
    print("\ndifference of MRR on the same questions, with its 95 % interval")
    width = max(len(f"{method} - {other}") for method, other, _ in compared)
    for difference in compared:
        print(f"{f'{difference.method} - {difference.other}':<{width}}  {difference.text()}")
