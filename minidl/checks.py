"""Checks of arguments: a caller's mistake is an error of one line that reads "name: rule, got value"."""
import math
import os
from collections.abc import Callable
from numbers import Integral, Real
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from minidl.arrays import AnyArray
from minidl.errors import first_line

MAX_SHOWN = 80  # characters of a value


def shown(value: Any) -> str:
    """Return a value in one short line; an array by its type and shape.

    >>> print(shown("1"), shown(0.5), shown(np.ones((2, 3))), shown([1, None]))
    '1' 0.5 ndarray of shape (2, 3) [1, None]
    """
    if getattr(value, "ndim", 0):
        return f"{type(value).__name__} of shape {tuple(value.shape)}"
    text = repr(value) if isinstance(value, (str, bytes)) else str(value)
    return " ".join(text.split())[:MAX_SHOWN]


def require(valid: bool, name: str, rule: str, value: Any, error: Callable[[str], Exception] = ValueError) -> None:
    """Raise an error unless the value is valid.

    >>> require(False, "p", "must be in (0, 1]", 2)
    Traceback (most recent call last):
    ValueError: p: must be in (0, 1], got 2
    """
    if not valid:
        raise error(f"{name}: {rule}, got {shown(value)}")


def is_whole(value: Any) -> bool:
    """Return whether a value is an integer of Python or numpy; a bool is none.

    >>> is_whole(3), is_whole(np.int32(3)), is_whole(3.0), is_whole(True)
    (True, True, False, False)
    """
    return isinstance(value, (int, Integral)) and not isinstance(value, bool)


def is_real(value: Any) -> bool:
    """Return whether a value is a real number of Python or numpy, NaN and infinity included; a bool is none.

    >>> is_real(3), is_real(np.float32(0.5)), is_real("3"), is_real(True)
    (True, True, False, False)
    """
    return isinstance(value, (float, int, Real)) and not isinstance(value, bool)


def check_count(name: str, value: int) -> None:
    """Raise a TypeError if the value is not a whole number, a ValueError if it is below 1."""
    require(is_whole(value), name, "must be a whole number", value, TypeError)
    require(value >= 1, name, "must be at least 1", value)


def check_rate(name: str, value: float) -> None:
    """Raise a TypeError if the value is not a real number, a ValueError unless it is finite and at least 0."""
    require(is_real(value), name, "must be a number", value, TypeError)
    require(0 <= value < math.inf, name, "must be finite and at least 0", value)


def check_share(name: str, value: float) -> None:
    """Raise a TypeError if the value is not a real number, a ValueError unless it is in [0, 1]."""
    require(is_real(value), name, "must be a number in [0, 1]", value, TypeError)
    require(0 <= value <= 1, name, "must be in [0, 1]", value)


def check_flags(**flags: bool) -> None:
    """Raise a TypeError if a value is neither True nor False; the keys are the names."""
    for name, value in flags.items():
        require(isinstance(value, (bool, np.bool_)), name, "must be True or False", value, TypeError)


def checked_path(name: str, path: Path | str) -> Path:
    """Return the path; raise a TypeError if the value is none."""
    require(isinstance(path, (str, os.PathLike)), name, "must be a path", path, TypeError)
    return Path(path)


def as_array(name: str, values: npt.ArrayLike, dtype: npt.DTypeLike | None = None) -> AnyArray:
    """Return array-like values, a torch tensor on the CPU included, as a numpy array; raise ValueError if ragged."""
    if hasattr(values, "detach"):  # a torch tensor; isinstance would have to import torch
        tensor = values.detach()
        # numpy has no bfloat16; float32 represents it exactly
        values = tensor.float() if str(tensor.dtype) == "torch.bfloat16" else tensor
    try:
        return np.asarray(values, dtype)
    except (ValueError, TypeError, RuntimeError, OverflowError) as error:
        raise ValueError(f"{name}: must be an array of one shape, got {shown(values)} ({first_line(error)})") from None


def real_vector(name: str, values: npt.ArrayLike) -> AnyArray:
    """Return `values` as a one-dimensional numpy array of bools, integers or floats."""
    array = as_array(name, values)
    if array.ndim != 1:
        raise ValueError(f"{name}: must be one-dimensional, got shape {array.shape}")
    if not len(array):
        raise ValueError(f"{name}: must not be empty")
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name}: must hold real numbers, got dtype {array.dtype}")
    return array


def check_form(value: Any, form: Any, name: str = "value") -> Any:
    """Return a value; raise a ValueError unless it has the form, as data from a file that anybody may have written.

    Args:
        form: a type or a tuple of types, where a bool is no int; a dict from each key that the value must have to
            the form of its value; a list of one form, that of each item; a list of several, one for each item.
        name: of the value, in the error; below it the key.

    >>> check_form({"text": "a", "scores": [0.5, 1.5]}, {"text": str, "scores": [float]})
    {'text': 'a', 'scores': [0.5, 1.5]}
    >>> check_form({"text": 1}, {"text": str})
    Traceback (most recent call last):
    ValueError: text: must be str, got int
    """
    types = form if isinstance(form, tuple) else (form if isinstance(form, type) else type(form),)
    if not isinstance(value, types) or isinstance(value, bool) and not {bool, object} & {*types}:
        raise ValueError(f"{name}: must be {' or '.join(kind.__name__ for kind in types)}, got {type(value).__name__}")
    if isinstance(form, dict):
        require(value.keys() == form.keys(), name, f"must have {', '.join(form)}", list(value))
        for key in form:
            check_form(value[key], form[key], key)
    if isinstance(form, list):
        forms = form if len(form) > 1 else form * len(value)
        require(len(value) == len(forms), name, f"must have {len(forms)} items", len(value))
        for item, wanted in zip(value, forms):
            check_form(item, wanted, name)
    return value
