"""Calls by the names of the parameters, whatever an author calls them."""
import inspect

SETTINGS = {"self", "bias", "affine", "elementwise_affine", "track_running_stats", "inplace", "device", "dtype",
            "generator", "closure"}  # parameters that get no value: their default stands


def parameters(function):
    """Return a dict from the name of each of a function's parameters to it; empty for a builtin without a signature."""
    try:
        return dict(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return {}


def has(function, kind):
    """Return whether a function has a parameter of a kind, such as inspect.Parameter.VAR_KEYWORD."""
    return any(parameter.kind is kind for parameter in parameters(function).values())


def single_parameters(function):
    """Return the parameters without *args and **kwargs."""
    return {name: parameter for name, parameter in parameters(function).items()
            if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)}


def arguments_of(function, chosen, available):
    """Return (positional arguments, keyword arguments); chosen: dict from a parameter to the key of its value."""
    first = [name for name, parameter in parameters(function).items()
             if parameter.kind is parameter.POSITIONAL_ONLY and name in chosen]
    return ([available[chosen[name]] for name in first],
            {name: available[key] for name, key in chosen.items() if name not in first})


def named_keys(function, names):
    """Return a dict from parameters to keys, for the parameters whose name says what they are.

    names: dict from a key to a string of names.

    >>> named_keys(lambda x, gamma, strange: 0, {"x": "x input", "weight": "weight gamma"})
    {'x': 'x', 'gamma': 'weight'}
    """
    keys = {name: key for key, text in names.items() for name in text.split()}
    chosen = {}
    for name in parameters(function):
        key = keys.get(name.lower().strip("_"))
        if key and key not in chosen.values():
            chosen[name] = key
    return chosen


def bind(function, values, names, extra=None):
    """Return (positional arguments, keyword arguments) of a call with the values.

    A parameter gets the value that its name asks for; a parameter whose name says nothing gets the next of `values`.

    values, extra: dicts from a key to a value; those of `extra` are given to parameters of their name alone.

    >>> bind(lambda d, e=0.1: 0, {"dim": 2, "eps": 0.5}, {"dim": "dim d", "eps": "eps"})
    ([], {'d': 2, 'e': 0.5})
    """
    available = {**values, **(extra or {})}
    if not parameters(function) or has(function, inspect.Parameter.VAR_POSITIONAL):
        return list(values.values()), {}
    chosen = {name: key for name, key in named_keys(function, names).items() if key in available}
    spare = [key for key in values if key not in chosen.values()]
    singles = single_parameters(function).values()
    for parameter in sorted(singles, key=lambda parameter: parameter.default is not parameter.empty):  # required first
        if spare and parameter.name not in chosen and parameter.name not in SETTINGS:
            chosen[parameter.name] = spare.pop(0)
    if has(function, inspect.Parameter.VAR_KEYWORD):
        chosen.update({key: key for key in spare})
    return arguments_of(function, chosen, available)


def call_by_names(function, values, names, extra=None):
    """Return what the function returns for the values; see bind."""
    positional, keyword = bind(function, values, names, extra)
    return function(*positional, **keyword)
