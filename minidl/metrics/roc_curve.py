"""ROC curve: true against false positive rate, as the decision threshold falls.

    TPR(t) = #{positives with s >= t} / P        FPR(t) = #{negatives with s >= t} / N

Sort by score, highest first.  The running counts at the end of each group of equal
scores are the points of the curve.

Source: Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27, 2006.
"""
import numpy as np
import numpy.typing as npt

from minidl.arrays import Floats
from minidl.metrics._checks import binary_problem, check_no_nan


def roc_curve(y_true: npt.ArrayLike, y_score: npt.ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Return the points of the ROC curve, from (0, 0) to (1, 1).

    Args:
        y_true: (N,) labels, {0, 1} or {-1, 1}; bool, integer or float.
        y_score: (N,) scores of any real dtype; torch tensors on the CPU are accepted too.

    Returns:
        fpr, tpr, thresholds: float64, of equal length.  Point i calls a row positive if
        y_score >= thresholds[i].  The thresholds fall; the first is inf: no row is positive.

    Raises:
        ValueError: as for `roc_auc_score`.

    Differs from scikit-learn: a point halfway between its neighbours is always dropped
    (scikit-learn: unless drop_intermediate=False); infinite scores are ordered like other
    numbers (scikit-learn: an error); a single class is an error (scikit-learn: NaN and a warning).

    >>> fpr, tpr, thresholds = roc_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> fpr.tolist(), tpr.tolist(), thresholds.tolist()
    ([0.0, 0.0, 0.5, 0.5, 1.0], [0.0, 0.5, 0.5, 1.0, 1.0], [inf, 0.8, 0.4, 0.35, 0.1])
    """
    is_positive, scores = binary_problem(y_true, y_score)
    check_no_nan("y_score", scores)
    order = np.argsort(scores)[::-1]
    is_positive, scores = is_positive[order], scores[order]

    group_ends = np.append(np.flatnonzero(scores[1:] != scores[:-1]), len(scores) - 1)
    tp = np.cumsum(is_positive)[group_ends]  # true positives if the threshold is the group's score
    fp = group_ends + 1 - tp
    corner = np.ones(len(group_ends), dtype=bool)
    corner[1:-1] = (np.diff(tp, 2) != 0) | (np.diff(fp, 2) != 0)

    tp, fp = np.append(0, tp[corner]), np.append(0, fp[corner])
    thresholds = np.append(np.inf, scores[group_ends[corner]].astype(np.float64))
    return fp / fp[-1], tp / tp[-1], thresholds
