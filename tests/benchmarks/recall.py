"""recall_at_k and mean_reciprocal_rank on whole rankings against scikit-learn: 2,000 queries of 1,000 documents.

scikit-learn sorts the scores itself, so our time includes a sort too.  With one target
per query, its top_k_accuracy_score is recall_at_k, and its
label_ranking_average_precision_score is mean_reciprocal_rank.
"""
import functools

import numpy as np

from minidl.metrics import mean_reciprocal_rank, recall_at_k
from minidl.tables import TablePrinter
from tests.benchmarks.cases import Case, difference
from tests.benchmarks.timing import interleaved

QUERIES, DOCUMENTS, K, ROUNDS = 2_000, 1_000, 10, 5
NAMES = ("recall_at_k", "mean_reciprocal_rank")


def timed(name):
    """Return the Timed of a metric and its peer."""
    from sklearn import metrics
    rng = np.random.default_rng(0)
    target, scores = rng.integers(DOCUMENTS, size=QUERIES), rng.random((QUERIES, DOCUMENTS))
    scores[np.arange(QUERIES), target] += rng.random(QUERIES)  # many targets get a low rank
    labels, relevant = np.arange(DOCUMENTS), np.eye(DOCUMENTS)[target]
    ours = {"recall_at_k": lambda ranking: recall_at_k(target, ranking, K),
            "mean_reciprocal_rank": lambda ranking: mean_reciprocal_rank(target, ranking)}[name]
    theirs = {"recall_at_k": lambda: metrics.top_k_accuracy_score(target, scores, k=K, labels=labels),
              "mean_reciprocal_rank": lambda: metrics.label_ranking_average_precision_score(relevant, scores)}[name]
    return interleaved({"ours": lambda: ours(np.argsort(-scores, axis=1)), "sklearn": theirs}, ROUNDS)


def measure(name):
    """Return (agreement, ratio)."""
    timing = timed(name)
    return difference(*timing.results.values()), timing.ratio("ours", "sklearn")


def cases():
    """Yield one Case per metric."""
    for name in NAMES:
        yield Case(f"`{name}`, {QUERIES:,} rankings of {DOCUMENTS:,}", "scikit-learn", functools.partial(measure, name))


def main():
    """Print one row per metric."""
    table = TablePrinter({"metric              ": "s", "value": ".4f", "ours, ms": ".1f", "sklearn, ms": ".1f",
                          "/ sklearn": ".3f"})
    for name in NAMES:
        timing = timed(name)
        table.row(name, timing.results["ours"], *timing.milliseconds(), timing.ratio("ours", "sklearn"))
