"""ROC-AUC: the probability that a positive scores higher than a negative.

    AUC = (1 / PN) * sum over positives p, negatives n of [s_p > s_n] + [s_p = s_n] / 2

This is the area under the ROC curve, and the Mann-Whitney U statistic over PN.
The sum over n for one p is the placement count of p.  `placement_counts` compares all
PN pairs, as the formula does; `fast_placement_counts` sorts the negatives and looks up
each positive among them in O((P + N) log N), and most of that time is the sort.

Source: Hanley and McNeil, "The meaning and use of the area under a receiver
operating characteristic (ROC) curve", Radiology 143, 1982.
Left out: several classes, averages over labels, sample weights, partial areas.
"""
import numpy as np
import numpy.typing as npt

from minidl.arrays import AnyArray, Int64s
from minidl.metrics._checks import binary_problem, check_no_nan


def roc_auc_score(y_true: npt.ArrayLike, y_score: npt.ArrayLike) -> float:
    """Return the area under the ROC curve of scores for binary labels.

    Args:
        y_true: (N,) labels, {0, 1} or {-1, 1}; bool, integer or float.
        y_score: (N,) scores, higher if 1 is more likely; any real dtype.  Ties
            count one half.  Torch tensors on the CPU are accepted too.

    Returns:
        float in [0, 1]: the exact ratio of two integers, rounded once.

    Raises:
        ValueError: empty, not one-dimensional or of different lengths; labels other
            than the above, or of one class only; NaN.

    Differs from scikit-learn: infinite scores are ordered like other numbers
    (scikit-learn: an error); a single class is an error (scikit-learn: NaN and a warning).

    Three of the four pairs of a positive (0.35, 0.8) and a negative (0.1, 0.4) are in order:

    >>> roc_auc_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    positives, negatives = sorted_classes(y_true, y_score)
    counts = fast_placement_counts(positives, negatives)
    return int(counts.sum()) / (2 * len(positives) * len(negatives))


def sorted_classes(y_true: npt.ArrayLike, y_score: npt.ArrayLike) -> tuple[AnyArray, AnyArray]:
    """Return the scores of the positives, (P,), and of the negatives, (N,), each in ascending order."""
    is_positive, scores = binary_problem(y_true, y_score)
    positives, negatives = np.sort(scores.compress(is_positive)), np.sort(scores.compress(~is_positive))
    check_no_nan("y_score", [positives[-1], negatives[-1]])  # a sort puts NaN last
    return positives, negatives


def placement_counts(scores: AnyArray, other_class: AnyArray) -> Int64s:
    """Return the sum over the other class of 2 [s > t] + [s = t], for each score s: (P,) int64.

    The factor 2 keeps the counts integers.  This is the definition, in O(PN) time and memory.

    >>> placement_counts(np.array([0.4, 0.8]), np.array([0.1, 0.4])).tolist()
    [3, 4]
    """
    s, t = scores[:, None], other_class[None, :]
    counts: Int64s = (2 * (s > t) + (s == t)).sum(axis=1, dtype=np.int64)
    return counts


def fast_placement_counts(scores: AnyArray, other_class: AnyArray) -> Int64s:
    """Return placement_counts(scores, other_class); `other_class` must be in ascending order.

    If the scores are sorted too, the search is faster: equal or similar
    scores have neighbouring positions, which are in the processor's cache.
    """
    n_below = other_class.searchsorted(scores)
    tied = other_class.take(n_below, mode="clip") == scores
    n_not_above = n_below.astype(np.int64)
    n_not_above[tied] = other_class.searchsorted(scores[tied], side="right")
    return n_below + n_not_above
