"""The forms in which people write the same piece: containers, order of arguments, functions and classes, results."""
import inspect
import itertools

import numpy as np
import torch

from tests.grade.arguments import has, parameters, single_parameters
from tests.grade.piece import Form

CONTAINERS = {"lists": lambda value: value, "numpy arrays": np.array, "tensors": torch.tensor}
METHODS = ("__call__", "compute", "forward", "score", "calculate", "evaluate", "get", "result", "value")


def callables(implementation):
    """Return a list of (name, function): the implementation itself if it is a function, else its calls through objects.

    A class is called as cls(*arguments), or through one of its methods: cls().method(*arguments), or
    cls(last).method(*others) if it takes its setting first, as in TopP(0.9)(logits).
    """
    if not inspect.isclass(implementation):
        return [("", implementation)] if callable(implementation) else []
    ways = []
    for name in methods(implementation):
        ways.append((f"class, {name}", lambda *arguments, name=name: getattr(implementation(), name)(*arguments)))
        ways.append((f"class with its setting, {name}",
                     lambda *arguments, name=name: getattr(implementation(arguments[-1]), name)(*arguments[:-1])))
        ways.append((f"class with its arguments, {name}",
                     lambda *arguments, name=name: getattr(implementation(*arguments), name)()))
    if {"update", "compute"} <= set(dir(implementation)):
        ways.insert(0, ("class, update and compute", lambda *arguments: updated(implementation(), arguments)))
    return ways


def methods(cls):
    """Return the names of a class's methods that may compute the result, those of METHODS first."""
    public = [name for name in vars(cls) if not name.startswith("_") and name not in METHODS]
    return [name for name in (*METHODS, *public) if name in dir(cls) and callable(getattr(cls, name))]


def updated(metric, arguments):
    """Return what a metric in the style of torchmetrics computes."""
    metric.update(*arguments)
    return metric.compute()


def call(function, *arguments):
    """Call a function; arguments beyond its positional parameters go to its keyword-only ones, in their order.

    >>> call(lambda a, *, b: (a, b), 1, 2)
    (1, 2)
    """
    if not parameters(function) or has(function, inspect.Parameter.VAR_POSITIONAL):
        return function(*arguments)
    singles = single_parameters(function).values()
    names = [parameter.name for parameter in singles if parameter.kind is parameter.KEYWORD_ONLY]
    n = len(singles) - len(names)
    return function(*arguments[:n], **dict(zip(names, arguments[n:])))


def array_forms(implementation, n_arrays, convert_result):
    """Return the Forms of a function of the case's first n_arrays arrays and then numbers.

    The containers, the ways to call and the orders of the arrays are combined; the usual ones come first.
    """
    forms = []
    for order in itertools.permutations(range(n_arrays)):
        for (container, convert), (way, function) in itertools.product(CONTAINERS.items(), callables(implementation)):
            def run(case, convert=convert, function=function, order=order):
                arrays = [convert(case[i]) for i in order]
                return convert_result(call(function, *arrays, *case[n_arrays:]))
            swapped = "arguments swapped" if list(order) != sorted(order) else ""
            name = ", ".join(filter(None, (container, way, swapped)))
            forms.append(Form(name, run))
    return forms


def as_number(result):
    """Return a float from a number, an array or tensor of one, a tuple that begins with it, or a dict of one.

    >>> as_number(np.array([0.5])), as_number((0.5, "details")), as_number({"auc": 0.5})
    (0.5, 0.5, 0.5)
    """
    if isinstance(result, dict):
        result = list(result.values())
    while isinstance(result, (tuple, list)):
        result = result[0]
    if isinstance(result, torch.Tensor):
        result = result.detach().cpu()
        return float(result)
    if isinstance(result, np.ndarray):
        return float(result.reshape(()) if result.size == 1 else result)
    return float(result)


def as_array(result):
    """Return a float64 array from a tensor, an array, a sparse matrix, or (nested) lists of them."""
    if hasattr(result, "toarray"):
        result = result.toarray()
    if isinstance(result, torch.Tensor):
        return result.detach().cpu().to_dense().double().numpy()
    if isinstance(result, (list, tuple)):
        return np.array([as_array(part) for part in result])
    return np.asarray(result, dtype=np.float64)
