"""What temperature, top_p_filter and sample share: distributions, and the forms of a function of (logits, number)."""
import inspect
import math
from functools import partial

import numpy as np
import torch

from tests.grade import binding, forms
from tests.grade.arguments import single_parameters
from tests.grade.piece import Form

TOLERANCE = 1e-4
HUGE = -1e3  # a logit below the largest by more than this is -inf
NUMBERS = ("temperature", "top_p")


def softmax(logits):
    """Return the softmax of each row in float64; -inf gives 0.

    >>> softmax([[0.0, 0.0, float("-inf")]]).tolist()
    [[0.5, 0.5, 0.0]]
    """
    logits = np.asarray(logits, dtype=np.float64)
    exp = np.exp(logits - logits.max(-1, keepdims=True))
    return exp / exp.sum(-1, keepdims=True)


def only(probabilities, kept):
    """Return the distribution that is left of the ids in `kept`."""
    return [p / math.fsum(probabilities[j] for j in kept) if i in kept else 0.0 for i, p in enumerate(probabilities)]


def agrees(got, wanted):
    """Return whether the result, logits or probabilities, is the wanted distribution.

    got: array.  wanted: array of probabilities.  Logits may be shifted, and -inf may be a large negative number.
    """
    wanted = np.asarray(wanted)
    if got.shape != wanted.shape or np.isnan(got).any() or (got == np.inf).any() or (got.max(-1) == -np.inf).any():
        return False
    as_given = (got >= 0).all() and np.allclose(got, wanted, rtol=0, atol=TOLERANCE)
    return bool(as_given or np.allclose(softmax(got), wanted, rtol=0, atol=TOLERANCE))


def as_rows(result):
    """Return a float64 array (B, V) of a result: logits, probabilities, or a tuple that begins with them."""
    if isinstance(result, dict):
        result = next(iter(result.values()))
    if isinstance(result, tuple):
        result = result[0]
    array = forms.as_array(result)
    return array[None] if array.ndim == 1 else array


def row_forms(implementation):
    """Return the Forms of a function of (logits, number): batches first, then single rows."""
    containers = {"tensors": torch.tensor, "numpy arrays": partial(np.array, dtype=np.float32), "lists": list}
    result = []
    for (container, convert), single in [(item, single) for single in (False, True) for item in containers.items()]:
        for way, function in ways(implementation):
            def run(case, convert=convert, single=single, function=function):
                rows, number = case
                if single:
                    return np.concatenate([as_rows(function(convert(row), number)) for row in rows])
                return as_rows(function(convert(rows), number))
            shape = "(V,)" if single else "(B, V)"
            result.append(Form(", ".join(filter(None, (f"{container} {shape}", way))), run))
    return result


def ways(implementation):
    """Return a list of (name, function of (logits, number)): a function, or a class that takes its number first."""
    if not inspect.isclass(implementation):
        first = next(iter(single_parameters(implementation)), "")
        straight, swapped = ("", lambda z, number: forms.call(implementation, z, number)), (
            "number first", lambda z, number: forms.call(implementation, number, z))
        return [swapped, straight] if binding.KEYS.get(first.lower()) in NUMBERS else [straight, swapped]
    names = forms.methods(implementation)
    made = [(f"class, {name}", lambda z, number, name=name: method_call(getattr(implementation(number), name), z))
            for name in names]
    plain = [(f"class, {name}", lambda z, number, name=name: forms.call(getattr(implementation(), name), z, number))
             for name in names]
    return made + plain


def method_call(method, logits):
    """Call a method of (logits), or of (input_ids, scores) as transformers' processors have it."""
    required = [name for name, parameter in single_parameters(method).items() if parameter.default is parameter.empty]
    if len(required) == 2:
        return method(torch.zeros(len(logits), 1, dtype=torch.long), logits)
    return method(logits)


def show(rows):
    """Return rows as a literal with four digits.

    >>> show(np.array([[0.25, float("-inf")]]))
    '[[0.25, -inf]]'
    """
    return f"[{', '.join('[' + ', '.join(f'{value:.4g}' for value in row) + ']' for row in np.atleast_2d(rows))}]"
