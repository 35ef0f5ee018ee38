"""Unfold positions among quantiles into the features of a piecewise-linear encoding.

    e_t = clip(p - t, 0, 1)        y_t = (e_t - mean_t) / std_t        for every bin t of every column
    dL/dp = sum over the column's bins of g_t / std_t where 0 < p - t < 1

A batch is unfolded on its way into the model: a thousand features a row never exist
for more rows than that.  The encoding itself, and its source: minidl.data.piecewise.
"""
import numpy.typing as npt
import torch

from minidl.data.piecewise import unfold
from minidl.nn.layer import Grads, Layer, Tape


class PiecewiseLinear(Layer):
    """The standardised piecewise-linear features of positions; nothing in it is trained.

    Args:
        columns: for each of the F features, which of the D columns it comes from.
        steps: its bin t.
        mean, std: those of e_t over the training rows; std 0 counts as 1.

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
        self.register_buffer("columns", torch.as_tensor(columns))
        for name, values in (("steps", steps), ("mean", mean), ("std", std)):
            buffer = torch.as_tensor(values, dtype=torch.float32)
            if buffer.shape != self.columns.shape:
                raise ValueError(f"{name}: must have one number a feature, {len(self.columns)}, "
                                 f"got shape {tuple(buffer.shape)}")
            self.register_buffer(name, torch.where(buffer > 0, buffer, 1) if name == "std" else buffer)

    def compute(self, tape: Tape, p: torch.Tensor) -> torch.Tensor:
        e: torch.Tensor = unfold(p.index_select(1, self.columns), self.steps)  # (B, F)
        tape += (p, e)
        return (e - self.mean).div_(self.std)

    def backprop(self, tape: Tape, grad: torch.Tensor, need_input: bool = True) -> Grads:
        e, p = tape.pop(), tape.pop()
        if not need_input:
            return [None]
        inside = ((e > 0) & (e < 1)).to(grad.dtype)
        return [torch.zeros_like(p).index_add_(1, self.columns, grad / self.std * inside)]

    def extra_repr(self) -> str:
        return f"{len(self.columns)} features"
