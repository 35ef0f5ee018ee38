"""What is measured: a value of each question and metric, the means with their intervals, and paired differences.

All methods answer the same questions.  So two methods are compared by the difference of their values for each
question, whose mean has an interval of its own.  A question that is tested in several splits counts once, with the
mean of its values.
"""
from typing import NamedTuple

import numpy as np

from minidl.metrics import (average_precisions, bootstrap_mean, hits_at_k, normalized_gains, paired_bootstrap,
                            reciprocal_ranks)

BASELINE = "TF-IDF"
CUTS = (1, 3, 10)  # K of Recall@K
GAIN_CUT = 10  # K of nDCG@K


class Difference(NamedTuple):
    """The mean difference of two methods: intervals is a dict from metric to (mean, low, high)."""

    method: str
    other: str
    intervals: dict

    def text(self, metric="MRR"):
        """Return the difference and what it shows, as text."""
        mean, low, high = self.intervals[metric]
        return f"{mean:+.3f} ({low:+.3f} to {high:+.3f}), {self.verdict(metric)}"

    def verdict(self, metric="MRR"):
        """Return "higher" or "lower" if the interval does not contain 0, else "no difference shown"."""
        _, low, high = self.intervals[metric]
        return "higher" if low > 0 else "lower" if high < 0 else "no difference shown"


def values_of(ranks):
    """Return a dict from metric to the value of each question, (Q,).

    ranks: (Q,) ranks of the right answers; or (Q, T) of T right answers, NaN if a question has fewer.
    """
    values = {f"Recall@{k}": hits_at_k(ranks, k) for k in CUTS}
    values["MRR"] = reciprocal_ranks(ranks)
    if ranks.ndim == 2:
        values.update({"MAP": average_precisions(ranks), f"nDCG@{GAIN_CUT}": normalized_gains(ranks, GAIN_CUT)})
    return values


def intervals_of(values, seed):
    """Return a dict from metric to (mean, low, high): the mean over the questions, its 95 % bootstrap interval."""
    rng = np.random.default_rng(seed)
    return {metric: bootstrap_mean(of_questions, rng=rng) for metric, of_questions in values.items()}


def measure(ranks, seed):
    """Return a dict from metric to (mean, low, high) of the ranks of one split."""
    return intervals_of(values_of(ranks), seed)


def mean_per_question(rows, values):
    """Return the mean of each question's values over the splits that test it, (Q,), in the order of the questions.

    rows: for each split, the rows of its test questions.  values: for each split, their values.

    >>> mean_per_question([[0, 3], [3, 1]], [[0.0, 1.0], [0.5, 0.25]]).tolist()
    [0.0, 0.25, 0.75]
    """
    rows, values = np.concatenate(rows), np.concatenate(values)
    n_tests = np.bincount(rows)
    return np.bincount(rows, values)[n_tests > 0] / n_tests[n_tests > 0]


def over_splits(splits):
    """Return a dict from method to a dict from metric to the value of each question, (Q,), over all splits.

    splits: list of (rows of the test questions, dict from method to their ranks).
    """
    rows = [split_rows for split_rows, _ in splits]
    of_splits = {method: [values_of(ranks[method]) for _, ranks in splits] for method in splits[0][1]}
    return {method: {metric: mean_per_question(rows, [split[metric] for split in values]) for metric in values[0]}
            for method, values in of_splits.items()}


def differences(values, seed):
    """Return the Difference of each method and the baseline, and of the two methods with the highest MRR.

    values: dict from method to a dict from metric to the value of each question.
    """
    best, second, *_ = sorted(values, key=lambda method: -values[method]["MRR"].mean())
    pairs = [(method, BASELINE) for method in values if method != BASELINE]
    if BASELINE not in (best, second):
        pairs.append((best, second))
    return [Difference(method, other, {
        metric: paired_bootstrap(values[method][metric], values[other][metric], rng=np.random.default_rng(seed))
        for metric in values[method]}) for method, other in pairs]
