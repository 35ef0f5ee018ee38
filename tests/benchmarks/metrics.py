"""roc_auc_score against scikit-learn and np.sort, on random float32 scores and int64 labels, 14 % positive."""
import functools

import numpy as np

from minidl.metrics import roc_auc_score
from minidl.tables import TablePrinter
from tests.benchmarks.cases import Case, difference, wanted_text
from tests.benchmarks.timing import interleaved

# rows: (rounds, calls per round, wanted ratio to scikit-learn's time, wanted ratio to np.sort's)
SIZES = {1_000: (15, 200, (0.025,), ()), 1_000_000: (21, 1, (0.17,), (1.4,)), 10_000_000: (5, 1, (0.15,), (1.4,))}


def sample(n, rng):
    """Return n labels and scores."""
    labels = (rng.random(n) < 0.14).astype(np.int64)
    return labels, (rng.normal(size=n) + labels).astype(np.float32)


def timed(n):
    """Return the Timed of the three functions on n rows."""
    from sklearn.metrics import roc_auc_score as reference
    labels, scores = sample(n, np.random.default_rng(0))
    rounds, calls, *_ = SIZES[n]
    return interleaved({"ours": lambda: roc_auc_score(labels, scores), "sklearn": lambda: reference(labels, scores),
                        "sort": lambda: np.sort(scores)}, rounds, calls)


def measure(n):
    """Return (agreement, ratio) with scikit-learn."""
    timing = timed(n)
    return difference(timing.results["ours"], timing.results["sklearn"]), timing.ratio("ours", "sklearn")


def cases():
    """Yield one Case per size."""
    for n, (_, _, wanted, _) in SIZES.items():
        yield Case(f"`roc_auc_score`, {n:,} rows", "scikit-learn", functools.partial(measure, n), wanted)


def main():
    """Print one row per size."""
    table = TablePrinter({"      rows": ",d", "ours, ms": ".3f", "sklearn, ms": ".3f", "np.sort, ms": ".3f",
                          "/ sklearn": ".3f", "wanted": "s", "/ sort": ".2f", "(wanted)": "s"})
    for n, (_, _, wanted_of_sklearn, wanted_of_sort) in SIZES.items():
        timing = timed(n)
        table.row(n, *timing.milliseconds(), timing.ratio("ours", "sklearn"), wanted_text(wanted_of_sklearn),
                  timing.ratio("ours", "sort"), wanted_text(wanted_of_sort))
