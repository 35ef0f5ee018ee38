"""ROC-AUC: how often a positive outranks a negative.

    AUC = (1 / PN) * sum over positives p, negatives n of [s_p > s_n] + [s_p = s_n] / 2

This is the area under the ROC curve, and the Mann-Whitney U statistic over PN.
Instead of looking at all PN pairs, sort the negatives and find each positive's
place among them: O((P + N) log N), the sort of the negatives nearly all of it.

Source: Hanley and McNeil, "The meaning and use of the area under a receiver
operating characteristic (ROC) curve", Radiology 143, 1982.
Left out: several classes, averages over labels, sample weights, partial areas.
"""
from typing import Any

import numpy as np
import numpy.typing as npt

from minidl.metrics._checks import binary_problem, no_nan


def roc_auc_score(y_true: npt.ArrayLike, y_score: npt.ArrayLike) -> float:
    """Area under the ROC curve of scores for binary labels.

    Args:
        y_true: (N,) labels, {0, 1} or {-1, 1}; bool, integer or float.
        y_score: (N,) scores, higher meaning more likely 1; any real dtype.  Ties
            count one half.  Torch tensors on the CPU are taken too.

    Returns:
        float in [0, 1]: the exact ratio of two integers, rounded once.

    Raises:
        ValueError: empty, not one-dimensional or of different lengths; labels other
            than the above, or of one class only; NaN.

    Differs from scikit-learn: infinite scores are ordered as numbers are (refused
    there); one class only is an error (NaN and a warning there).

    Of the four pairs of a positive (0.35, 0.8) and a negative (0.1, 0.4), three are in order:

    >>> roc_auc_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    winners, losers = sorted_classes(y_true, y_score)
    return int(twice_beaten(winners, losers).sum()) / (2 * len(winners) * len(losers))


def sorted_classes(y_true: npt.ArrayLike, y_score: npt.ArrayLike) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return the scores of the positives, (P,), and of the negatives, (N,), each in ascending order."""
    positive, scores = binary_problem(y_true, y_score)
    winners, losers = np.sort(scores.compress(positive)), np.sort(scores.compress(~positive))
    no_nan("y_score", [winners[-1], losers[-1]])  # a sort puts NaN last
    return winners, losers


def twice_beaten(players: npt.NDArray[Any], opponents: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Return, for each player, twice the number of opponents that it beats, a tie counting one half: int64.

    The opponents must be sorted.  So should be the players: neighbours then look in
    neighbouring places, which the processor's cache still holds.
    """
    below = opponents.searchsorted(players)  # how many opponents lie strictly below each player
    tied = opponents.take(below, mode="clip") == players
    not_above = below.astype(np.int64)
    not_above[tied] = opponents.searchsorted(players[tied], side="right")
    return below + not_above
