"""BatchNorm1d: each feature normalised over the batch; in eval by its running statistics.

    y = (x - mean) / sqrt(var + eps) * weight + bias
    running <- (1 - momentum) running + momentum batch

Training: mean and var are the batch's, var divided by N to normalise, but by N - 1 for the running variance; the
gradient of x passes through both.  Eval: the running statistics, which stay as they are.

Contract: BatchNorm1d(D, eps, momentum) for x (N, D), N at least 2 in training; weight and running variance start at 1,
bias and running mean at 0.  After up to two batches of training, one more call in training or eval: the output, the
gradients and the running statistics are equal to 2e-4 of their largest number.  Names are free.
"""
from typing import NamedTuple

import torch
from hypothesis import strategies as st

from tests.grade import layers
from tests.grade.piece import Form, Mistake, Piece

NAMES = {
    "dim": "dim d num_features n_features features size hidden_size hidden_dim input_dim in_features shape hidden",
    "eps": "eps epsilon e",
    "momentum": "momentum alpha m mom decay",
}
WEIGHT, BIAS = "weight gamma scale gain g w", "bias beta shift b"
DTYPE = torch.float64


class Case(NamedTuple):
    """batches: earlier training; weight, bias: None if they are left as they start; grad: dL/dy of the last call."""

    eps: float
    momentum: float
    weight: list | None
    bias: list | None
    batches: list
    training: bool
    x: list
    grad: list


@st.composite
def rows(draw, n, d):
    """Draw (N, D) numbers, all distinct within a feature: its variance is far from 0."""
    columns = [draw(st.lists(layers.numbers, min_size=n, max_size=n, unique=True)) for _ in range(d)]
    return [list(row) for row in zip(*columns)]


@st.composite
def cases(draw):
    d, n, training = draw(st.integers(1, 3)), draw(st.integers(2, 4)), draw(st.booleans())
    affine = draw(st.booleans())
    batches = [draw(rows(draw(st.integers(2, 4)), d)) for _ in range(draw(st.integers(0, 2)))]
    n = n if training else draw(st.integers(1, 3))
    return Case(draw(st.sampled_from([0.1, 1e-5])), draw(st.sampled_from([0.25, 0.1, 0.5, 0.75])),
                draw(layers.arrays(d)) if affine else None, draw(layers.arrays(d)) if affine else None,
                batches, training, draw(rows(n, d)), draw(layers.arrays(n, d)))


def show(case):
    affine = "" if case.weight is None else f" weight {case.weight}, bias {case.bias},"
    trained = "".join(f" trained on {batch}," for batch in case.batches)
    mode = "" if case.training else " eval,"
    return (f"BatchNorm1d({len(case.x[0])}, eps={case.eps}, momentum={case.momentum}),"
            f"{affine}{trained}{mode} x {case.x}")


def forms(implementation):
    return [Form("class", lambda case: run(implementation, case))] if isinstance(implementation, type) else []


def run(cls, case):
    """Return the outcome of a layer; running statistics that cannot be found by name or value are not compared."""
    d, x = len(case.x[0]), layers.leaf(case.x)
    layer = layers.build(cls, {"dim": d, "eps": case.eps, "momentum": case.momentum}, NAMES)
    weight, bias = affine(layer, x)
    if case.weight is not None:
        layers.set_values(weight, case.weight)
        layers.set_values(bias, case.bias)
    running = layers.constants(layer) if isinstance(layer, torch.nn.Module) else floats(layer)
    names = {"the running mean": layers.pick(running, d, "mean mu"),
             "the running variance": layers.pick(running, d, "var variance sigma2")}
    layers.set_mode(layer, True)
    for batch in case.batches:
        layers.forward(layer, torch.tensor(batch))
    layers.set_mode(layer, case.training)
    inputs = {"x": x, "the weight": weight.requires_grad_(), "the bias": bias.requires_grad_()}
    outcome = layers.run(lambda: layers.forward(layer, x), inputs, case.grad)
    outcome = layers.flat(outcome)
    running = layers.constants(layer) if isinstance(layer, torch.nn.Module) else floats(layer)
    outcome.update({part: layers.as_array(running[name]).reshape(d) for part, name in names.items() if name in running})
    return outcome


def affine(layer, x):
    """Return the layer's weight and bias."""
    d, tensors = x.shape[1], layers.parameters(layer)
    weight, bias = layers.pick(tensors, d, WEIGHT, 1.0), layers.pick(tensors, d, BIAS, 0.0)
    for what, name in (("weight", weight), ("bias", bias)):
        if name is None:
            layers.refuse(layer, x, f"no trainable {what} of D numbers")
    return tensors[weight], tensors[bias]


def floats(layer):
    """Return a dict of the float tensors of an object that is no module."""
    return {name: value for name, value in vars(layer).items()
            if isinstance(value, torch.Tensor) and value.is_floating_point()}


def outcome_by(case, eps_outside=False, divide=0, divide_running=1, running_by=lambda momentum: momentum,
               batch_in_eval=False, running_in_training=False, updated_in_eval=False, detached=(), centre=True,
               root=True, scaled=True, shifted=True):
    """Return the outcome in float64; each switch is a mistake or a reading.

    divide, divide_running: what is subtracted from N in the variance; detached: the statistics taken for constants.
    """
    x = layers.leaf(case.x, DTYPE)
    d = x.shape[1]
    weight = layers.leaf(case.weight or [1.0] * d, DTYPE)
    bias = layers.leaf(case.bias or [0.0] * d, DTYPE)
    running = [torch.zeros(d, dtype=DTYPE), torch.ones(d, dtype=DTYPE)]

    def call(x, training):
        mean, squares = x.mean(0), ((x - x.mean(0)) ** 2).sum(0)
        rate = running_by(case.momentum)
        old = [value.clone() for value in running]
        if (training or updated_in_eval) and len(x) > divide_running:
            for i, batch in enumerate((mean, squares / (len(x) - divide_running))):
                running[i] = ((1 - rate) * running[i] + rate * batch).detach()
        statistics = [mean, squares / max(len(x) - divide, 1)]
        if not training and not batch_in_eval:
            statistics = old
        elif training and running_in_training:
            statistics = running if running_in_training == "new" else old
        mean, var = [value.detach() if name in detached else value for name, value in zip(("mean", "var"), statistics)]
        root_of = var.sqrt() + case.eps if eps_outside else (var + case.eps).sqrt()
        normed = (x - mean if centre else x) / (root_of if root else var + case.eps)
        return normed * (weight if scaled else 1 + 0 * weight) + (bias if shifted else 0 * bias)

    for batch in case.batches:
        call(torch.tensor(batch, dtype=DTYPE), True)
    inputs = {"x": x, "the weight": weight, "the bias": bias}
    parts = layers.run(lambda: call(x, case.training), inputs, case.grad)
    return parts | {"the running mean": running[0].numpy(), "the running variance": running[1].numpy()}


def agrees(got, wanted):
    """Return whether the parts agree; running statistics that were not found are passed over."""
    running = [part for part in wanted if part.startswith("the running") and part not in got]
    return layers.agrees(got, {part: value for part, value in wanted.items() if part not in running})


def wrong(**switches):
    return lambda case, **readings: outcome_by(case, **readings | switches)


BIASED = "the running variance must be divided by N - 1, not by N"
UNBIASED = "the variance that normalises must be divided by N, not by N - 1"
REVERSED = "the momentum is the share of the batch, not of the past"
PIECE = Piece(
    name="BatchNorm1d",
    cases=cases(),
    forms=forms,
    expected=outcome_by,
    agrees=agrees,
    readings={"eps_outside": {True: "eps is added outside the root"}},
    mistakes=[
        Mistake(UNBIASED, wrong(divide=1)),
        Mistake(BIASED, wrong(divide_running=0)),
        Mistake(f"{UNBIASED}; {BIASED}", wrong(divide=1, divide_running=0)),
        Mistake(REVERSED, wrong(running_by=lambda momentum: 1 - momentum)),
        Mistake(f"{REVERSED}; {BIASED}", wrong(running_by=lambda momentum: 1 - momentum, divide_running=0)),
        Mistake(f"{REVERSED}; {UNBIASED}", wrong(running_by=lambda momentum: 1 - momentum, divide=1)),
        Mistake("the momentum is ignored: it is always 0.1", wrong(running_by=lambda momentum: 0.1)),
        Mistake("the momentum is ignored: it is always 0.9", wrong(running_by=lambda momentum: 0.9)),
        Mistake("the running statistics are never updated", wrong(running_by=lambda momentum: 0.0)),
        Mistake("the running statistics are those of the last batch", wrong(running_by=lambda momentum: 1.0)),
        Mistake("the running statistics are used in training", wrong(running_in_training="old")),
        Mistake("the running statistics are used in training", wrong(running_in_training="new")),
        Mistake("the statistics of the batch are used in eval", wrong(batch_in_eval=True)),
        Mistake("eval acts as training", wrong(batch_in_eval=True, updated_in_eval=True)),
        Mistake("the running statistics are updated in eval too", wrong(updated_in_eval=True)),
        Mistake("the gradient takes mean and variance for constants", wrong(detached=("mean", "var"))),
        Mistake("the gradient takes the variance for a constant", wrong(detached=("var",))),
        Mistake("the gradient takes the mean for a constant", wrong(detached=("mean",))),
        Mistake("no root: divided by the variance", wrong(root=False)),
        Mistake("the mean is not subtracted", wrong(centre=False)),
        Mistake("the weight is not used", wrong(scaled=False)),
        Mistake("the bias is not used", wrong(shifted=False)),
        Mistake("eps is ignored", lambda case, **readings: outcome_by(case._replace(eps=0.0), **readings)),
        *(Mistake(f"eps is ignored: it is always {fixed:g}", lambda case, fixed=fixed, **readings: outcome_by(
            case._replace(eps=fixed), **readings)) for fixed in (1e-5, 1e-8)),
    ],
    show=show,
    show_outcome=layers.show_first,
    difference=layers.difference,
    count=60,
)
