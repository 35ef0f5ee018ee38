"""ROC-AUC: the share of (positive, negative) pairs in which the positive has the higher score; a tie counts one half.

Contract: roc_auc_score(y_true, y_score); labels 0 and 1, both of them present; any finite float scores, half of the
cases with ties; equal to 1e-5, which leaves room for float32.
"""
from fractions import Fraction
from operator import mul

import numpy as np
from hypothesis import strategies as st

from tests import oracles
from tests.grade.metric import metric_piece
from tests.grade.piece import Mistake

# usual numbers of thresholds
GRIDS = tuple(size + extra for size in (10, 20, 50, 100, 200, 500, 1000) for extra in (0, 1))


@st.composite
def cases(draw):
    """Draw (labels, scores): both classes, scores of few distinct values (ties) or of many, outside [0, 1] too."""
    n = draw(st.integers(2, 12))
    labels = [0, 1, *draw(st.lists(st.integers(0, 1), min_size=n - 2, max_size=n - 2))]
    labels = draw(st.permutations(labels))
    few = st.integers(-2, 2).map(float)
    many = st.builds(mul, st.integers(-99, 99), st.sampled_from([0.125, 5.0]))  # exact in float32
    return labels, draw(st.lists(draw(st.sampled_from([few, many])), min_size=n, max_size=n))


def expected(case):
    return float(oracles.roc_auc(*case))


def pairs(tie):
    """Return the oracle in which a tie counts `tie`."""
    def outcome(case):
        positives = [score for label, score in zip(*case) if label]
        negatives = [score for label, score in zip(*case) if not label]
        total = sum(1 if p > n else tie if p == n else 0 for p in positives for n in negatives)
        return float(Fraction(total, len(positives) * len(negatives)))
    return outcome


def by_position(descending, reverse_ties):
    """Return the oracle that breaks ties by the position in the input, as a sort does."""
    def outcome(case):
        labels, scores = case
        order = sorted(range(len(labels)), key=lambda i: (scores[i], -i if reverse_ties else i), reverse=descending)
        if descending:
            order = order[::-1]
        below, total = 0, 0
        for i in order:
            total += below if labels[i] else 0
            below += not labels[i]
        return total / (sum(labels) * (len(labels) - sum(labels)))
    return outcome


def grid(size, unit_range, ends):
    """Return the oracle of the trapezoidal area over `size` equally spaced thresholds.

    unit_range: whether the thresholds cover [0, 1], not the range of the scores.
    ends: whether the points (0, 0) and (1, 1) are added.
    """
    def outcome(case):
        labels, scores = np.array(case[0]), np.array(case[1])
        thresholds = np.linspace(1, 0, size) if unit_range else np.linspace(scores.max(), scores.min(), size)
        above = scores >= thresholds[:, None]
        tpr, fpr = above[:, labels == 1].mean(1), above[:, labels == 0].mean(1)
        if ends:
            tpr, fpr = np.r_[0, tpr, 1], np.r_[0, fpr, 1]
        return float((np.diff(fpr) * (tpr[1:] + tpr[:-1])).sum() / 2)
    return outcome


def clipped(low, high):
    """Return the oracle of a fine grid over [0, 1], which cannot tell the scores beyond it apart.

    low, high: what scores below 0 and above 1 look like, so 0 or less, and 1 or more.
    """
    return lambda case: expected((case[0], [min(max(score, low), high) for score in case[1]]))


def rounded(case):
    """Return the AUC of the predicted classes, scores above 0.5."""
    return expected((case[0], [float(score > 0.5) for score in case[1]]))


PIECE = metric_piece(
    name="roc_auc_score",
    cases=cases(),
    expected=expected,
    mistakes=[
        Mistake("a tie counts one half, not one", pairs(1)),
        Mistake("a tie counts one half, not nothing", pairs(0)),
        *(Mistake("a tie counts one half, whatever the order of the input", by_position(descending, reverse_ties))
          for descending in (False, True) for reverse_ties in (False, True)),
        *(Mistake("a grid of thresholds misses scores: every score is a threshold", grid(size, unit_range, ends))
          for size in GRIDS for unit_range in (False, True) for ends in (False, True)),
        *(Mistake("a grid of thresholds misses scores: every score is a threshold", clipped(low, high))
          for low in (0.0, -0.01) for high in (1.0, 1.01)),
        Mistake("the ranking is the wrong way round", lambda case: 1 - expected(case)),
        Mistake("the area of the complement, or with a sign", lambda case: -expected(case)),
        Mistake("the scores are rounded to 0 and 1 first", rounded),
    ],
)
