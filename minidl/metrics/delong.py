"""DeLong's method: how sure an AUC is, and whether two scores of the same rows differ in theirs.

    V10(p) = share of the N negatives that the positive p outranks, a tie counting one half
    V01(n) = share of the P positives that the negative n outranks, likewise
    AUC = mean of V10        its variance = var(V10) / P + var(V01) / N

where var divides by P - 1 and N - 1.  For a difference of AUCs, V is a row's V under a
less its V under b: what the two scores share drops out.  Each V is a count over a
count, so sums stay integers up to the last division, and equal scores differ by
exactly 0 with a standard error of exactly 0.

Sources: DeLong, DeLong and Clarke-Pearson, "Comparing the areas under two or more correlated
receiver operating characteristic curves: a nonparametric approach", Biometrics 44, 1988; Sun and
Xu, "Fast implementation of DeLong's algorithm for comparing the areas under correlated receiver
operating characteristic curves", IEEE Signal Processing Letters 21, 2014, who count by sorting,
not pair by pair: a positive's rank among all rows less that among the positives is what it
outranks.  Here the same count is looked up in the sorted negatives.
Left out: three scores or more, scores of different rows, intervals on the logit scale.
"""
import math
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from minidl.metrics._checks import binary_problem, no_nan
from minidl.metrics.roc_auc import sorted_classes, twice_beaten

AucInterval = NamedTuple("AucInterval", [("auc", float), ("low", float), ("high", float)])
DelongTest = NamedTuple("DelongTest", [("difference", float), ("standard_error", float), ("p_value", float)])
Counts = npt.NDArray[np.int64]


def roc_auc_ci(y_true: npt.ArrayLike, y_score: npt.ArrayLike, *, confidence: float = 0.95) -> AucInterval:
    """Area under the ROC curve and its confidence interval: AUC -+ z standard errors, cut to [0, 1].

    Args:
        y_true, y_score: (N,) labels and scores, as `roc_auc_score` takes them.
        confidence: share of samples whose interval is to hold the true AUC, in (0, 1).

    Returns:
        (auc, low, high), floats; auc is that of `roc_auc_score`.  The interval is too
        short for few rows or an AUC near 1: a perfect score gives (1, 1, 1).

    Raises:
        ValueError: as for `roc_auc_score`; a class of one member; confidence outside (0, 1).

    V10 of the positives 0.35 and 0.8 is 1/2 and 1, V01 of the negatives 0.1 and 0.4 is 0
    and 1/2: each var is 1/8, the standard error sqrt(1/16 + 1/16).

    >>> auc, low, high = roc_auc_ci([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> print(f"{auc} in [{low:.4f}, {high}]")
    0.75 in [0.0570, 1.0]
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence: must be in (0, 1), got {confidence}")
    winners, losers = sorted_classes(y_true, y_score)  # one score's V may stand in any order: no need to argsort
    auc, standard_error = mean_and_error(twice_beaten(winners, losers), twice_beaten(losers, winners))
    margin = -NormalDist().inv_cdf((1 - confidence) / 2) * standard_error
    return AucInterval(auc, max(0.0, auc - margin), min(1.0, auc + margin))


def delong_test(y_true: npt.ArrayLike, score_a: npt.ArrayLike, score_b: npt.ArrayLike) -> DelongTest:
    """Test whether two scores of the same rows have the same AUC, two-sided.

    Args:
        y_true: (N,) labels, as `roc_auc_score` takes them.
        score_a, score_b: (N,) scores likewise; only the order within each matters.

    Returns:
        (difference, standard_error, p_value), floats: the AUC of a less that of b; where
        its standard error is 0, p_value is 1 for no difference and 0 for any.

    Raises:
        ValueError: as for `roc_auc_score`; a class of one member.

    Score b is perfect, its V constant, so the standard error is that of a, sqrt(1/8), and
    the p-value erfc(z / sqrt(2)) with z = 0.25 / sqrt(1/8): erfc(1/2).

    >>> test = delong_test([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], [1, 2, 3, 4])
    >>> print(f"{test.difference}, {test.standard_error:.4f}, {test.p_value:.4f}")
    -0.25, 0.3536, 0.4795
    """
    a, b = outranked("score_a", y_true, score_a), outranked("score_b", y_true, score_b)
    difference, standard_error = mean_and_error(a[0] - b[0], a[1] - b[1])
    if standard_error == 0:
        return DelongTest(difference, 0.0, float(difference == 0))
    z = abs(difference) / standard_error
    return DelongTest(difference, standard_error, math.erfc(z / math.sqrt(2)))  # 1 - cdf has no digits far out


def outranked(name: str, y_true: npt.ArrayLike, y_score: npt.ArrayLike) -> tuple[Counts, Counts]:
    """Return (P,) 2 N V10 and (N,) 2 P V01, int64: twice the other class's rows that each row outranks."""
    positive, scores = binary_problem(y_true, y_score, name)
    winners, losers = scores.compress(positive), scores.compress(~positive)
    winners_order, losers_order = np.argsort(winners), np.argsort(losers)
    winners, losers = winners[winners_order], losers[losers_order]
    no_nan(name, [winners[-1], losers[-1]])  # a sort puts NaN last
    by_winners, by_losers = np.empty(len(winners), np.int64), np.empty(len(losers), np.int64)
    by_winners[winners_order], by_losers[losers_order] = twice_beaten(winners, losers), twice_beaten(losers, winners)
    return by_winners, by_losers


def mean_and_error(by_positives: Counts, by_negatives: Counts) -> tuple[float, float]:
    """Return the mean of V10 and its standard error, from 2 N V10 and 2 P V01 or differences of such."""
    p, n = len(by_positives), len(by_negatives)
    if min(p, n) < 2:
        raise ValueError(f"y_true: each class must have at least 2 members, got {p} positive and {n} negative")
    mean = int(by_positives.sum()) / (2 * p * n)
    return mean, math.sqrt((variance(by_positives) / n + variance(by_negatives) / p) / (4 * p * n))


def variance(counts: Counts) -> float:
    """Return the sample variance of integers, (n sum c^2 - (sum c)^2) / (n (n - 1)), rounded once."""
    n, squares = len(counts), counts * counts
    # from some million rows on their sum may leave int64: add the upper and the lower 32 bits apart
    total = (int((squares >> 32).sum()) << 32) + int((squares & 0xFFFFFFFF).sum())
    return (n * total - int(counts.sum()) ** 2) / (n * (n - 1))
