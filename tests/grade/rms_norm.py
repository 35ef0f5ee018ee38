"""RMSNorm: each row divided by its root mean square, times a trainable weight.

    y = x / sqrt(mean(x^2) + eps) * weight          the mean is over the D features of a row

Contract: RMSNorm(D, eps), a layer whose weight of D numbers starts at 1; or a function of (x, weight, eps).  x has the
shape (B, D) or (B, T, D) and size 1 or 1e-3; eps is 1e-6 or 0.1.  The output and the gradients of x and weight are
equal to 2e-4 of their largest number, which leaves room for float32.
"""
import inspect
from typing import NamedTuple

import torch
from hypothesis import strategies as st

from tests.grade import layers
from tests.grade.arguments import call_by_names
from tests.grade.piece import Form, Mistake, Piece

NAMES = {
    "dim": "dim d normalized_shape normalised_shape hidden_size hidden_dim hidden n_features num_features features "
           "size d_model n_embd embed_dim emb_dim embedding_dim input_dim in_features layer_shape shape dims ndim",
    "eps": "eps epsilon variance_epsilon norm_eps layer_norm_eps e rms_norm_eps",
    "x": "x input inputs hidden_states hidden tensor data",
    "weight": "weight w g gamma scale gain weights",
}
WEIGHT = "weight gamma scale gain g w"


class Case(NamedTuple):
    """weight: None if it is left as it starts; grad: dL/dy."""

    eps: float
    weight: list | None
    x: list
    grad: list


@st.composite
def cases(draw):
    d, eps = draw(st.integers(2, 4)), draw(st.sampled_from([0.1, 1e-6]))
    scale = draw(st.sampled_from([1.0, 1e-3]))
    shape = (draw(st.integers(1, 3)), d) if draw(st.sampled_from([True, True, False])) else (2, 2, d)
    of = layers.numbers.map(lambda number: round(number * scale, 4))
    weight = draw(st.none() | layers.arrays(d))
    return Case(eps, weight, draw(layers.arrays(*shape, of=of)), draw(layers.arrays(*shape)))


def show(case):
    weight = "" if case.weight is None else f" weight {case.weight},"
    return f"RMSNorm({features(case)}, eps={case.eps}),{weight} x {case.x}"


def features(case):
    return torch.tensor(case.x).shape[-1]


def forms(implementation):
    """Return the forms: a layer, or a function of x, weight and eps."""
    if inspect.isclass(implementation):
        return [Form("class", lambda case: run_layer(implementation, case))]
    return [Form("function", lambda case: run_function(implementation, case))] if callable(implementation) else []


def run_layer(cls, case):
    """Return the outcome of a layer; a weight that starts at 0 is taken for the distance from 1."""
    d, x = features(case), layers.leaf(case.x)
    layer = layers.build(cls, {"dim": d, "eps": case.eps}, NAMES)
    tensors = layers.parameters(layer)
    weight = tensors.get(layers.pick(tensors, d, WEIGHT, 1.0) or layers.pick(tensors, d, "", 0.0))
    if weight is None:
        if layers.pick(layers.constants(layer), d, WEIGHT, 1.0):
            layers.refuse(layer, x, "the weight is not trainable: it is no nn.Parameter")
        layers.refuse(layer, x, "no trainable weight of D numbers")
    if case.weight is not None:
        offset = 0.0 if weight.any() else 1.0
        layers.set_values(weight, [value - offset for value in case.weight])
    return layers.flat(layers.run(lambda: layers.forward(layer, x), {"x": x, "the weight": weight.requires_grad_()},
                                  case.grad))


def run_function(function, case):
    d, x = features(case), layers.leaf(case.x)
    weight = layers.leaf(case.weight or [1.0] * d)
    return layers.flat(layers.run(lambda: call_by_names(
        function, {"x": x, "weight": weight, "eps": case.eps}, NAMES, {"dim": (d,)}),
        {"x": x, "the weight": weight}, case.grad))


def by(formula):
    """Return the outcome of a formula (x, weight, eps) to y in float64, with the gradients that follow from it."""
    def outcome(case, **readings):
        x = layers.leaf(case.x, torch.float64)
        weight = layers.leaf(case.weight or [1.0] * x.shape[-1], torch.float64)
        return layers.run(lambda: formula(x, weight, case.eps, **readings), {"x": x, "the weight": weight}, case.grad)
    return outcome


def rms_norm(x, weight, eps, eps_outside=False):
    """Return y; equal to tests.oracles.rms_norm, but with gradients."""
    mean_square = (x * x).mean(-1, keepdim=True)
    return x / (mean_square.sqrt() + eps if eps_outside else (mean_square + eps).sqrt()) * weight


def wrong(divisor):
    """Return the outcome of x / divisor(x, eps) * weight."""
    return by(lambda x, weight, eps, **_: x / divisor(x, eps) * weight)


def mean(x):
    return x.mean(-1, keepdim=True)


def variance(x, correction):
    return x.var(-1, keepdim=True, correction=correction)


NOT_SQUARED = "the mean instead of the mean square"
CENTRED = "the mean is subtracted: that is LayerNorm"
IGNORED = "eps is ignored"
VARIANCE = "the variance instead of the mean square"
PIECE = Piece(
    name="RMSNorm",
    cases=cases(),
    forms=forms,
    expected=by(rms_norm),
    agrees=layers.agrees,
    readings={"eps_outside": {True: "eps is added outside the root"}},
    mistakes=[
        Mistake(NOT_SQUARED, wrong(lambda x, eps: (mean(x) + eps).sqrt())),
        Mistake(NOT_SQUARED, wrong(lambda x, eps: mean(x) + eps)),
        Mistake(NOT_SQUARED, wrong(lambda x, eps: (mean(x) ** 2 + eps).sqrt())),
        Mistake("the mean of |x| instead of the root mean square", wrong(lambda x, eps: mean(x.abs()) + eps)),
        Mistake("the mean of |x| instead of the mean square", wrong(lambda x, eps: (mean(x.abs()) + eps).sqrt())),
        *(Mistake(f"{IGNORED}: it is always {fixed:g}", wrong(lambda x, eps, fixed=fixed: (mean(x * x) + fixed).sqrt()))
          for fixed in (1e-5, 1e-6, 1e-8)),
        Mistake(IGNORED, wrong(lambda x, eps: mean(x * x).sqrt())),
        Mistake("no root: divided by the mean square", wrong(lambda x, eps: mean(x * x) + eps)),
        Mistake("the sum of the squares, not their mean", wrong(lambda x, eps: ((x * x).sum(-1, True) + eps).sqrt())),
        Mistake("the sum of the squares, not their mean", wrong(lambda x, eps: (x * x).sum(-1, True).sqrt() + eps)),
        Mistake("the mean over D - 1, not over D", wrong(
            lambda x, eps: ((x * x).sum(-1, True) / (x.shape[-1] - 1) + eps).sqrt())),
        *(Mistake(CENTRED, by(lambda x, weight, eps, correction=correction, **_: (
            x - mean(x)) / (variance(x, correction) + eps).sqrt() * weight)) for correction in (0, 1)),
        Mistake(CENTRED, by(lambda x, weight, eps, **_: rms_norm(x - mean(x), weight, eps))),
        *(Mistake(VARIANCE, wrong(lambda x, eps, correction=correction: (variance(x, correction) + eps).sqrt()))
          for correction in (0, 1)),
        Mistake("the mean over the rows, not over the features", wrong(
            lambda x, eps: ((x * x).mean(0, keepdim=True) + eps).sqrt())),
        Mistake("the mean over dimension 1, not over the last", wrong(
            lambda x, eps: ((x * x).mean(1, keepdim=True) + eps).sqrt())),
        Mistake("the mean over all numbers, not over the features of a row", wrong(
            lambda x, eps: ((x * x).mean() + eps).sqrt())),
        Mistake("eps is squared", wrong(lambda x, eps: (mean(x * x) + eps ** 2).sqrt())),
        Mistake("eps is subtracted", wrong(lambda x, eps: (mean(x * x) - eps).sqrt())),
        Mistake("the weight is not used", by(lambda x, weight, eps, **_: rms_norm(x, 1.0, eps) + 0 * weight)),
        Mistake("the weight is added, not multiplied", by(
            lambda x, weight, eps, **_: rms_norm(x, 1.0, eps) + weight)),
        Mistake("divided by the weight", by(lambda x, weight, eps, **_: rms_norm(x, 1 / weight, eps))),
        Mistake("multiplied by the root mean square, not divided", by(
            lambda x, weight, eps, **_: x * (mean(x * x) + eps).sqrt() * weight)),
        Mistake("the root mean square is taken for a constant: its gradient is missing", by(
            lambda x, weight, eps, **_: x / (mean(x * x) + eps).sqrt().detach() * weight)),
    ],
    show=show,
    show_outcome=layers.show_first,
    difference=layers.difference,
    count=60,
)
