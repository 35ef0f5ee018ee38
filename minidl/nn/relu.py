"""Rectified linear unit.

    y = max(x, 0)        dL/dx = g where x > 0, else 0
"""
from minidl.nn.layer import Layer


class ReLU(Layer):
    """torch.nn.ReLU by hand.

    >>> import torch
    >>> ReLU()(torch.tensor([-1., 0., 2.])).tolist()
    [0.0, 0.0, 2.0]
    """

    def compute(self, tape, x):
        y = x.clamp(min=0)
        tape.append(y)
        return y

    def backprop(self, tape, grad, need_input=True):
        return [tape.pop().sign().mul_(grad)]  # y's sign is 1 or 0; a boolean mask takes twice the time
