"""ROC-AUC: the share of (positive, negative) pairs in which the positive has the higher score; a tie counts one half.

Contract: roc_auc_score(y_true, y_score); labels 0 and 1, both of them present; any finite float scores, half of the
cases with ties; equal to 1e-5, which leaves room for float32.
"""
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from tests import oracles
from tests.grade.forms import array_forms, as_number
from tests.grade.piece import Mistake, Piece

TOLERANCE = 1e-5
GRID = 100  # thresholds of the mistake "a grid of thresholds"


@st.composite
def cases(draw):
    """Draw (labels, scores): both classes, scores of few distinct values (ties) or of many, outside [0, 1] too."""
    n = draw(st.integers(2, 12))
    labels = [0, 1, *draw(st.lists(st.integers(0, 1), min_size=n - 2, max_size=n - 2))]
    labels = draw(st.permutations(labels))
    few = st.integers(-2, 2).map(float)
    many = st.integers(-4000, 4000).map(lambda number: number / 8)  # exact in float32
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


def grid(low, high):
    """Return the trapezoidal area over GRID equally spaced thresholds; low and high: numbers, or None for the range."""
    def outcome(case):
        labels, scores = np.array(case[0]), np.array(case[1])
        thresholds = np.linspace(scores.min() if low is None else low, scores.max() if high is None else high, GRID)
        tpr = [(scores[labels == 1] >= threshold).mean() for threshold in thresholds]
        fpr = [(scores[labels == 0] >= threshold).mean() for threshold in thresholds]
        return float(abs(np.trapezoid(tpr, fpr)))
    return outcome


PIECE = Piece(
    name="roc_auc_score",
    cases=cases(),
    forms=lambda implementation: array_forms(implementation, 2, as_number),
    expected=expected,
    agrees=lambda got, wanted: abs(got - wanted) <= TOLERANCE,
    mistakes=[
        Mistake("a tie counts one half, not one", pairs(1)),
        Mistake("a tie counts one half, not nothing", pairs(0)),
        *(Mistake("a tie counts one half, whatever the order of the input", by_position(descending, reverse_ties))
          for descending in (False, True) for reverse_ties in (False, True)),
        Mistake("a grid of thresholds misses scores", grid(0, 1)),
        Mistake("the area under accuracy", lambda case: 1 - expected(case)),
    ],
    show_outcome=lambda outcome: f"{outcome:.6g}",
)
