"""Rectified linear unit.

    y = max(x, 0)        dL/dx = g if x > 0, else 0;        g = dL/dy
"""
import torch

from minidl.nn.layer import Grads, Layer, Tape


class ReLU(Layer):
    """torch.nn.ReLU by hand.

    >>> ReLU()(torch.tensor([-1., 0., 2.])).tolist()
    [0.0, 0.0, 2.0]
    """

    def compute(self, tape: Tape, x: torch.Tensor) -> torch.Tensor:
        y = x.clamp(min=0)
        tape.append((y,))
        return y

    def backprop(self, tape: Tape, grad: torch.Tensor, need_input: bool = True) -> Grads:
        y, = tape.pop()
        return [y.sign().mul_(grad)]  # sign(y) is 1 or 0; a boolean mask takes twice as long
