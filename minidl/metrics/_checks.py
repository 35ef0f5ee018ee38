"""What every metric on binary labels asks of its two arguments."""
from typing import Any

import numpy as np
import numpy.typing as npt


def binary_problem(y_true: npt.ArrayLike, y_score: npt.ArrayLike, name: str = "y_score"
                   ) -> tuple[npt.NDArray[np.bool_], npt.NDArray[Any]]:
    """Return (positive, scores): a boolean and a real array, both (N,), both classes present.

    name: the scores' name in errors.  NaN among the scores is left for `no_nan`: each
    metric finds it for less in what it computes anyway.
    """
    labels, scores = real_vector("y_true", y_true), real_vector(name, y_score)
    if len(labels) != len(scores):
        raise ValueError(f"{name}: must be as long as y_true, {len(labels)}, got {len(scores)}")
    positive = labels == 1
    n_positive = np.count_nonzero(positive)
    n_negative = len(labels) - n_positive
    if n_negative not in (np.count_nonzero(labels == 0), np.count_nonzero(labels == -1)):
        raise ValueError("y_true: labels must be 0 and 1, or -1 and 1, "
                         f"got {', '.join(map(str, np.unique(labels)[:5].tolist()))}")
    if not n_positive or not n_negative:
        raise ValueError(f"y_true: both classes must be present, got only {labels[0]}")
    return positive, scores


def real_vector(name: str, values: npt.ArrayLike) -> npt.NDArray[Any]:
    """Return `values` as a one-dimensional numpy array of bools, integers or floats."""
    if hasattr(values, "detach"):  # a torch tensor, known by its method: torch stays unimported
        tensor = values.detach()
        # numpy has no bfloat16; float32 holds it exactly
        values = tensor.float() if str(tensor.dtype) == "torch.bfloat16" else tensor
    array = np.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"{name}: must be one-dimensional, got shape {array.shape}")
    if not len(array):
        raise ValueError(f"{name}: must not be empty")
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name}: must hold real numbers, got dtype {array.dtype}")
    return array


def no_nan(name: str, values: npt.ArrayLike) -> None:
    """Refuse NaN, which has no place in an order."""
    if np.isnan(values).any():
        raise ValueError(f"{name}: must not contain NaN")
