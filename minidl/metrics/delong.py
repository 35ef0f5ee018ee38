"""DeLong's method: the standard error of an AUC, and of the difference of two AUCs on the same rows.

    V10(p) = share of the N negatives that score lower than the positive p, a tie counting one half
    V01(n) = share of the P positives that score lower than the negative n, a tie counting one half
    AUC = mean of V10        its variance = var(V10) / P + var(V01) / N

Here var divides by P - 1 and N - 1.  For the difference of two AUCs, V is the row's V
under score a minus its V under score b, so what the two scores share cancels.  Each V
is a ratio of integers, so only integers are summed, and the division comes last: equal
scores have a difference of exactly 0 and a standard error of exactly 0.

Sources: DeLong, DeLong and Clarke-Pearson, "Comparing the areas under two or more correlated
receiver operating characteristic curves: a nonparametric approach", Biometrics 44, 1988; Sun and
Xu, "Fast implementation of DeLong's algorithm for comparing the areas under correlated receiver
operating characteristic curves", IEEE Signal Processing Letters 21, 2014.  Sun and Xu count by
sorting: a row's rank among all rows minus its rank in its own class.  Here the count is looked up
in the sorted scores of the other class.
Left out: three scores or more, scores of different rows, intervals on the logit scale.
"""
import math
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from minidl.arrays import Int64s
from minidl.metrics._checks import binary_problem, check_confidence, check_no_nan
from minidl.metrics.roc_auc import fast_placement_counts, sorted_classes

AucInterval = NamedTuple("AucInterval", [("auc", float), ("low", float), ("high", float)])
DelongTest = NamedTuple("DelongTest", [("difference", float), ("standard_error", float), ("p_value", float)])


def roc_auc_ci(y_true: npt.ArrayLike, y_score: npt.ArrayLike, *, confidence: float = 0.95) -> AucInterval:
    """Return the area under the ROC curve and its confidence interval: AUC -+ z standard errors, clipped to [0, 1].

    Args:
        y_true, y_score: (N,) labels and scores, as for `roc_auc_score`.
        confidence: share of samples whose interval should contain the true AUC, in (0, 1).

    Returns:
        (auc, low, high), floats; auc equals `roc_auc_score`.  The interval is too
        short for few rows or an AUC near 1: a perfect score gives (1, 1, 1).

    Raises:
        ValueError: as for `roc_auc_score`; a class of one member; confidence outside (0, 1).

    V10 of the positives 0.35 and 0.8 is 1/2 and 1, V01 of the negatives 0.1 and 0.4 is 0
    and 1/2: each var is 1/8, the standard error sqrt(1/16 + 1/16).

    >>> auc, low, high = roc_auc_ci([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> print(f"{auc} in [{low:.4f}, {high}]")
    0.75 in [0.0570, 1.0]
    """
    check_confidence(confidence)
    positives, negatives = sorted_classes(y_true, y_score)  # mean and variance do not need the order of the rows
    auc, standard_error = mean_and_error(fast_placement_counts(positives, negatives),
                                         fast_placement_counts(negatives, positives))
    margin = -NormalDist().inv_cdf((1 - confidence) / 2) * standard_error
    return AucInterval(auc, max(0.0, auc - margin), min(1.0, auc + margin))


def delong_test(y_true: npt.ArrayLike, score_a: npt.ArrayLike, score_b: npt.ArrayLike) -> DelongTest:
    """Return a two-sided test of whether two scores of the same rows have the same AUC.

    Args:
        y_true: (N,) labels, as for `roc_auc_score`.
        score_a, score_b: (N,) scores, as for `roc_auc_score`; only the order within each matters.

    Returns:
        (difference, standard_error, p_value), floats: the AUC of a minus that of b.  If the
        standard error is 0, p_value is 1 for a difference of 0, and 0 otherwise.

    Raises:
        ValueError: as for `roc_auc_score`; a class of one member.

    Score b is perfect, its V constant, so the standard error is that of a, sqrt(1/8), and
    the p-value erfc(z / sqrt(2)) with z = 0.25 / sqrt(1/8): erfc(1/2).

    >>> test = delong_test([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], [1, 2, 3, 4])
    >>> print(f"{test.difference}, {test.standard_error:.4f}, {test.p_value:.4f}")
    -0.25, 0.3536, 0.4795
    """
    c10_a, c01_a = counts_by_row("score_a", y_true, score_a)
    c10_b, c01_b = counts_by_row("score_b", y_true, score_b)
    difference, standard_error = mean_and_error(c10_a - c10_b, c01_a - c01_b)
    if standard_error == 0:
        return DelongTest(difference, 0.0, float(difference == 0))
    z = abs(difference) / standard_error
    return DelongTest(difference, standard_error, math.erfc(z / math.sqrt(2)))  # 1 - cdf would lose all digits


def counts_by_row(name: str, y_true: npt.ArrayLike, y_score: npt.ArrayLike) -> tuple[Int64s, Int64s]:
    """Return the placement counts 2 N V10, (P,), and 2 P V01, (N,), in the order of the rows."""
    is_positive, scores = binary_problem(y_true, y_score, name)
    positives, negatives = scores.compress(is_positive), scores.compress(~is_positive)
    p_order, n_order = np.argsort(positives), np.argsort(negatives)
    positives, negatives = positives[p_order], negatives[n_order]
    check_no_nan(name, [positives[-1], negatives[-1]])  # a sort puts NaN last
    c10, c01 = np.empty(len(positives), np.int64), np.empty(len(negatives), np.int64)
    c10[p_order] = fast_placement_counts(positives, negatives)
    c01[n_order] = fast_placement_counts(negatives, positives)
    return c10, c01


def mean_and_error(c10: Int64s, c01: Int64s) -> tuple[float, float]:
    """Return the mean of V10 and its standard error from c10 = 2 N V10, (P,), and c01 = 2 P V01, (N,).

    With the integers c instead of the shares V, the formula reads
        AUC = sum(c10) / (2 P N)        variance = (var(c10) / N + var(c01) / P) / (4 P N)
    """
    p, n = len(c10), len(c01)
    if min(p, n) < 2:
        raise ValueError(f"y_true: each class must have at least 2 members, got {p} positive and {n} negative")
    mean = int(c10.sum()) / (2 * p * n)
    return mean, math.sqrt((variance(c10) / n + variance(c01) / p) / (4 * p * n))


def variance(counts: Int64s) -> float:
    """Return the sample variance of integers, (n sum c^2 - (sum c)^2) / (n (n - 1)), rounded once."""
    n, squares = len(counts), counts * counts
    # for millions of rows, the sum of squares exceeds int64: add the upper and the lower 32 bits separately
    sum_of_squares = (int((squares >> 32).sum()) << 32) + int((squares & 0xFFFFFFFF).sum())
    return (n * sum_of_squares - int(counts.sum()) ** 2) / (n * (n - 1))
