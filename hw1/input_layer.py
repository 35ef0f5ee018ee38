"""HW1's first layer: a Linear for the numbers plus an Embedding for each categorical column.

    h = W numbers + b + sum over the columns c of table_c[id_c]
    dL/dtable_c[id_c] = dL/dh for every column c of a row; the other gradients as in Linear
"""
import torch

from minidl.nn import Embedding, Layer, Linear, PiecewiseLinear, Sequential


class TabularInput(Layer):
    """The input layer.

    The columns' tables are stacked into one table, which needs one look-up instead of C.
    The rows of column c begin at offsets[c].

    Args:
        n_numbers: numeric features D; may be 0 if there are categories.
        cardinalities: the number of ids of each of the C categorical columns.
        hidden: size H.
        unfolding: None, or the arguments of the PiecewiseLinear that is applied to the numbers.

    Inputs: numbers (B, D), ids (B, C) int64.  Output: (B, H).
    """

    twice_differentiable = False

    def __init__(self, n_numbers, cardinalities, hidden, *, unfolding=None, generator=None):
        super().__init__()
        if not (n_numbers or cardinalities):
            raise ValueError("table: must have a feature besides the target, got none")
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
        embedded = self.categories.compute(tape, ids + self.offsets).sum(1)  # (B, C, H) to (B, H)
        return embedded if self.numbers is None else self.numbers.compute(tape, numbers) + embedded

    def compose(self, numbers, ids):
        if self.categories is None:
            return self.numbers(numbers)
        embedded = self.categories(ids + self.offsets).sum(1)
        return embedded if self.numbers is None else self.numbers(numbers) + embedded

    def backprop(self, tape, grad, need_input=True):
        grads = [None]
        if self.numbers is not None:
            grads = self.numbers.backprop(tape, grad, need_input)
        grads.insert(1, None)  # ids have no gradient
        if self.categories is not None:
            grads += self.categories.backprop(tape, grad[:, None].expand(-1, len(self.offsets), -1))[1:]
        return grads
