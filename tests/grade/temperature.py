"""Temperature: the distribution softmax(logits / t), sharper for t < 1 and flatter for t > 1.

Contract: temperature(logits, t); logits (B, V) or (V,); the result, logits or probabilities, is compared as a
distribution, to 1e-4.
"""
import numpy as np
from hypothesis import strategies as st

from tests.grade import distributions
from tests.grade.distributions import softmax
from tests.grade.piece import Mistake, Piece

TEMPERATURES = (0.5, 2.0, 0.1, 1.0, 10.0, 0.001)


@st.composite
def cases(draw):
    """Draw (rows of logits, t); the logits are exact in float32."""
    n = draw(st.integers(2, 6))
    row = st.lists(st.integers(-32, 32).map(lambda number: number / 8), min_size=n, max_size=n)
    return draw(st.lists(row, min_size=1, max_size=3)), draw(st.sampled_from(TEMPERATURES))


def expected(case):
    rows, t = case
    return softmax(np.array(rows) / t)


def powers(case):
    """Return softmax(probabilities / t), the temperature applied after the softmax."""
    return softmax(softmax(case[0]) / case[1])


PIECE = Piece(
    name="temperature",
    cases=cases(),
    forms=distributions.row_forms,
    expected=expected,
    agrees=distributions.agrees,
    mistakes=[
        Mistake("temperature after the softmax: the probabilities are divided", powers),
        Mistake("softmax of probabilities", lambda case: softmax(expected(case))),
        Mistake("the logits are multiplied by t, not divided", lambda case: softmax(np.array(case[0]) * case[1])),
        Mistake("temperature has no effect: it is ignored, or applied after the softmax and undone by the rescaling",
                lambda case: softmax(case[0])),
        Mistake("the softmax runs over the rows, not over the tokens",
                lambda case: softmax((np.array(case[0]) / case[1]).T).T),
        Mistake("the logits are divided by the square of t", lambda case: softmax(np.array(case[0]) / case[1] ** 2)),
    ],
    show=lambda case: f"({case[0]}, {case[1]})",
    show_outcome=distributions.show,
)
