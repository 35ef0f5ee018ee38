"""What the pieces that are metrics share: a function of two arrays, and perhaps k, to one number."""
import math

from tests.grade.forms import array_forms, as_number
from tests.grade.piece import Piece

TOLERANCE = 1e-5  # leaves room for float32


def metric_piece(name, cases, expected, mistakes):
    """Return the Piece of a metric; a case is (array, array, *numbers)."""
    return Piece(
        name=name,
        cases=cases,
        forms=lambda implementation: array_forms(implementation, 2, as_number),
        expected=expected,
        agrees=lambda got, wanted: math.isclose(got, wanted, abs_tol=TOLERANCE),
        mistakes=mistakes,
        show_outcome=lambda outcome: f"{outcome:.6g}",
    )
