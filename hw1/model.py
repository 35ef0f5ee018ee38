"""HW1's network: inputs to hidden, blocks, hidden to one logit.

    h = Linear(numbers) + sum over the categorical columns of Embedding(id)     (B, H)
    h = f(h), or h + f(h) with skip connections, for each block                 (B, H)
    f = [BatchNorm], Linear(H, 4H), ReLU, [Dropout], Linear(4H, H)
    logit = Linear(h)                                                           (B, 1)
"""
import torch

from minidl.nn import BatchNorm1d, Dropout, Embedding, Layer, Linear, PiecewiseLinear, ReLU, Residual, Sequential


class TabularInput(Layer):
    """A Linear for the numbers plus an Embedding for each categorical column.

    The columns' tables stand one below the other in a single one, where column c
    begins at offsets[c]: one look-up instead of C.

    Args:
        n_numbers: numeric features D; may be 0 where there are categories.
        cardinalities: for each of the C categorical columns, how many ids it has.
        hidden: size H.
        unfolding: None, or arguments of PiecewiseLinear, through which the numbers go first.

    Inputs: numbers (B, D), ids (B, C) int64.  Output: (B, H).
    """

    twice_differentiable = False

    def __init__(self, n_numbers, cardinalities, hidden, *, unfolding=None, generator=None):
        super().__init__()
        if not (n_numbers or cardinalities):
            raise ValueError("table: must have a feature beside the target, got none")
        self.numbers = self.categories = None
        if n_numbers:
            unfold = PiecewiseLinear(*unfolding) if unfolding else None
            linear = Linear(len(unfold.columns) if unfold else n_numbers, hidden, generator=generator)
            self.numbers = Sequential(unfold, linear) if unfold else linear
        if cardinalities:
            self.categories = Embedding(sum(cardinalities), hidden, generator=generator)
        self.register_buffer("offsets", torch.tensor([0, *cardinalities[:-1]]).cumsum(0))

    def compute(self, tape, numbers, ids):
        if self.categories is None:
            return self.numbers.compute(tape, numbers)
        rows = self.categories.compute(tape, ids + self.offsets).sum(1)  # (B, C, H) to (B, H)
        return rows if self.numbers is None else self.numbers.compute(tape, numbers) + rows

    def backprop(self, tape, grad, need_input=True):
        grads = [None]
        if self.numbers is not None:
            grads = self.numbers.backprop(tape, grad, need_input)
        grads.insert(1, None)  # ids have none
        if self.categories is not None:
            grads += self.categories.backprop(tape, grad[:, None].expand(-1, len(self.offsets), -1))[1:]
        return grads


def block(hidden, *, skip, batch_norm, dropout, generators):
    """Return one block; `generators` are those for the weights and for the dropout masks."""
    weights, masks = generators
    f = Sequential(
        *([BatchNorm1d(hidden)] if batch_norm else []),
        Linear(hidden, 4 * hidden, generator=weights),
        ReLU(),
        *([Dropout(dropout, generator=masks)] if dropout else []),
        Linear(4 * hidden, hidden, generator=weights),
    )
    return Residual(f) if skip else f


def build_model(settings, n_numbers, cardinalities, *, unfolding=None, generators):
    """Return the network of `settings`, a hw1.experiments.Settings; the rest as for TabularInput and block."""
    weights, _ = generators
    blocks = [block(settings.hidden, skip=settings.skip, batch_norm=settings.batch_norm,
                    dropout=settings.dropout, generators=generators) for _ in range(settings.blocks)]
    return Sequential(
        TabularInput(n_numbers, cardinalities, settings.hidden, unfolding=unfolding, generator=weights),
        *blocks,
        Linear(settings.hidden, 1, generator=weights),
    )
