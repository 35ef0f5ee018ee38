"""Lion: each step moves each weight by lr, up or down, by the sign of an interpolation.

    update   = sign(interp(gradient, momentum, beta1))
    momentum = interp(gradient, momentum, beta2)            interp(x, y, a) = (1 - a) x + a y, momentum 0 at first
    weight   = weight - lr (update + weight_decay weight)

Contract: Lion(params, lr, betas, weight_decay) with step(); or a function of (weight, gradient, momentum, lr, beta1,
beta2, weight_decay), in place or not.  Up to 8 steps, several parameters, both betas varied, some gradients exactly 0,
decay 0 to 0.5; the weights after each step are equal to 2e-4 of the largest.
"""
import numpy as np
from hypothesis import strategies as st

from tests import oracles
from tests.grade import layers, optimizers
from tests.grade.piece import Mistake, Piece

BETAS = st.permutations([0.5, 0.75, 0.875, 0.25]).map(lambda betas: tuple(betas[:2]))  # always two different ones


def expected(weight, grad, state, step, case):
    weight, state["m"] = oracles.lion(weight, grad, state.get("m", 0 * weight), lr=case.lr, beta1=case.betas[0],
                                      beta2=case.betas[1], weight_decay=case.weight_decay)
    return weight


def interp(x, y, a):
    return (1 - a) * x + a * y


def wrong(update, momentum_beta=1):
    """Return the outcome with weight - update(weight, grad, momentum, lr, beta1, decay) and a momentum as in Lion."""
    def step_of(weight, grad, state, step, case):
        momentum, lr, decay = state.get("m", 0 * weight), case.lr, case.weight_decay
        state["m"] = interp(grad, momentum, case.betas[momentum_beta])
        return weight - update(weight, grad, momentum, lr, case.betas[0], decay)
    return optimizers.by(step_of)


def swapped(weight, grad, state, step, case):
    return expected(weight, grad, state, step, case._replace(betas=case.betas[::-1]))


def momentum_first(keep):
    """Return the update by a momentum that beta2 has already changed; keep: and that is interpolated once more."""
    def update(weight, grad, state, step, case):
        state["m"] = interp(grad, state.get("m", 0 * weight), case.betas[1])
        u = interp(grad, state["m"], case.betas[0]) if keep else state["m"]
        return weight - case.lr * (np.sign(u) + case.weight_decay * weight)
    return optimizers.by(update)


def coupled(weight, grad, state, step, case):
    return expected(weight, grad + case.weight_decay * weight, state, step, case._replace(weight_decay=0.0))


def after_update(factor):
    """Return the update whose decay is taken of the new weight."""
    def update(weight, grad, state, step, case):
        new = expected(weight, grad, state, step, case._replace(weight_decay=0.0))
        return new * (1 - factor(case.lr) * case.weight_decay)
    return optimizers.by(update)


def bias_corrected(weight, grad, state, step, case):
    momentum = state.get("m", 0 * weight)
    corrected = momentum / (1 - case.betas[1] ** (step - 1)) if step > 1 else momentum
    state["m"] = interp(grad, momentum, case.betas[1])
    return weight - case.lr * (np.sign(interp(grad, corrected, case.betas[0])) + case.weight_decay * weight)


def started(weight, grad, state, step, case):
    state.setdefault("m", grad)
    return expected(weight, grad, state, step, case)


def doubled(weight, grad, state, step, case):
    return expected(weight, grad, state, step, case._replace(weight_decay=2 * case.weight_decay))


def accumulated(weight, grad, state, step, case):
    state["sum"] = state.get("sum", 0) + grad
    return expected(weight, state["sum"], state, step, case)


def binary_sign(u):
    return np.where(u >= 0, 1.0, -1.0)


AFTER = "the decay is of the new weight, not of the old one"
FIRST = "the momentum is updated before it is used"
SIGNS = "the sign is taken before the interpolation"
PIECE = Piece(
    name="Lion",
    prepare=optimizers.prepare,
    cases=optimizers.cases(BETAS),
    forms=optimizers.forms,
    expected=optimizers.by(expected),
    agrees=layers.agrees,
    mistakes=[
        Mistake("the betas are swapped", optimizers.by(swapped)),
        Mistake(FIRST, momentum_first(True)),
        Mistake(f"{FIRST}: its sign is the update", momentum_first(False)),
        Mistake("the update is the sign of the old momentum", wrong(
            lambda w, g, m, lr, b, decay: lr * (np.sign(m) + decay * w))),
        Mistake("the momentum is kept by beta1; beta2 is not used", wrong(
            lambda w, g, m, lr, b, decay: lr * (np.sign(interp(g, m, b)) + decay * w), 0)),
        Mistake("interp takes a for the share of the gradient", optimizers.by(lambda w, g, state, step, case: expected(
            w, g, state, step, case._replace(betas=tuple(1 - beta for beta in case.betas))))),
        Mistake("no momentum: the sign of the gradient", wrong(
            lambda w, g, m, lr, b, decay: lr * (np.sign(g) + decay * w))),
        Mistake("the decay is coupled: added to the gradient", optimizers.by(coupled)),
        Mistake("the decay is doubled", optimizers.by(doubled)),
        Mistake(AFTER, after_update(lambda lr: lr)),
        Mistake(f"{AFTER}, and not times lr", after_update(lambda lr: 1)),
        Mistake("the decay stands inside the sign", wrong(
            lambda w, g, m, lr, b, decay: lr * np.sign(interp(g, m, b) + decay * w))),
        Mistake("the decay is not multiplied by lr", wrong(
            lambda w, g, m, lr, b, decay: lr * np.sign(interp(g, m, b)) + decay * w)),
        Mistake("the decay has the wrong sign", wrong(
            lambda w, g, m, lr, b, decay: lr * (np.sign(interp(g, m, b)) - decay * w))),
        Mistake("there is no weight decay", wrong(lambda w, g, m, lr, b, decay: lr * np.sign(interp(g, m, b)))),
        Mistake(SIGNS, wrong(lambda w, g, m, lr, b, decay: lr * (interp(np.sign(g), np.sign(m), b) + decay * w))),
        Mistake("the sign is missing", wrong(lambda w, g, m, lr, b, decay: lr * (interp(g, m, b) + decay * w))),
        Mistake("the update is not multiplied by lr", wrong(
            lambda w, g, m, lr, b, decay: np.sign(interp(g, m, b)) + lr * decay * w)),
        Mistake("lr is not used", wrong(lambda w, g, m, lr, b, decay: np.sign(interp(g, m, b)) + decay * w)),
        Mistake("the step goes uphill", wrong(
            lambda w, g, m, lr, b, decay: lr * (decay * w - np.sign(interp(g, m, b))))),
        Mistake("the sign of 0 is 0, not 1", wrong(
            lambda w, g, m, lr, b, decay: lr * (binary_sign(interp(g, m, b)) + decay * w))),
        Mistake("the sign of 0 is 0, not -1", wrong(
            lambda w, g, m, lr, b, decay: lr * (-binary_sign(-interp(g, m, b)) + decay * w))),
        Mistake("Lion has no bias correction", optimizers.by(bias_corrected)),
        Mistake("the momentum starts at 0, not at the first gradient", optimizers.by(started)),
        Mistake("zero_grad does not clear the gradients: they add up", optimizers.by(accumulated)),
    ],
    show=optimizers.show("Lion"),
    show_outcome=optimizers.show_outcome,
    difference=optimizers.difference,
    count=60,
)
