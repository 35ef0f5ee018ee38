"""Calls by the names of the parameters, whatever an author calls them: layers and optimisers."""
import inspect

SETTINGS = {"self", "bias", "affine", "elementwise_affine", "track_running_stats", "inplace", "device", "dtype",
            "generator", "closure"}  # parameters that get no value: their default stands


def parameters(function):
    """Return the list of a function's parameters; an empty one for a builtin without a signature."""
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []


def named_keys(function, names):
    """Return a dict from parameters to keys, for the parameters whose name says what they are.

    names: dict from a key to a string of names.

    >>> named_keys(lambda x, gamma, strange: 0, {"x": "x input", "weight": "weight gamma"})
    {'x': 'x', 'gamma': 'weight'}
    """
    keys = {name: key for key, text in names.items() for name in text.split()}
    chosen = {}
    for parameter in parameters(function):
        key = keys.get(parameter.name.lower().strip("_"))
        if key and key not in chosen.values():
            chosen[parameter.name] = key
    return chosen


def bind(function, values, names, extra=None):
    """Return (positional arguments, keyword arguments) of a call with the values.

    A parameter gets the value that its name asks for; a parameter whose name says nothing gets the next of `values`.

    values, extra: dicts from a key to a value; those of `extra` are given to parameters of their name alone.

    >>> bind(lambda d, e=0.1: 0, {"dim": 2, "eps": 0.5}, {"dim": "dim d", "eps": "eps"})
    ([], {'d': 2, 'e': 0.5})
    """
    available = {**values, **(extra or {})}
    kinds = {parameter.name: parameter.kind for parameter in parameters(function)}
    if not kinds or inspect.Parameter.VAR_POSITIONAL in kinds.values():
        return list(values.values()), {}
    chosen = {name: key for name, key in named_keys(function, names).items() if key in available}
    spare = [key for key in values if key not in chosen.values()]
    usual = [parameter for parameter in parameters(function) if parameter.kind is not parameter.VAR_KEYWORD]
    for parameter in sorted(usual, key=lambda parameter: parameter.default is not parameter.empty):  # required first
        if spare and parameter.name not in chosen and parameter.name not in SETTINGS:
            chosen[parameter.name] = spare.pop(0)
    if inspect.Parameter.VAR_KEYWORD in kinds.values():
        chosen.update({key: key for key in spare})
    first = [name for name, kind in kinds.items() if kind is inspect.Parameter.POSITIONAL_ONLY and name in chosen]
    return ([available[chosen[name]] for name in first],
            {name: available[key] for name, key in chosen.items() if name not in first})


def call_by_names(function, values, names, extra=None):
    """Return what the function returns for the values; see bind."""
    positional, keyword = bind(function, values, names, extra)
    return function(*positional, **keyword)
