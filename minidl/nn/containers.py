"""Layers made of layers: each `backprop` applies the chain rule to the layers inside.

Differs from torch's containers: they hold only minidl.nn layers; torch.nn.Sequential
holds both kinds.  A second derivative raises a RuntimeError: use torch.nn.Sequential,
or call the layers one after another.
"""
from collections.abc import Iterator
from typing import overload

import torch

from minidl.nn.layer import Grads, Layer, Tape


class Sequential(Layer):
    """Layers called one after another; the first may take several inputs.

    y = f_n(... f_2(f_1(x)))        dL/dx = f_1'(... f_(n-1)'(f_n'(dL/dy)))

    state_dict keys as in torch.nn.Sequential: "0.weight", "0.bias", "1.weight", ...
    As there, model[i] is a layer, a slice a Sequential of the same layers; layers can be appended.

    >>> from minidl.nn import ReLU
    >>> model = Sequential(ReLU()).append(ReLU())
    >>> len(model), model[-1], model[:1]
    (2, ReLU(), Sequential(
      (0): ReLU()
    ))
    """

    twice_differentiable = False

    def __init__(self, *layers: Layer) -> None:
        super().__init__()
        if not layers:
            raise ValueError("layers: must be at least one, got none")
        for layer in layers:
            self.append(layer)

    def append(self, layer: Layer) -> "Sequential":
        """Add a layer at the end; return self."""
        self.add_module(str(len(self)), require_layer(layer))
        return self

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Layer]:
        return iter(self._modules.values())

    @overload
    def __getitem__(self, index: int) -> Layer: ...

    @overload
    def __getitem__(self, index: slice) -> "Sequential": ...

    def __getitem__(self, index: int | slice) -> "Layer | Sequential":
        layers = list(self)
        return Sequential(*layers[index]) if isinstance(index, slice) else layers[index]

    def __setitem__(self, index: int, layer: Layer) -> None:
        self._modules[list(self._modules)[index]] = require_layer(layer)

    def compute(self, tape: Tape, *inputs: torch.Tensor) -> torch.Tensor:
        for layer in self._modules.values():
            inputs = (layer.compute(tape, *inputs),)
        return inputs[0]

    def compose(self, *inputs: torch.Tensor) -> torch.Tensor:
        for layer in self._modules.values():
            inputs = (layer(*inputs),)
        return inputs[0]

    def backprop(self, tape: Tape, grad: torch.Tensor, need_input: bool = True) -> Grads:
        first, *later = self._modules.values()
        weight_grads: Grads = []
        for layer in reversed(later):
            grad, *layer_weight_grads = layer.backprop(tape, grad)
            weight_grads = layer_weight_grads + weight_grads
        return [*first.backprop(tape, grad, need_input), *weight_grads]


class Residual(Layer):
    """A layer with a skip connection: y = x + f(x), dL/dx = g + (dL/dx of f for g), g = dL/dy.

    Source: He et al., "Deep Residual Learning for Image Recognition", 2015, arXiv 1512.03385.
    """

    twice_differentiable = False

    def __init__(self, f: Layer) -> None:
        super().__init__()
        self.f = require_layer(f)

    def compute(self, tape: Tape, x: torch.Tensor) -> torch.Tensor:
        return add(x, self.f.compute(tape, x))

    def compose(self, x: torch.Tensor) -> torch.Tensor:  # type: ignore[override]  # a Layer may have several inputs
        return add(x, self.f(x))

    def backprop(self, tape: Tape, grad: torch.Tensor, need_input: bool = True) -> Grads:
        grad_x, *weight_grads = self.f.backprop(tape, grad)
        return [grad + grad_x, *weight_grads]


def add(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return x + y; raise a ValueError if the shapes differ: broadcasting would give x a gradient of another shape."""
    if x.shape != y.shape:
        raise ValueError(f"f: must return the shape of x, {tuple(x.shape)}, got {tuple(y.shape)}")
    return x + y


def require_layer(layer: Layer) -> Layer:
    """Return the layer; raise a TypeError if it is not a minidl.nn.Layer."""
    if not isinstance(layer, Layer):
        raise TypeError(f"layers: must be minidl.nn.Layer, got {type(layer).__module__}."
                        f"{type(layer).__name__}; torch.nn.Sequential takes both kinds")
    return layer
