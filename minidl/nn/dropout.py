"""Dropout: in training, each feature is set to 0 with probability p.

    y = x * m / (1 - p),   m ~ Bernoulli(1 - p)        dL/dx = g * m / (1 - p)

The division by 1 - p keeps the expected value of y at x.  In eval mode y = x.

Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from
overfitting", JMLR 15, 2014; arXiv 1207.0580.
"""
import torch

from minidl.checks import check_share
from minidl.nn.layer import Grads, Layer, Tape
from minidl.tensors import check_floating, check_generator


def dropout_mask(x: torch.Tensor, p: float, generator: torch.Generator | None = None) -> torch.Tensor:
    """Return m / (1 - p), with the shape, dtype and device of x."""
    mask = torch.empty_like(x).bernoulli_(1 - p, generator=generator)
    return mask.div_(1 - p) if p < 1 else mask


class Dropout(Layer):
    """torch.nn.Dropout by hand: with the same torch seed it drops the same features.

    Args:
        p: probability in [0, 1] of dropping a feature.
        generator: torch.Generator on the input's device; None means torch's global one.

    Differs from torch: no `inplace`.
    """

    def __init__(self, p: float = 0.5, *, generator: torch.Generator | None = None) -> None:
        super().__init__()
        check_share("p", p)
        check_generator(generator)
        self.p, self.generator = p, generator

    def compute(self, tape: Tape, x: torch.Tensor) -> torch.Tensor:
        check_floating("x", x)
        mask = dropout_mask(x, self.p, self.generator) if self.training and self.p else None
        tape.append((mask,))
        return x if mask is None else x * mask

    def backprop(self, tape: Tape, grad: torch.Tensor, need_input: bool = True) -> Grads:
        mask, = tape.pop()
        return [grad if mask is None else grad * mask]

    def extra_repr(self) -> str:
        return f"p={self.p}"
