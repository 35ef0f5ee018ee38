"""Checks of the two arguments that every metric on binary labels has."""
import numpy as np
import numpy.typing as npt

from minidl.arrays import AnyArray, Bools
from minidl.checks import is_real, real_vector, require


def binary_problem(y_true: npt.ArrayLike, y_score: npt.ArrayLike, name: str = "y_score") -> tuple[Bools, AnyArray]:
    """Return (is_positive, scores): a boolean and a real array, both (N,), with both classes present.

    name: the name of the scores in error messages.  NaN among the scores is not checked
    here: each metric checks it by `check_no_nan` on fewer numbers, after its sort.
    """
    labels, scores = real_vector("y_true", y_true), real_vector(name, y_score)
    if len(labels) != len(scores):
        raise ValueError(f"{name}: must be as long as y_true, {len(labels)}, got {len(scores)}")
    is_positive = labels == 1
    n_positive = np.count_nonzero(is_positive)
    n_negative = len(labels) - n_positive
    if n_negative not in (np.count_nonzero(labels == 0), np.count_nonzero(labels == -1)):
        raise ValueError("y_true: labels must be 0 and 1, or -1 and 1, "
                         f"got {', '.join(map(str, np.unique(labels)[:5].tolist()))}")
    if not n_positive or not n_negative:
        raise ValueError(f"y_true: both classes must be present, got only {labels[0]}")
    return is_positive, scores


def check_no_nan(name: str, values: npt.ArrayLike) -> None:
    """Raise ValueError on NaN: it cannot be ranked."""
    if np.isnan(values).any():
        raise ValueError(f"{name}: must not contain NaN")


def check_confidence(confidence: float) -> None:
    """Raise ValueError unless the confidence is in (0, 1)."""
    require(is_real(confidence) and 0 < confidence < 1, "confidence", "must be in (0, 1)", confidence)
