"""Layers made of layers: the chain rule is the loop in each `backprop`.

Differs from torch's containers: every part is a minidl.nn.Layer; torch.nn.Sequential
takes those and torch's own alike.  A second derivative raises a RuntimeError: where
one is needed, use torch.nn.Sequential, or call the layers one after another.
"""
import torch

from minidl.nn.layer import Grads, Layer, Tape


class Sequential(Layer):
    """One layer after another; the first may take several inputs.

    y = f_n(... f_2(f_1(x)))        dL/dx = f_1'(... f_(n-1)'(f_n'(dL/dy)))

    state_dict keys are those of torch.nn.Sequential: "0.weight", "0.bias", "1.weight", ...
    """

    twice_differentiable = False

    def __init__(self, *layers: Layer) -> None:
        super().__init__()
        if not layers:
            raise ValueError("layers: must be at least one, got none")
        for number, layer in enumerate(layers):
            self.add_module(str(number), _layer(layer))

    def compute(self, tape: Tape, *inputs: torch.Tensor) -> torch.Tensor:
        for layer in self._modules.values():
            inputs = (layer.compute(tape, *inputs),)
        return inputs[0]

    def backprop(self, tape: Tape, grad: torch.Tensor, need_input: bool = True) -> Grads:
        first, *rest = self._modules.values()
        grads: Grads = []
        for layer in reversed(rest):
            grad, *own = layer.backprop(tape, grad)
            grads = own + grads
        return [*first.backprop(tape, grad, need_input), *grads]


class Residual(Layer):
    """A layer with a skip connection: y = x + f(x), dL/dx = g + f'(g).

    Source: He et al., "Deep Residual Learning for Image Recognition", 2015, arXiv 1512.03385.
    """

    twice_differentiable = False

    def __init__(self, f: Layer) -> None:
        super().__init__()
        self.f = _layer(f)

    def compute(self, tape: Tape, x: torch.Tensor) -> torch.Tensor:
        return x + self.f.compute(tape, x)

    def backprop(self, tape: Tape, grad: torch.Tensor, need_input: bool = True) -> Grads:
        through, *own = self.f.backprop(tape, grad)
        return [grad + through, *own]


def _layer(part: Layer) -> Layer:
    if not isinstance(part, Layer):
        raise TypeError(f"layers: must be minidl.nn.Layer, got {type(part).__module__}."
                        f"{type(part).__name__}; torch.nn.Sequential takes both kinds")
    return part
