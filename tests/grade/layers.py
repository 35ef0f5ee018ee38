"""What the pieces that are layers share: their tensors, whatever the names, their gradients, and numbers as text.

An outcome is a dict from a part to an array: "" is the output, the others are called "the gradient of x",
"the running mean", and so on.  All parts must agree; a counterexample shows the first that does not.
"""
import numpy as np
import torch
from hypothesis import strategies as st
from torch import nn

from tests.grade import forms
from tests.grade.arguments import call_by_names, named_keys
from tests.grade.piece import Complaint

RELATIVE = 2e-4  # of the largest number of a part: some hundred roundings of float32
ABSOLUTE = 2e-5
numbers = st.sampled_from([1.0, 2.0, -1.0, 3.0, -2.0, 4.0, -3.0, 0.5, -0.5, -4.0])  # simple ones, never 0


def arrays(*shape, of=numbers):
    """Return the strategy of nested lists of this shape; a number for the shape ()."""
    strategy = of
    for size in reversed(shape):
        strategy = st.lists(strategy, min_size=size, max_size=size)
    return strategy


def leaf(values, dtype=torch.float32):
    """Return a tensor that collects its gradient."""
    return torch.tensor(values, dtype=dtype, requires_grad=True)


def as_array(tensor):
    """Return a float64 array of its own."""
    return forms.as_array(tensor).copy()


def run(function, inputs, grad):
    """Return the outcome of y = function(): the output, and the gradients of the tensors in the dict `inputs`.

    grad: dL/dy as nested lists.  A gradient that does not arrive is left out.
    """
    y = first_of(function())
    if not isinstance(y, torch.Tensor):
        raise Complaint(f"returns {'None' if y is None else f'a {type(y).__name__}'}, not a tensor")
    outcome, grad = {"": as_array(y)}, torch.tensor(grad, dtype=y.dtype)
    if y.shape != grad.shape or not y.requires_grad:
        return outcome
    y.backward(grad)
    outcome.update({f"the gradient of {name}": as_array(tensor.grad)
                    for name, tensor in inputs.items() if tensor.grad is not None})
    return outcome


def flat(outcome):
    """Return the outcome with the gradients of weight and bias as (D,), whatever their shape."""
    return {part: array.reshape(-1) if part.endswith((" weight", " bias")) else array
            for part, array in outcome.items()}


def first_of(result):
    """Return a tensor: the result, or the first part of a tuple."""
    return result[0] if isinstance(result, (tuple, list)) else result


def close(got, wanted, relative=RELATIVE, absolute=ABSOLUTE):
    """Return whether two arrays have the same shape and, within the tolerance, the same numbers; no gradient is 0."""
    got = np.zeros_like(wanted) if got is None else got
    if np.shape(got) != np.shape(wanted):
        return False
    scale = np.max(np.abs(wanted), initial=0, where=np.isfinite(wanted))
    return np.allclose(got, wanted, rtol=0, atol=absolute + relative * scale, equal_nan=True)


def agrees(got, wanted, **tolerance):
    """Return whether all parts of two outcomes agree."""
    return all(close(got.get(part), value, **tolerance) for part, value in wanted.items())


def text(values, digits=6):
    """Return numbers as a literal.

    >>> text(np.array([[1 / 3, 2.0]])), text(np.array(2.5))
    ('[[0.333333, 2.0]]', '2.5')
    """
    def rounded(value):
        return list(map(rounded, value)) if isinstance(value, list) else float(f"{value:.{digits}g}")
    return str(rounded(values.tolist() if isinstance(values, np.ndarray) else values))


def difference(case, got, wanted, output="y", **tolerance):
    """Return (got, expected) as text: the first part that does not agree; with dL/dy, if it is a gradient.

    output: the name of the output, for dL/dy.
    """
    part = next((part for part, value in wanted.items() if not close(got.get(part), value, **tolerance)), "")
    before = f"for dL/d{output} {text(case.grad)} " if part.startswith("the gradient") else ""
    if part not in got:
        return f"{before}no {part.removeprefix('the ')}", text(wanted[part])
    digits = 12 if text(got[part]) == text(wanted[part]) else 6
    return f"{before}{part} {text(got[part], digits)}".lstrip(), text(wanted[part], digits)


def show_first(outcome):
    """Return the output as text."""
    return text(outcome[""])


def build(cls, values, names):
    """Return an object of the class; a number that its constructor has no name for replaces the attribute `key`."""
    layer = call_by_names(cls, values, names)
    for key in set(values) - set(named_keys(cls, names).values()):
        if isinstance(getattr(layer, key, None), (int, float)):
            setattr(layer, key, values[key])
    return layer


def refuse(layer, x, reason):
    """Raise a Complaint; but call the layer first, which may be a stub that raises NotImplementedError."""
    forward(layer, x)
    raise Complaint(reason)


def parameters(layer):
    """Return a dict of the trainable tensors; of an object that is no module, all float tensors but running ones."""
    if isinstance(layer, nn.Module):
        return dict(layer.named_parameters())
    return {name: tensor for name, tensor in vars(layer).items() if isinstance(tensor, torch.Tensor)
            and tensor.is_floating_point() and not any(word in name.lower() for word in ("mean", "var", "std"))}


def constants(layer):
    """Return a dict of the tensors that are not trainable: buffers and attributes."""
    known = parameters(layer)
    found = dict(layer.named_buffers()) if isinstance(layer, nn.Module) else {}
    found.update({name: value for name, value in vars(layer).items() if isinstance(value, torch.Tensor)})
    return {name: tensor for name, tensor in found.items() if name not in known and tensor.is_floating_point()}


def pick(tensors, size, words, value=None):
    """Return the name of the tensor of `size` numbers that is called by one of the words, else that starts at `value`.

    >>> pick({"b": torch.zeros(2), "g": torch.ones(2)}, 2, "weight gamma", 1)
    'g'
    """
    fitting = [name for name, tensor in tensors.items() if tensor.numel() == size]
    for name in fitting:
        last = name.lower().split(".")[-1].strip("_")
        if any(word == last or len(word) > 3 and word in last for word in words.split()):
            return name
    return next((name for name in fitting if value is not None and bool((tensors[name] == value).all())), None)


def set_values(tensor, values):
    """Set a tensor's numbers in place; it collects its gradient from now on."""
    with torch.no_grad():
        tensor.copy_(torch.tensor(values).reshape(tensor.shape))
    return tensor.requires_grad_()


def set_mode(layer, training):
    """Put a layer into training or into eval mode."""
    method = getattr(layer, "train" if training else "eval", None)
    if callable(method):
        method()
    else:
        layer.training = training


def forward(layer, *inputs):
    """Return what the layer returns, called as an object or by its method forward."""
    return layer(*inputs) if callable(layer) else layer.forward(*inputs)
