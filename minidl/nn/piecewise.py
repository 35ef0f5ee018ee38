"""Piecewise-linear features of positions: column c has a position p among its quantiles, and one feature per bin t.

    e_t = clip(p - t, 0, 1)        y_t = (e_t - mean_t) / std_t        for every bin t of every column
    dL/dp = sum over the column's bins t with 0 < p - t < 1 of g_t / std_t,        g = dL/dy

The layer computes the features of one batch at a time: a row may have a thousand of
them, too many to store for all rows.  The encoding and its source: minidl.data.piecewise.
"""
import numpy as np
import numpy.typing as npt
import torch

from minidl.checks import as_array, require, shown
from minidl.data.piecewise import unfold
from minidl.nn.dtypes import cast
from minidl.nn.layer import Grads, Layer, Tape
from minidl.tensors import check_floating

BLOCK = 1000  # rows whose features stay in the cache from one step of the formula to the next


class PiecewiseLinear(Layer):
    """The standardised piecewise-linear features of positions; no trainable weights.

    Args:
        columns: (F,) integers, the column (0 .. D - 1) of each feature.
        steps: (F,) the bin t of each feature.
        mean, std: (F,) statistics of e_t over the training rows; std 0 is replaced by 1.

    Input: positions (B, D).  Output: (B, F).

    >>> layer = PiecewiseLinear([0, 0], [0, 1], mean=[0.5, 0.5], std=[0.5, 0.5])
    >>> layer(torch.tensor([[0.5], [1.5], [2.0]])).tolist()
    [[0.0, -1.0], [1.0, 0.0], [1.0, 1.0]]
    """

    twice_differentiable = False
    columns: torch.Tensor
    steps: torch.Tensor
    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self, columns: npt.ArrayLike, steps: npt.ArrayLike, mean: npt.ArrayLike, std: npt.ArrayLike) -> None:
        super().__init__()
        array = as_array("columns", columns)
        valid = array.ndim == 1 and array.dtype.kind in "iu" and bool((array >= 0).all())
        require(valid, "columns", "must be one-dimensional integers of at least 0", shown(columns))
        self.register_buffer("columns", torch.from_numpy(array.astype(np.int64)))
        for name, values in (("steps", steps), ("mean", mean), ("std", std)):
            buffer = torch.from_numpy(as_array(name, values, np.float32))
            if buffer.shape != self.columns.shape:
                raise ValueError(f"{name}: must have one number per feature, {len(self.columns)}, "
                                 f"got shape {tuple(buffer.shape)}")
            require(bool(buffer.isfinite().all()), name, "must hold finite numbers", shown(values))
            self.register_buffer(name, torch.where(buffer > 0, buffer, 1) if name == "std" else buffer)

    def compute(self, tape: Tape, p: torch.Tensor) -> torch.Tensor:
        check_floating("p", p)
        require(p.ndim == 2 and p.shape[1] >= 1, "p", "must be (B, D), D at least 1", p)
        tape.append((p,))
        try:
            return self.features(p)
        except IndexError:  # raised by torch when it reads a column
            least = int(self.columns.max()) + 1
            raise ValueError(f"p: must have at least {least} columns, got {tuple(p.shape)}") from None

    def features(self, p: torch.Tensor) -> torch.Tensor:
        """Return the features (B, F) of positions (B, D)."""
        p = cast(p, torch.promote_types(p.dtype, self.mean.dtype))
        if len(p) <= BLOCK or p.requires_grad and torch.is_grad_enabled():  # out= is not differentiable
            return self.standardise(p.index_select(1, self.columns).sub_(self.steps))
        y = p.new_empty(len(p), len(self.columns))
        columns, counts = (part.tolist() for part in torch.unique_consecutive(self.columns, return_counts=True))
        for rows, out in zip(p.split(BLOCK), y.split(BLOCK)):
            for column, steps, part in zip(columns, self.steps.split(counts), out.split(counts, 1)):
                torch.sub(rows[:, column, None], steps, out=part)
            self.standardise(out)
        return y

    def standardise(self, shifted: torch.Tensor) -> torch.Tensor:
        """Replace p - t (B, F) by the features, in place."""
        return shifted.clamp_(0, 1).sub_(self.mean).div_(self.std)

    def backprop(self, tape: Tape, grad: torch.Tensor, need_input: bool = True) -> Grads:
        p, = tape.pop()
        if not need_input:
            return [None]
        e = unfold(p.index_select(1, self.columns), self.steps)
        inside = ((e > 0) & (e < 1)).to(grad.dtype)
        return [torch.zeros_like(p).index_add_(1, self.columns, (grad / self.std * inside).to(p.dtype))]

    def extra_repr(self) -> str:
        return f"{len(self.columns)} features"
