"""Dropout: in training each number becomes 0 with probability p, and the others are divided by 1 - p.

    y = x m / (1 - p),   m ~ Bernoulli(1 - p)        dL/dx = dL/dy m / (1 - p)        in eval y = x

Contract: Dropout(p), or a function of (x, p, training), for p from 0.1 to 0.9 and x of N = 64 x 64 numbers.  The
number k of zeros is judged by Chernoff's bound on the tails of the binomial distribution:

    P(k/N at least so far from p, on its side) <= exp(-N KL(k/N || p))
    agrees if N KL(k/N || p) <= ln(2 COUNT TESTS / FALSE_ALARM)

So the probability that any of the COUNT x TESTS counts of a right dropout does not agree is below FALSE_ALARM.
Two neighbours in a row, or in a column, become 0 together with probability p^2: each number has a mask of its own.
"""
import math
from typing import NamedTuple

import torch
from hypothesis import strategies as st

from tests.grade import layers
from tests.grade.arguments import bind, call_by_names
from tests.grade.piece import Form, Mistake, Piece

NAMES = {
    "p": "p rate prob probability drop_prob drop_rate dropout dropout_rate p_drop dropout_prob drop_p dropout_p drop",
    "x": "x input inputs tensor h hidden",
    "training": "training train is_training is_train mode",
}
SIDE = 64
COUNT, TESTS = 40, 3
FALSE_ALARM = 1e-6
ROWS, COLUMNS, AGAIN, GRADIENT = "rows", "columns", "second call", "gradient"
SENTENCES = {  # for a part that is False: what the layer gives, what is expected
    ROWS: ("the same mask for all rows", "a mask for each number"),
    COLUMNS: ("the same mask for all columns", "a mask for each number"),
    AGAIN: ("the same mask in a second call", "another one"),
    GRADIENT: ("a gradient with another mask or factor than the output", "the same"),
}
SHARES = {"zeros": SIDE * SIDE, "pairs of zeros in a row": SIDE * SIDE // 2,
          "pairs of zeros in a column": SIDE * SIDE // 2}


class Case(NamedTuple):
    p: float
    training: bool
    seed: int


cases = st.builds(Case, st.sampled_from([0.25, 0.5, 0.1, 0.75, 0.9]), st.booleans(), st.integers(0, 99))


def show(case):
    return f"Dropout({case.p}){'' if case.training else ', eval,'}"


def forms(implementation):
    if isinstance(implementation, type):
        return [Form("class", lambda case: run(layer_of(implementation, case), case))]
    return [Form("function", lambda case: run(function_of(implementation, case), case))]


def layer_of(cls, case):
    layer = layers.build(cls, {"p": case.p}, {"p": NAMES["p"]})
    layers.set_mode(layer, case.training)
    return lambda x: layers.forward(layer, x)


def function_of(function, case):
    """Return x -> dropped x; a function without the parameter `training` is for training alone."""
    values = {"x": None, "p": case.p, "training": case.training}
    if len(bind(function, values, NAMES)[1]) < len(values) and not case.training:
        return lambda x: x
    return lambda x: call_by_names(function, values | {"x": x}, NAMES)


def run(function, case):
    """Return the outcome of two calls: shares, the factor of the numbers that are kept, and what the gradient does."""
    generator = torch.Generator().manual_seed(case.seed)
    torch.manual_seed(case.seed)
    x, grad = (torch.rand(SIDE, SIDE, generator=generator) + 0.5 for _ in range(2))
    parts = layers.run(lambda: function(x), {"x": x.requires_grad_()}, grad.tolist())
    second = layers.as_array(layers.first_of(function(x)))
    factors = parts[""] / layers.as_array(x)
    zero = factors == 0
    gradient = parts.get("the gradient of x")
    return {
        ROWS: bool((zero != zero[:1]).any() or zero.all() or not zero.any()),
        COLUMNS: bool((zero != zero[:, :1]).any() or zero.all() or not zero.any()),
        "zeros": zero.mean(),
        "pairs of zeros in a row": (zero[:, ::2] & zero[:, 1::2]).mean(),
        "pairs of zeros in a column": (zero[::2] & zero[1::2]).mean(),
        "factor": factor(factors[~zero]),
        AGAIN: bool(((second == 0) != zero).any()),
        GRADIENT: gradient is not None and layers.close(gradient, factors * layers.as_array(grad)),
    }


def factor(factors):
    """Return the one factor of all numbers that were kept; None if they differ, or if there are none."""
    if not factors.size or factors.max() - factors.min() > 1e-4 * abs(factors.max()):
        return None
    return float(factors.mean())


def expected(case, p=None, kept=None, active=None, same_mask=False, gradient=True, rows=False, columns=False):
    """Return the outcome; each switch is a mistake: functions of the probability p, or flags."""
    active = case.training if active is None else active
    share = (p(case.p) if p else case.p) if active else 0.0
    shares = {"zeros": share, "pairs of zeros in a row": share ** 2, "pairs of zeros in a column": share ** 2}
    shares = {} if rows or columns else shares  # with one mask for many numbers, the bound does not hold
    return {
        ROWS: not (active and columns), COLUMNS: not (active and rows), **shares,
        "factor": (kept or scale)(case.p, case.training),
        AGAIN: active and not same_mask, GRADIENT: gradient,
    }


def scale(p, training):
    return 1 / (1 - p) if training else 1.0


def divergence(q, p):
    """Return KL(q || p) of two coins, in nats.

    >>> round(divergence(0.5, 0.25), 4), divergence(0.0, 0.0)
    (0.1438, 0.0)
    """
    return sum(0.0 if a == 0 else math.inf if b == 0 else a * math.log(a / b) for a, b in ((q, p), (1 - q, 1 - p)))


def agrees(got, wanted):
    return all(part_agrees(part, got[part], value) for part, value in wanted.items())


def part_agrees(part, got, wanted):
    """Return whether one part agrees: a share within the bound of a false alarm, a factor within 1e-4."""
    if part in SHARES:
        return SHARES[part] * divergence(float(got), wanted) <= math.log(2 * COUNT * TESTS / FALSE_ALARM)
    if part == "factor":
        return got is not None and abs(got - wanted) <= 1e-4 * abs(wanted)
    return got == wanted


def difference(case, got, wanted):
    part = next((part for part, value in wanted.items() if not part_agrees(part, got[part], value)), "zeros")
    if part in SHARES:
        return f"a share of {part} of {got[part]:.3g}", f"about {wanted[part]:.3g}"
    if part == "factor":
        return "kept numbers times " + ("different factors" if got[part] is None else f"{got[part]:.6g}"), (
            f"times {wanted[part]:.6g}")
    return SENTENCES[part] if wanted[part] else SENTENCES[part][::-1]


def wrong(**switches):
    return lambda case: expected(case, **switches)


def always(kept):
    """Return the factor of a dropout that scales in training and eval by kept(p) to (training, eval)."""
    return lambda p, training: kept(p)[0 if training else 1]


KEEPS = "p is taken for the probability to keep"
PIECE = Piece(
    name="Dropout",
    cases=cases,
    forms=forms,
    expected=expected,
    agrees=agrees,
    mistakes=[
        Mistake(KEEPS, wrong(p=lambda p: 1 - p, kept=always(lambda p: (1 / p, 1.0)))),
        Mistake(KEEPS, wrong(p=lambda p: 1 - p)),
        Mistake("the numbers that are kept are divided by p, not by 1 - p", wrong(kept=always(lambda p: (1 / p, 1.0)))),
        Mistake("the numbers that are kept are multiplied by 1 - p, not divided", wrong(
            kept=always(lambda p: (1 - p, 1.0)))),
        Mistake("the numbers that are kept are not divided by 1 - p", wrong(kept=always(lambda p: (1.0, 1.0)))),
        Mistake("scaled in training and in eval", wrong(kept=always(lambda p: (1 / (1 - p), 1 - p)))),
        Mistake("scaled by 1 - p in eval, not in training", wrong(kept=always(lambda p: (1.0, 1 - p)))),
        Mistake("scaled in eval too", wrong(kept=always(lambda p: (1 / (1 - p), 1 / (1 - p))))),
        Mistake("active in eval", wrong(active=True, kept=always(lambda p: (1 / (1 - p), 1 / (1 - p))))),
        Mistake("active in eval", wrong(active=True, kept=always(lambda p: (1.0, 1.0)))),
        Mistake("each call has the same mask", wrong(same_mask=True)),
        Mistake("all rows have the same mask", wrong(columns=True)),
        Mistake("a row is dropped as a whole", wrong(rows=True)),
        Mistake("the gradient has another mask or factor than the output", lambda case: expected(
            case, gradient=not case.training)),
    ],
    show=show,
    show_outcome=lambda outcome: f"a share of zeros of {outcome['zeros']:.3g}",
    difference=difference,
    count=COUNT,
)
