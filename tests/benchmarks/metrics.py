"""roc_auc_score on random float32 scores, 14 % positives, labels int64."""
import numpy as np
from sklearn.metrics import roc_auc_score as reference

from minidl.metrics import roc_auc_score
from minidl.report import Table
from tests.benchmarks.timing import interleaved, milliseconds, ratio

# rows: (rounds, calls a round, wanted share of scikit-learn's time, wanted multiple of np.sort's)
SIZES = {1_000: (15, 200, "0.025", "-"), 1_000_000: (21, 1, "0.17", "1.4"), 10_000_000: (5, 1, "0.15", "1.4")}


def main():
    """Print a row a size."""
    table = Table({"      rows": ",d", "ours, ms": ".3f", "sklearn, ms": ".3f", "np.sort, ms": ".3f",
                   "/ sklearn": ".3f", "wanted": "s", "/ sort": ".2f", "(wanted)": "s"})
    rng = np.random.default_rng(0)
    for n, (rounds, calls, of_reference, of_sort) in SIZES.items():
        labels = (rng.random(n) < 0.14).astype(np.int64)
        scores = (rng.normal(size=n) + labels).astype(np.float32)
        seconds = interleaved({"ours": lambda: roc_auc_score(labels, scores),
                               "sklearn": lambda: reference(labels, scores),
                               "sort": lambda: np.sort(scores)}, rounds, calls)
        table.row(n, *(milliseconds(seconds, name) for name in seconds), ratio(seconds, "ours", "sklearn"),
                  of_reference, ratio(seconds, "ours", "sort"), of_sort)
