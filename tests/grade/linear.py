"""Linear: a weighted sum of the features per output, plus a bias.

    y = x W^T + b

Contract: Linear(in_features, out_features) for x (N, in); or a function of (x, weight, bias).  The weight may be
(out, in), as torch has it, or (in, out).  The output and the gradients of x, weight and bias are equal to 2e-4 of their
largest number.  Of the initial weights only this is asked: they are finite and not all equal.
"""
from typing import NamedTuple

import torch
from hypothesis import strategies as st

from tests.grade import layers
from tests.grade.arguments import call_by_names
from tests.grade.piece import Complaint, Form, Mistake, Piece

NAMES = {
    "in": "in_features input_dim in_dim n_in fan_in input_size in_channels n_inputs in_size d_in dim_in inputs "
          "input_features nin",
    "out": "out_features output_dim out_dim n_out fan_out output_size out_channels n_outputs out_size d_out dim_out "
           "outputs output_features nout",
}
FUNCTION_NAMES = {"x": "x input inputs", "weight": "weight w weights", "bias": "bias b"}


class Case(NamedTuple):
    """weight: (out, in); grad: dL/dy."""

    weight: list
    bias: list
    x: list
    grad: list


@st.composite
def cases(draw):
    n_in, n_out = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    n_out += n_in == n_out == 1  # a single weight says nothing about equal initial ones
    n = draw(st.integers(1, 3))
    return Case(draw(layers.arrays(n_out, n_in)), draw(layers.arrays(n_out)), draw(layers.arrays(n, n_in)),
                draw(layers.arrays(n, n_out)))


def show(case):
    return f"Linear({len(case.x[0])}, {len(case.bias)}), W {case.weight}, b {case.bias}, x {case.x}"


def forms(implementation):
    """Return the forms: a layer or a function, with the weight as (out, in) or (in, out)."""
    run, kind = (run_layer, "class") if isinstance(implementation, type) else (run_function, "function")
    return [Form(f"{kind}, weight {name}", lambda case, transposed=transposed: run(implementation, case, transposed))
            for name, transposed in (("(out, in)", False), ("(in, out)", True))]


def run_layer(cls, case, transposed):
    n_out, n_in = len(case.weight), len(case.weight[0])
    layer = layers.build(cls, {"in": n_in, "out": n_out}, NAMES)
    tensors = layers.parameters(layer)
    size = n_in * n_out
    matrices = {name: tensor for name, tensor in tensors.items() if tensor.ndim == 2 and tensor.numel() == size}
    weight = layers.pick(matrices, size, "weight w") or next(iter(matrices), None)
    others = {name: tensor for name, tensor in tensors.items() if name != weight and tensor.numel() == n_out}
    for what, possible in (("weight of in x out numbers", matrices), ("bias of out numbers", others)):
        if not possible:
            layers.refuse(layer, torch.tensor(case.x), f"no trainable {what}")
    check_initial(tensors[weight])
    bias = next(iter(others.values()))
    return run(lambda x: layers.forward(layer, x), case, tensors[weight], bias, transposed)


def check_initial(weight):
    """Raise a Complaint if no training could start from these weights."""
    if not weight.isfinite().all():
        raise Complaint("the initial weights are not finite")
    if (weight == weight.flatten()[0]).all():
        raise Complaint("the initial weights are all equal: so the outputs stay alike")


def run_function(function, case, transposed):
    weight, bias = torch.zeros(len(case.weight), len(case.weight[0])), torch.zeros(len(case.bias))
    weight = weight.t().contiguous() if transposed else weight
    return run(lambda x: call_by_names(function, {"x": x, "weight": weight, "bias": bias}, FUNCTION_NAMES),
               case, weight, bias, transposed)


def run(function, case, weight, bias, transposed):
    """Return the outcome of function(x) after weight and bias have the values of the case."""
    values = torch.tensor(case.weight).t().tolist() if transposed else case.weight
    if weight.shape != torch.tensor(values).shape:
        raise Complaint(f"the weight has the shape {tuple(weight.shape)} for {len(case.x[0])} inputs and "
                        f"{len(case.bias)} outputs")
    inputs = {"the weight": layers.set_values(weight, values), "the bias": layers.set_values(bias, case.bias)}
    x = layers.leaf(case.x)
    outcome = layers.run(lambda: function(x), {"x": x, **inputs}, case.grad)
    if transposed and "the gradient of the weight" in outcome:
        outcome["the gradient of the weight"] = outcome["the gradient of the weight"].T
    if "the gradient of the bias" in outcome:
        outcome["the gradient of the bias"] = outcome["the gradient of the bias"].reshape(-1)
    return outcome


def outcome_by(y=lambda x, weight, bias: x @ weight.T + bias, **gradients):
    """Return the outcome of a formula in float64.

    gradients: those of x, weight or bias that are wrong, as functions of (x, weight, bias, g).
    """
    def outcome(case):
        x, weight, bias, g = (layers.leaf(value, torch.float64)
                              for value in (case.x, case.weight, case.bias, case.grad))
        inputs = {"x": x, "the weight": weight, "the bias": bias}
        parts = layers.run(lambda: y(x, weight, bias), inputs, case.grad)
        for name, formula in gradients.items():
            part = "the gradient of " + ("x" if name == "x" else f"the {name}")
            parts[part] = layers.as_array(formula(x, weight, bias, g))
        return parts
    return outcome


def transposed_if_square(weight):
    return weight.T if weight.shape[0] == weight.shape[1] else weight


PIECE = Piece(
    name="Linear",
    cases=cases(),
    forms=forms,
    expected=outcome_by(),
    agrees=layers.agrees,
    mistakes=[
        Mistake("the bias is not used", outcome_by(lambda x, weight, bias: x @ weight.T + 0 * bias)),
        Mistake("the bias is subtracted", outcome_by(lambda x, weight, bias: x @ weight.T - bias)),
        Mistake("the bias is multiplied, not added", outcome_by(lambda x, weight, bias: x @ weight.T * bias)),
        Mistake("the weight must be transposed, or the other way round", outcome_by(
            lambda x, weight, bias: x @ transposed_if_square(weight).T + bias)),
        Mistake("the gradient of the bias must be summed over the batch, not averaged", outcome_by(
            bias=lambda x, weight, bias, g: g.mean(0))),
        Mistake("the gradients of weight and bias must be summed over the batch, not averaged", outcome_by(
            bias=lambda x, weight, bias, g: g.mean(0), weight=lambda x, weight, bias, g: g.T @ x / len(x))),
        Mistake("the gradient of the weight must be summed over the batch, not averaged", outcome_by(
            weight=lambda x, weight, bias, g: g.T @ x / len(x))),
        Mistake("the gradient of the bias is dL/dy, not ones", outcome_by(
            bias=lambda x, weight, bias, g: torch.ones_like(bias))),
        Mistake("the output goes through a ReLU", outcome_by(lambda x, weight, bias: (x @ weight.T + bias).relu())),
    ],
    show=show,
    show_outcome=layers.show_first,
    difference=layers.difference,
    count=60,
)
