"""What there is to write: the signature, docstring and example of each piece, taken from minidl, without the bodies."""
import inspect
import textwrap

import torch

from tests.grade import reference

WIDTH = 100
BASES = {torch.nn.Module: "torch.nn.Module", torch.optim.Optimizer: "torch.optim.Optimizer"}
METHODS = ("__init__", "fit", "fit_transform", "transform", "forward", "step")
BODY = "raise NotImplementedError"
HEADER = '''"""Write the bodies in place of `raise NotImplementedError`, then run: python -m tests.grade FILE"""
import torch
'''


def skeleton(names):
    """Return the text of a Python file with the named pieces."""
    return "\n\n".join([HEADER, *(stub(name, getattr(reference, name)) for name in names)]).rstrip()


def stub(name, piece):
    """Return a function or class without its bodies."""
    if not inspect.isclass(piece):
        return function_stub(name, piece)
    base = next((f"({text})" for base, text in BASES.items() if issubclass(piece, base)), "")
    methods = [function_stub(method, getattr(piece, method)) for method in METHODS if is_written(piece, method)]
    return f"class {name}{base}:\n" + textwrap.indent("\n".join([docstring(piece), *methods]), 4 * " ")


def is_written(piece, method):
    """Return whether minidl defines a method of a class itself, and torch or object does not."""
    definition = getattr(piece, method, None)
    return getattr(definition, "__module__", "").startswith("minidl")


def function_stub(name, function):
    """Return a function's signature and docstring; types are left to the docstring."""
    signature = inspect.signature(function)
    parameters = [parameter.replace(annotation=parameter.empty) for parameter in signature.parameters.values()]
    text = str(signature.replace(parameters=parameters, return_annotation=signature.empty))
    head = textwrap.fill(f"def {name}{text}:", WIDTH, subsequent_indent=(len(name) + 5) * " ", break_long_words=False,
                         break_on_hyphens=False)
    lines = [docstring(function)] if function.__doc__ else []
    return head + "\n" + textwrap.indent("\n".join([*lines, BODY]), 4 * " ") + "\n"


def docstring(piece):
    """Return a docstring as a literal, without indentation."""
    text = inspect.cleandoc(piece.__doc__)
    mark = "r" if "\\" in text else ""
    return f'{mark}"""{text}\n"""\n' if "\n" in text else f'{mark}"""{text}"""'
