"""ROC curve: true against false positive rate, as the decision threshold falls.

    TPR(t) = #{positives with s >= t} / P        FPR(t) = #{negatives with s >= t} / N

Sort by score, highest first; running counts at the end of each group of equal
scores are the curve's points.

Source: Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27, 2006.
"""
import numpy as np
import numpy.typing as npt

from minidl.metrics._checks import binary_problem, no_nan

Floats = npt.NDArray[np.float64]


def roc_curve(y_true: npt.ArrayLike, y_score: npt.ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Points of the ROC curve, from (0, 0) to (1, 1).

    Args:
        y_true: (N,) labels, {0, 1} or {-1, 1}; bool, integer or float.
        y_score: (N,) scores of any real dtype; torch tensors on the CPU are taken too.

    Returns:
        fpr, tpr, thresholds: float64, of one length.  thresholds fall, beginning at
        inf, where nothing is called positive; a row i counts from y_score >= thresholds[i].

    Raises:
        ValueError: as for `roc_auc_score`.

    Differs from scikit-learn: a point halfway between its neighbours is always dropped
    (there, unless drop_intermediate=False); infinite scores are ordered as numbers are
    (refused there); one class only is an error (NaN and a warning there).

    >>> fpr, tpr, thresholds = roc_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> fpr.tolist(), tpr.tolist(), thresholds.tolist()
    ([0.0, 0.0, 0.5, 0.5, 1.0], [0.0, 0.5, 0.5, 1.0, 1.0], [inf, 0.8, 0.4, 0.35, 0.1])
    """
    positive, scores = binary_problem(y_true, y_score)
    no_nan("y_score", scores)
    order = np.argsort(scores)[::-1]
    positive, scores = positive[order], scores[order]

    ends = np.append(np.flatnonzero(scores[1:] != scores[:-1]), len(scores) - 1)
    true = np.cumsum(positive)[ends]  # counts at and above each distinct score
    false = ends + 1 - true
    corner = np.ones(len(ends), dtype=bool)
    corner[1:-1] = (np.diff(true, 2) != 0) | (np.diff(false, 2) != 0)

    true, false = np.append(0, true[corner]), np.append(0, false[corner])
    thresholds = np.append(np.inf, scores[ends[corner]].astype(np.float64))
    return false / false[-1], true / true[-1], thresholds
