"""roc_auc_ci and delong_test against minidl's own roc_auc_score: float32 scores, 14 % positives, labels int64."""
import functools

import numpy as np

from minidl.metrics import delong_test, roc_auc_ci, roc_auc_score
from minidl.tables import TablePrinter
from tests.benchmarks.cases import Case, difference, wanted_text
from tests.benchmarks.metrics import sample
from tests.benchmarks.timing import interleaved

# rows: (rounds, calls a round, wanted multiple of roc_auc_score's time for roc_auc_ci, for delong_test)
SIZES = {1_000: (15, 100, (), ()), 1_000_000: (15, 1, (4,), (12,)), 10_000_000: (3, 1, (), ())}
CASE = 1_000_000


@functools.cache
def timed(n):
    """Time the three on n rows, and return the AUC of the second score as well."""
    rng = np.random.default_rng(0)
    labels, scores = sample(n, rng)
    others = (scores + rng.normal(size=n)).astype(np.float32)
    rounds, calls, *_ = SIZES[n]
    return interleaved({"score": lambda: roc_auc_score(labels, scores), "ci": lambda: roc_auc_ci(labels, scores),
                        "test": lambda: delong_test(labels, scores, others)}, rounds, calls
                       ), roc_auc_score(labels, others)


def measure(name):
    """Return (agreement of the AUC, or of the two AUCs' difference, ratio)."""
    found, other = timed(CASE)
    score = found.results["score"]
    agreement = {"ci": lambda: difference(found.results["ci"].auc, score),
                 "test": lambda: difference(found.results["test"].difference, score - other)}[name]()
    return agreement, found.ratio(name, "score")


def cases():
    """Yield both functions' Cases."""
    _, _, of_ci, of_test = SIZES[CASE]
    yield Case(f"`roc_auc_ci`, {CASE:,} rows", "minidl's `roc_auc_score`", functools.partial(measure, "ci"), of_ci)
    yield Case(f"`delong_test`, {CASE:,} rows", "minidl's `roc_auc_score`",
               functools.partial(measure, "test"), of_test)


def main():
    """Print a row a size."""
    table = TablePrinter({"      rows": ",d", "roc_auc_score, ms": ".3f", "roc_auc_ci, ms": ".3f",
                          "delong_test, ms": ".3f", "ci / score": ".2f", "wanted": "s", "test / score": ".2f",
                          "(wanted)": "s"})
    for n, (_, _, of_ci, of_test) in SIZES.items():
        found, _ = timed(n)
        table.row(n, *found.milliseconds(), found.ratio("ci", "score"), wanted_text(of_ci),
                  found.ratio("test", "score"), wanted_text(of_test))
