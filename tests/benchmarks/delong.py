"""roc_auc_ci and delong_test against minidl's own roc_auc_score: float32 scores, 14 % positives, labels int64."""
import numpy as np

from minidl.metrics import delong_test, roc_auc_ci, roc_auc_score
from minidl.report import Table
from tests.benchmarks.timing import interleaved, milliseconds, ratio

# rows: (rounds, calls a round, wanted multiple of roc_auc_score's time for roc_auc_ci, for delong_test)
SIZES = {1_000: (15, 100, "-", "-"), 1_000_000: (15, 1, "4", "12"), 10_000_000: (3, 1, "-", "-")}


def main():
    """Print a row a size."""
    table = Table({"      rows": ",d", "roc_auc_score, ms": ".3f", "roc_auc_ci, ms": ".3f", "delong_test, ms": ".3f",
                   "ci / score": ".2f", "wanted": "s", "test / score": ".2f", "(wanted)": "s"})
    rng = np.random.default_rng(0)
    for n, (rounds, calls, of_ci, of_test) in SIZES.items():
        labels = (rng.random(n) < 0.14).astype(np.int64)
        scores = (rng.normal(size=n) + labels).astype(np.float32)
        others = (scores + rng.normal(size=n)).astype(np.float32)
        seconds = interleaved({"score": lambda: roc_auc_score(labels, scores),
                               "ci": lambda: roc_auc_ci(labels, scores),
                               "test": lambda: delong_test(labels, scores, others)}, rounds, calls)
        table.row(n, *(milliseconds(seconds, name) for name in seconds), ratio(seconds, "ci", "score"), of_ci,
                  ratio(seconds, "test", "score"), of_test)
