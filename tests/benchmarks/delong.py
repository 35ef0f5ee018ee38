"""roc_auc_ci and delong_test against minidl's roc_auc_score, on float32 scores and int64 labels, 14 % positive."""
import functools

import numpy as np

from minidl.metrics import delong_test, roc_auc_ci, roc_auc_score
from minidl.tables import TablePrinter
from tests.benchmarks.cases import Case, difference, wanted_text
from tests.benchmarks.metrics import sample
from tests.benchmarks.timing import interleaved

# rows: (rounds, calls per round, wanted ratio of roc_auc_ci to roc_auc_score, of delong_test to it)
SIZES = {1_000: (15, 100, (), ()), 1_000_000: (15, 1, (4,), (12,)), 10_000_000: (3, 1, (), ())}
CASE_SIZE = 1_000_000


@functools.cache
def timed(n):
    """Return the Timed of the three functions on n rows, and the AUC of the second score."""
    rng = np.random.default_rng(0)
    labels, scores = sample(n, rng)
    second_scores = (scores + rng.normal(size=n)).astype(np.float32)
    rounds, calls, *_ = SIZES[n]
    timing = interleaved({"score": lambda: roc_auc_score(labels, scores), "ci": lambda: roc_auc_ci(labels, scores),
                          "test": lambda: delong_test(labels, scores, second_scores)}, rounds, calls)
    return timing, roc_auc_score(labels, second_scores)


def measure(name):
    """Return (agreement of the AUC, or of the two AUCs' difference, ratio)."""
    timing, second_auc = timed(CASE_SIZE)
    auc = timing.results["score"]
    if name == "ci":
        agreement = difference(timing.results["ci"].auc, auc)
    else:
        agreement = difference(timing.results["test"].difference, auc - second_auc)
    return agreement, timing.ratio(name, "score")


def cases():
    """Yield one Case per function."""
    _, _, of_ci, of_test = SIZES[CASE_SIZE]
    yield Case(f"`roc_auc_ci`, {CASE_SIZE:,} rows", "minidl's `roc_auc_score`", functools.partial(measure, "ci"), of_ci)
    yield Case(f"`delong_test`, {CASE_SIZE:,} rows", "minidl's `roc_auc_score`",
               functools.partial(measure, "test"), of_test)


def main():
    """Print one row per size."""
    table = TablePrinter({"      rows": ",d", "roc_auc_score, ms": ".3f", "roc_auc_ci, ms": ".3f",
                          "delong_test, ms": ".3f", "ci / score": ".2f", "wanted": "s", "test / score": ".2f",
                          "(wanted)": "s"})
    for n, (_, _, of_ci, of_test) in SIZES.items():
        timing, _ = timed(n)
        table.row(n, *timing.milliseconds(), timing.ratio("ci", "score"), wanted_text(of_ci),
                  timing.ratio("test", "score"), wanted_text(of_test))
