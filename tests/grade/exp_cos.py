"""exp_cos: z = e^x + cos(y) with a torch.autograd.Function of one's own.

    dL/dx = dL/dz e^x        dL/dy = -dL/dz sin(y)

Contract: exp_cos(x, y), a function, or the Function itself.  x and y have shapes that broadcast; one of them or both
need a gradient; dL/dz is any tensor.  A backward may return gradients of z's shape: torch's engine sums them.
Values and gradients are equal to 1e-9 in float64 and 2e-4 in float32.
"""
import inspect
from typing import NamedTuple

import numpy as np
import torch
from hypothesis import strategies as st
from torch.autograd.function import BackwardCFunction

from tests.grade import layers
from tests.grade.piece import Complaint, Form, Mistake, Piece

FINE = {"relative": 1e-9, "absolute": 1e-9}
SHAPES = [((), ()), ((2,), (2,)), ((1, 2), (1, 2)), ((), (2,)), ((2,), ()), ((2,), (2, 2)), ((2, 1), (2,)),
          ((2, 3), (3,)), ((2, 1), (2, 3)), ((1,), (3,))]


class Case(NamedTuple):
    """needs: the inputs that need a gradient; grad: dL/dz; double: float64, else float32."""

    x: list | float
    y: list | float
    grad: list | float
    needs: str
    double: bool


@st.composite
def cases(draw):
    x, y = draw(st.sampled_from(SHAPES))
    return Case(draw(layers.arrays(*x)), draw(layers.arrays(*y)), draw(layers.arrays(*np.broadcast_shapes(x, y))),
                draw(st.sampled_from(["xy", "xy", "x", "y"])), draw(st.booleans()))


def show(case):
    needs = {"xy": "", "x": " only x needs a gradient:", "y": " only y needs a gradient:"}[case.needs]
    return f"exp_cos({case.x}, {case.y}){', float64,' if case.double else ''}{needs}"


def forms(implementation):
    """Return the forms: a Function, a class whose objects are called, or a function."""
    if inspect.isclass(implementation) and issubclass(implementation, torch.autograd.Function):
        return [Form("Function", lambda case: run(implementation.apply, case))]
    if inspect.isclass(implementation):
        return [Form("class", lambda case: run(lambda x, y: layers.forward(implementation(), x, y), case))]
    return [Form("function", lambda case: run(implementation, case))] if callable(implementation) else []


def run(function, case):
    """Return the outcome; Complaint if torch's autograd computes a gradient."""
    dtype = torch.float64 if case.double else torch.float32
    inputs = {name: torch.tensor(getattr(case, name), dtype=dtype, requires_grad=name in case.needs) for name in "xy"}
    z = layers.first_of(function(inputs["x"], inputs["y"]))
    if isinstance(z, torch.Tensor) and not own_function(z):
        raise Complaint("no Function of its own: torch's autograd computes the gradients")
    return layers.run(lambda: z, inputs, case.grad)


def own_function(z):
    """Return whether each path from z to its inputs passes through a Function that is not torch's."""
    waiting = [z.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is not None and not isinstance(node, BackwardCFunction):
            if type(node).__name__ == "AccumulateGrad":
                return False
            waiting += [following for following, _ in node.next_functions]
    return True


def value(x, y):
    return np.exp(x) + np.cos(y)


def slope_x(x, y, g):
    return g * np.exp(x)


def slope_y(x, y, g):
    return -g * np.sin(y)


def by(z=value, dx=slope_x, dy=slope_y):
    """Return the outcome with this value z(x, y) and these gradients, summed over the broadcast dimensions."""
    def outcome(case):
        x, y, g = (np.array(numbers, dtype=np.float64) for numbers in (case.x, case.y, case.grad))
        parts = {"": z(x, y)}
        if "x" in case.needs:
            parts["the gradient of x"] = summed(dx(x, y, g), x.shape, g.shape)
        if "y" in case.needs:
            parts["the gradient of y"] = summed(dy(x, y, g), y.shape, g.shape)
        return {part: array.astype(np.float64 if case.double else np.float32) for part, array in parts.items()}
    return outcome


def summed(gradient, shape, full):
    """Return the gradient of an input of this shape that was broadcast to the shape `full`."""
    gradient = np.broadcast_to(gradient, full).sum(tuple(range(len(full) - len(shape))))
    return np.asarray(gradient.sum(tuple(i for i, size in enumerate(shape) if size == 1), keepdims=True))


def agrees(got, wanted):
    return layers.agrees(got, wanted, **(FINE if wanted[""].dtype == np.float64 else {}))


def difference(case, got, wanted):
    return layers.difference(case, got, wanted, "z", **(FINE if case.double else {}))


def ones(x, y, g):
    return np.ones(g.shape)


IGNORED = "dL/dz is ignored"
PIECE = Piece(
    name="exp_cos",
    cases=cases(),
    forms=forms,
    expected=by(),
    agrees=agrees,
    mistakes=[
        Mistake("the derivative of cos(y) is -sin(y): the sign", by(dy=lambda x, y, g: g * np.sin(y))),
        Mistake("the derivative of cos(y) is -sin(y), not cos(y)", by(dy=lambda x, y, g: g * np.cos(y))),
        Mistake("the derivative of cos(y) is -sin(y), not -cos(y)", by(dy=lambda x, y, g: -g * np.cos(y))),
        Mistake("the derivative of cos(y) is -sin(y), not -sin(x)", by(dy=lambda x, y, g: -g * np.sin(x))),
        Mistake(IGNORED, by(
            dx=lambda x, y, g: np.exp(x) * ones(x, y, g), dy=lambda x, y, g: -np.sin(y) * ones(x, y, g))),
        Mistake(f"{IGNORED} in the gradient of x", by(dx=lambda x, y, g: np.exp(x) * ones(x, y, g))),
        Mistake(f"{IGNORED} in the gradient of y", by(dy=lambda x, y, g: -np.sin(y) * ones(x, y, g))),
        Mistake("the gradients of x and y are swapped", by(dx=slope_y, dy=slope_x)),
        Mistake("the derivative e^x is missing", by(dx=lambda x, y, g: g)),
        Mistake("the derivative of e^x is e^x, not x", by(dx=lambda x, y, g: g * x)),
        Mistake("the derivative of e^x is e^x, not x e^x", by(dx=lambda x, y, g: g * x * np.exp(x))),
        Mistake("the derivative of e^x is e^x, not z", by(dx=lambda x, y, g: g * value(x, y))),
        Mistake("the gradients are ones", by(dx=ones, dy=ones)),
        Mistake("dL/dz is passed on unchanged", by(dx=lambda x, y, g: g, dy=lambda x, y, g: g)),
        Mistake("the gradients are added to dL/dz, not multiplied", by(
            dx=lambda x, y, g: g + np.exp(x), dy=lambda x, y, g: g - np.sin(y))),
        Mistake("cos(y), not sin(y)", by(lambda x, y: np.exp(x) + np.sin(y))),
        Mistake("cos(y), not sin(y)", by(lambda x, y: np.exp(x) + np.sin(y), dy=lambda x, y, g: g * np.cos(y))),
        Mistake("e^x times cos(y), not plus", by(
            lambda x, y: np.exp(x) * np.cos(y), lambda x, y, g: g * np.exp(x) * np.cos(y),
            lambda x, y, g: -g * np.exp(x) * np.sin(y))),
        Mistake("x and y are swapped", by(lambda x, y: value(y, x), lambda x, y, g: slope_y(y, x, g),
                                          lambda x, y, g: slope_x(y, x, g))),
        Mistake("cos(y) is subtracted", by(lambda x, y: np.exp(x) - np.cos(y), dy=lambda x, y, g: g * np.sin(y))),
    ],
    show=show,
    show_outcome=layers.show_first,
    difference=difference,
    count=60,
)
