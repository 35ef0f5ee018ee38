"""Rectified linear unit.

    y = max(x, 0)        dL/dx = g if x > 0, else 0;        g = dL/dy
"""
import torch

from minidl.nn.dtypes import cast
from minidl.nn.layer import Grads, Layer, Tape
from minidl.tensors import check_floating

INTEGERS = {1: torch.int8, 2: torch.int16, 4: torch.int32, 8: torch.int64}  # by size in bytes


def relu_backward(grad: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return g where y > 0, else 0, exactly: a product with 0 would make NaN of an infinite g.

    A positive number has positive bits, read as an integer.  So the bits of g are multiplied
    by 1 or 0, as fast as numbers are; torch.where takes up to ten times as long.
    """
    grad = cast(grad, y.dtype)
    if torch.is_grad_enabled():  # double backward: autograd cannot differentiate bits
        return grad.where(y > 0, 0)
    bits = INTEGERS[y.element_size()]
    return y.view(bits).clamp(0, 1).mul_(grad.view(bits)).view(y.dtype)


class ReLU(Layer):
    """torch.nn.ReLU by hand.

    >>> ReLU()(torch.tensor([-1., 0., 2.])).tolist()
    [0.0, 0.0, 2.0]
    """

    def compute(self, tape: Tape, x: torch.Tensor) -> torch.Tensor:
        check_floating("x", x)
        y = x.clamp(min=0)
        tape.append((y,))
        return y

    def backprop(self, tape: Tape, grad: torch.Tensor, need_input: bool = True) -> Grads:
        y, = tape.pop()
        return [relu_backward(grad, y)]
