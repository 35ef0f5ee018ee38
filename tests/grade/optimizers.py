"""What the pieces that are optimisers share: a case is a list of gradients, an outcome the weights after each step.

Each number of the cases is a multiple of 1/8 or so, and each beta too: in float64 all sums are exact, so that a sum
that is 0 is exactly 0 in whatever order it is computed, and its sign is not a matter of rounding.
"""
import inspect
from typing import NamedTuple

import numpy as np
import torch
from hypothesis import strategies as st
from torch import nn

from tests.grade import layers
from tests.grade.arguments import call_by_names, named_keys
from tests.grade.piece import Form

STEPS = 8
NAMES = {
    "params": "params parameters model_parameters model weights param_list parameter",
    "lr": "lr learning_rate step_size eta alpha learn_rate",
    "betas": "betas beta",
    "beta1": "beta1 beta_1 b1",
    "beta2": "beta2 beta_2 b2",
    "weight_decay": "weight_decay wd decay lambda lambd lam lmbda l2 reg weight_decay_coef weight_decay_rate l2_lambda",
    "weight": "weight w p param theta params parameter x weights value",
    "grad": "grad g gradient grads gradients dw",
    "momentum": "momentum m exp_avg ema mom velocity momenta momentum_buffer",
}
numbers = st.sampled_from([1.0, 0.0, -1.0, 0.5, 2.0, -0.5, -2.0, 0.25])  # gradients are exactly 0 too


class Case(NamedTuple):
    """weights: list of parameters, each a list; gradients: per step a list like `weights`; betas: None for SGD."""

    lr: float
    betas: tuple | None
    weight_decay: float
    weights: list
    gradients: list


@st.composite
def cases(draw, betas):
    """Draw a Case of 1 to STEPS steps, half of them with all; several parameters; decay 0, 0.5 or 0.25."""
    sizes = draw(st.sampled_from([(1,), (2,), (1, 1), (1, 2)]))
    steps = draw(st.sampled_from([1, 2, 3, STEPS, STEPS, STEPS]))
    return Case(
        draw(st.sampled_from([0.5, 0.25, 0.125])), draw(betas), draw(st.sampled_from([0.0, 0.5, 0.5, 0.25])),
        [draw(layers.arrays(size)) for size in sizes],
        [[draw(layers.arrays(size, of=numbers)) for size in sizes] for _ in range(steps)])


def show(name):
    """Return the function that shows a case of the piece `name`."""
    def show_case(case):
        def short(parameters):
            return parameters[0] if len(parameters) == 1 else parameters
        betas = f"betas={case.betas}, " if case.betas else ""
        gradients = [short(gradients) for gradients in case.gradients]
        gradients = f"gradient {gradients[0]}" if len(gradients) == 1 else f"gradients {gradients}"
        return (f"{name}(lr={case.lr}, {betas}weight_decay={case.weight_decay}), weights {short(case.weights)}, "
                f"{gradients}")
    return show_case


def forms(implementation):
    """Return the forms: an optimiser, in float64 or float32, or a function of weight and gradient."""
    if inspect.isclass(implementation):
        ways = [("optimiser", torch.float64, list), ("optimiser, float32", torch.float32, list),
                ("optimiser of a module", torch.float64, nn.ParameterList)]
        return [Form(name, lambda case, way=way: run_optimizer(implementation, case, *way)) for name, *way in ways]
    if not callable(implementation):
        return []
    return [Form(name, lambda case, listed=listed, first=first: run_function(implementation, case, listed, first))
            for name, listed, first in [("function", False, 0), ("function, momentum first", False, 1),
                                        ("function of lists", True, 0)]]


def settings(function, case):
    """Return the values of the settings, with the betas as the function takes them: as a pair or as two."""
    betas = {}
    if case.betas:
        two = "beta1" in named_keys(function, NAMES).values()
        betas = dict(zip(("beta1", "beta2"), case.betas)) if two else {"betas": case.betas}
    return {"lr": case.lr, **betas, "weight_decay": case.weight_decay}


def run_optimizer(cls, case, dtype, convert):
    """Return the outcome of an optimiser with step() and, if it likes, zero_grad()."""
    weights = [nn.Parameter(torch.tensor(values, dtype=dtype)) for values in case.weights]
    names = {key: NAMES[key] for key in ("params", "lr", "betas", "beta1", "beta2", "weight_decay")}
    optimizer = call_by_names(cls, {"params": convert(weights), **settings(cls, case)}, names)
    outcome = {}
    for step, gradients in enumerate(case.gradients, 1):
        if hasattr(optimizer, "zero_grad"):
            optimizer.zero_grad()
        else:
            for weight in weights:
                weight.grad = None
        sum((weight * torch.tensor(grad, dtype=dtype)).sum() for weight, grad in zip(weights, gradients)).backward()
        optimizer.step()
        outcome[after(step)] = np.concatenate([layers.as_array(weight) for weight in weights])
    return outcome


def run_function(function, case, listed, first):
    """Return the outcome of a function of one step, in place or not; first: which of its results is the weight."""
    names = {key: NAMES[key] for key in ("weight", "grad", "momentum", "lr", "betas", "beta1", "beta2", "weight_decay")}
    weights = [torch.tensor(values, dtype=torch.float64) for values in case.weights]
    momenta = [torch.zeros_like(weight) for weight in weights]
    outcome = {}
    for step, gradients in enumerate(case.gradients, 1):
        for i, grad in enumerate(gradients):
            values = {"weight": weights[i], "grad": torch.tensor(grad, dtype=torch.float64)}
            values |= {"momentum": momenta[i]} if case.betas else {}
            values = {key: [value] for key, value in values.items()} if listed else values
            result = call_by_names(function, values | settings(function, case), names)
            result = [] if result is None else list(result) if isinstance(result, (tuple, list)) else [result]
            if len(result) == 2:
                weights[i], momenta[i] = result[first], result[1 - first]
            elif result:
                weights[i] = result[0]
        outcome[after(step)] = np.concatenate([layers.as_array(weight) for weight in weights])
    return outcome


def after(step):
    return f"after step {step}"


def by(update):
    """Return the outcome of update(weight, grad, state, step, case) to the new weight; state: dict, empty at first."""
    def outcome(case):
        weights = np.concatenate([np.array(values) for values in case.weights])
        state, parts = {}, {}
        for step, gradients in enumerate(case.gradients, 1):
            weights = update(weights, np.concatenate([np.array(grad) for grad in gradients]), state, step, case)
            parts[after(step)] = weights
        return parts
    return outcome


def show_outcome(outcome):
    """Return the last weights as text."""
    part = list(outcome)[-1]
    return f"{layers.text(outcome[part])} {part}"


def difference(case, got, wanted):
    """Return the weights, got and expected, after the first step at which they differ."""
    part = next((part for part, value in wanted.items() if not layers.close(got.get(part), value)), after(1))
    return f"{layers.text(got[part])} {part}", layers.text(wanted[part])


def prepare():
    """Import what torch's Optimizer imports when the first one is made."""
    torch.optim.Optimizer([nn.Parameter(torch.zeros(1))], {})
