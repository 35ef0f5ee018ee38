"""HW1's network: inputs to hidden, blocks, hidden to one logit.

    h = Linear(numbers) + sum over the categorical columns of Embedding(id)     (B, H)
    h = f(h), or h + f(h) with skip connections, for each block                 (B, H)
    f = [BatchNorm], Linear(H, 4H), ReLU, [Dropout], Linear(4H, H)
    logit = Linear(h)                                                           (B, 1)
"""
import torch

from minidl.nn import BatchNorm1d, Dropout, Embedding, Layer, Linear, ReLU, Residual, Sequential


class TabularInput(Layer):
    """A Linear for the numbers plus an Embedding for each categorical column.

    The columns' tables stand one below the other in a single one, where column c
    begins at offsets[c]: one look-up instead of C.

    Args:
        n_numbers: numeric features D.
        cardinalities: for each of the C categorical columns, how many ids it has.
        hidden: size H.

    Inputs: numbers (B, D), ids (B, C) int64.  Output: (B, H).
    """

    twice_differentiable = False

    def __init__(self, n_numbers, cardinalities, hidden, *, generator=None):
        super().__init__()
        self.numbers = Linear(n_numbers, hidden, generator=generator)
        self.categories = Embedding(sum(cardinalities), hidden, generator=generator)
        self.register_buffer("offsets", torch.tensor([0, *cardinalities[:-1]]).cumsum(0))

    def compute(self, tape, numbers, ids):
        rows = self.categories.compute(tape, ids + self.offsets)  # (B, C, H)
        return self.numbers.compute(tape, numbers) + rows.sum(1)

    def backprop(self, tape, grad, need_input=True):
        grad_numbers, *own = self.numbers.backprop(tape, grad, need_input)
        n_columns = len(self.offsets)
        _, grad_table = self.categories.backprop(tape, grad[:, None].expand(-1, n_columns, -1))
        return [grad_numbers, None, *own, grad_table]


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


def build_model(settings, n_numbers, cardinalities, *, generators):
    """Return the network of `settings`, a hw1.experiments.Settings."""
    weights, _ = generators
    blocks = [block(settings.hidden, skip=settings.skip, batch_norm=settings.batch_norm,
                    dropout=settings.dropout, generators=generators) for _ in range(settings.blocks)]
    return Sequential(
        TabularInput(n_numbers, cardinalities, settings.hidden, generator=weights),
        *blocks,
        Linear(settings.hidden, 1, generator=weights),
    )
