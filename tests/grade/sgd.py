"""SGD: one step down the gradient, with weight decay as torch has it.

    weight = weight - lr (gradient + weight_decay weight)

Contract: SGD(params, lr, weight_decay) with step(); or a function of (weight, gradient, lr, weight_decay), in place or
not.  Up to 8 steps, several parameters, decay 0 to 0.5; the weights after each step are equal to 2e-4 of the largest.
Momentum is not asked.
"""
import numpy as np
from hypothesis import strategies as st

from tests import oracles
from tests.grade import layers, optimizers
from tests.grade.piece import Mistake, Piece


def expected(weight, grad, state, step, case):
    return np.array(oracles.sgd(weight, lambda _: grad, lr=case.lr, weight_decay=case.weight_decay, steps=1))


def wrong(update):
    """Return the outcome with weight - update(weight, grad, lr, decay)."""
    return optimizers.by(lambda weight, grad, state, step, case: (
        weight - update(weight, grad, case.lr, case.weight_decay)))


def accumulated(weight, grad, state, step, case):
    state["sum"] = state.get("sum", 0) + grad
    return expected(weight, state["sum"], state, step, case)


PIECE = Piece(
    name="SGD",
    prepare=optimizers.prepare,
    cases=optimizers.cases(st.none()),
    forms=optimizers.forms,
    expected=optimizers.by(expected),
    agrees=layers.agrees,
    mistakes=[
        Mistake("the step goes uphill", wrong(lambda w, g, lr, decay: -lr * (g + decay * w))),
        Mistake("the step goes uphill", wrong(lambda w, g, lr, decay: lr * (decay * w - g))),
        Mistake("the decay is not multiplied by lr", wrong(lambda w, g, lr, decay: lr * g + decay * w)),
        Mistake("the decay is doubled", wrong(lambda w, g, lr, decay: lr * (g + 2 * decay * w))),
        Mistake("the decay is halved", wrong(lambda w, g, lr, decay: lr * (g + decay / 2 * w))),
        Mistake("the decay has the wrong sign", wrong(lambda w, g, lr, decay: lr * (g - decay * w))),
        Mistake("there is no weight decay", wrong(lambda w, g, lr, decay: lr * g)),
        Mistake("the decay is a number, not a share of the weight", wrong(lambda w, g, lr, decay: lr * (g + decay))),
        Mistake("the decay is that of the L1 norm", wrong(lambda w, g, lr, decay: lr * (g + decay * np.sign(w)))),
        Mistake("the decay is of the new weight, not of the old one", wrong(
            lambda w, g, lr, decay: w - (w - lr * g) * (1 - lr * decay))),
        Mistake("lr is not used", wrong(lambda w, g, lr, decay: g + decay * w)),
        Mistake("the sign of the gradient, not the gradient", wrong(
            lambda w, g, lr, decay: lr * (np.sign(g) + decay * w))),
        Mistake("the gradients of earlier steps add up", optimizers.by(accumulated)),
    ],
    show=optimizers.show("SGD"),
    show_outcome=optimizers.show_outcome,
    difference=optimizers.difference,
    count=60,
)
