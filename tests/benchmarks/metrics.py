"""roc_auc_score on random float32 scores, 14 % positives, labels int64, against scikit-learn and np.sort."""
import functools

import numpy as np

from minidl.metrics import roc_auc_score
from minidl.tables import TablePrinter
from tests.benchmarks.cases import Case, difference, wanted_text
from tests.benchmarks.timing import interleaved

# rows: (rounds, calls a round, wanted share of scikit-learn's time, wanted multiple of np.sort's)
SIZES = {1_000: (15, 200, (0.025,), ()), 1_000_000: (21, 1, (0.17,), (1.4,)), 10_000_000: (5, 1, (0.15,), (1.4,))}


def sample(n, rng):
    """Return n labels and scores."""
    labels = (rng.random(n) < 0.14).astype(np.int64)
    return labels, (rng.normal(size=n) + labels).astype(np.float32)


def timed(n):
    """Time the three on n rows."""
    from sklearn.metrics import roc_auc_score as reference
    labels, scores = sample(n, np.random.default_rng(0))
    rounds, calls, *_ = SIZES[n]
    return interleaved({"ours": lambda: roc_auc_score(labels, scores), "sklearn": lambda: reference(labels, scores),
                        "sort": lambda: np.sort(scores)}, rounds, calls)


def measure(n):
    """Return (agreement, ratio) with scikit-learn."""
    found = timed(n)
    return difference(found.results["ours"], found.results["sklearn"]), found.ratio("ours", "sklearn")


def cases():
    """Yield a Case a size."""
    for n, (_, _, wanted, _) in SIZES.items():
        yield Case(f"`roc_auc_score`, {n:,} rows", "scikit-learn", functools.partial(measure, n), wanted)


def main():
    """Print a row a size."""
    table = TablePrinter({"      rows": ",d", "ours, ms": ".3f", "sklearn, ms": ".3f", "np.sort, ms": ".3f",
                          "/ sklearn": ".3f", "wanted": "s", "/ sort": ".2f", "(wanted)": "s"})
    for n, (_, _, of_reference, of_sort) in SIZES.items():
        found = timed(n)
        table.row(n, *found.milliseconds(), found.ratio("ours", "sklearn"), wanted_text(of_reference),
                  found.ratio("ours", "sort"), wanted_text(of_sort))
