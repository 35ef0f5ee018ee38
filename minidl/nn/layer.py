"""Layer: a torch module that computes its own gradient.

A layer computes y = f(x; w).  Its backward pass takes dL/dy and returns dL/dx and
dL/dw, so layers chain: the dL/dx of one layer is the dL/dy of the layer before it.

    compute(tape, x)     the forward pass: returns y, pushes one tuple onto the tape
    backprop(tape, g)    the backward pass: pops that tuple, returns [dL/dx, dL/dw] for g = dL/dy

The tuple holds what the backward pass needs, as tensors or None.  The tape is a stack:
the backward pass visits the layers in reverse, so each layer pops its own tuple.
Layers inside a layer share its tape.  Without gradients (torch.no_grad) it keeps nothing.

A layer is also an ordinary torch module: torch's autograd sees the outermost layer as
one node.  minidl.nn.backpropagate needs no autograd at all.

Hooks, pruning, weight_norm and spectral_norm need to see each layer, and the weight is
then no parameter but a function of others.  So torch's autograd takes over: a layer made
of layers calls them one by one, and a layer with such a weight is differentiated
operation by operation (`compose`).

Under torch.autocast the forward pass casts as torch does, and the backward pass runs
under the same autocast.  A gradient may then have another dtype than the tensor that it
belongs to; it is cast where it becomes a `grad`.

Source: Rumelhart, Hinton and Williams, "Learning representations by
back-propagating errors", Nature 323, 1986.
Left out: hooks that torch registers for all modules, torch.func transforms (except in RMSNorm).
"""
from collections import deque
from collections.abc import MutableSequence
from contextlib import nullcontext
from itertools import chain, islice
from typing import Any

import torch
from torch import nn

Tape = MutableSequence[tuple[Any, ...]]  # one tuple per layer, of tensors or None
NO_TAPE: Tape = deque(maxlen=0)  # keeps nothing, so that each tensor is freed after its last use
Device = torch.device | str | int | None
Grads = list[Any]  # tensors or None: one per input, then one per weight


class Layer(nn.Module):
    """Base class of all layers and losses; a new layer defines `compute` and `backprop`.

    `twice_differentiable`: whether autograd may differentiate `backprop` itself.  True if
    `backprop` uses only inputs and weights from the tape.  If it uses intermediate results,
    set it to False: a second derivative (create_graph=True) then raises a RuntimeError.

    y = w x has dL/dx = g w and dL/dw = sum of g x:

    >>> class Scale(Layer):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.weight = nn.Parameter(torch.tensor(3.))
    ...
    ...     def compute(self, tape, x):
    ...         weight = self.weight
    ...         tape.append((x, weight))
    ...         return x * weight
    ...
    ...     def backprop(self, tape, grad, need_input=True):
    ...         x, weight = tape.pop()
    ...         return [grad * weight, (grad * x).sum()]

    Two such layers by hand, y = w2 w1 x with w1 = w2 = 3, dL/dy = 1, x = (1, 2):

    >>> first, second, tape, x = Scale(), Scale(), [], torch.tensor([1., 2.])
    >>> with torch.no_grad():
    ...     y = second.compute(tape, first.compute(tape, x))
    ...     grad_hidden, grad_w2 = second.backprop(tape, torch.ones(2))
    ...     grad_x, grad_w1 = first.backprop(tape, grad_hidden)
    >>> y.tolist(), grad_x.tolist(), grad_w1.item(), grad_w2.item(), tape
    ([9.0, 18.0], [9.0, 9.0], 9.0, 9.0, [])
    """

    twice_differentiable = True
    _modules: dict[str, Any]  # every value is a Layer; torch's own type says Module or None

    # *Any and **Any accept any inputs, so that a subclass may name its own
    def compute(self, tape: Tape, *inputs: Any, **_: Any) -> torch.Tensor:
        """Return y; append to `tape` one tuple, of tensors or None, for `backprop`."""
        raise NotImplementedError(f"{type(self).__name__}.compute")

    def backprop(self, tape: Tape, grad: Any, need_input: bool = True) -> Grads:
        """Return the list of gradients: one per input, then one per weight in the order of `weights`.

        grad: dL/dy, a tensor, under autocast of any floating dtype; a loss also takes a number.
        need_input: if False, the gradients of the inputs may be None.
        """
        raise NotImplementedError(f"{type(self).__name__}.backprop")

    def weights(self) -> list[nn.Parameter]:
        """Return the list of parameters: the layer's own, then those of the layers inside it."""
        parameters = [weight for weight in self._parameters.values() if weight is not None]
        for layer in self._modules.values():  # children() would skip a layer that is used twice
            parameters += layer.weights()
        return parameters

    def compose(self, *inputs: torch.Tensor) -> torch.Tensor:
        """Return y, differentiable by torch's autograd; a layer made of layers calls them as torch modules."""
        if any(isinstance(module, Layer) for module in self._modules.values()):
            raise NotImplementedError(f"{type(self).__name__}.compose")
        return self.compute([], *inputs)

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        """Return y as a node of torch's autograd graph."""
        if not all(map(is_plain, self._modules.values())) or self._forward_pre_hooks and has_computed_weight(self):
            return self.compose(*inputs)
        if not torch.is_grad_enabled():
            return self.compute(NO_TAPE, *inputs)
        y: torch.Tensor = LayerNode.apply(  # type: ignore[no-untyped-call]  # torch's apply has no types
            self, len(inputs), *inputs, *self.weights())
        return y


def has_computed_weight(layer: Layer) -> bool:
    """Return whether a weight is a tensor that a hook computes, as with pruning and torch.nn.utils.weight_norm."""
    return any(isinstance(value, torch.Tensor) for value in vars(layer).values())


def is_plain(module: nn.Module) -> bool:
    """Return whether the module is a Layer without hooks, as are all modules inside it.

    weight_norm, spectral_norm and pruning add hooks, or modules that are no Layer.
    """
    return isinstance(module, Layer) and not (
        module._forward_pre_hooks or module._forward_hooks or module._backward_pre_hooks or module._backward_hooks
    ) and all(map(is_plain, module._modules.values()))


class LayerNode(torch.autograd.Function):
    """A layer as one node of torch's autograd graph; the tape is kept flat in saved_tensors."""

    @staticmethod
    def forward(ctx: Any, layer: Layer, n_inputs: int, *inputs_and_weights: torch.Tensor) -> torch.Tensor:
        tape: Tape = []
        y = layer.compute(tape, *inputs_and_weights[:n_inputs])
        ctx.layer, ctx.n_inputs, ctx.sizes = layer, n_inputs, [len(entry) for entry in tape]
        ctx.save_for_backward(*chain.from_iterable(tape))
        device = y.device.type
        ctx.autocast = (device, torch.get_autocast_dtype(device)) if torch.is_autocast_enabled(device) else None
        return y

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[Any, ...]:
        layer: Layer = ctx.layer
        if torch.is_grad_enabled() and not layer.twice_differentiable:
            raise RuntimeError(f"{type(layer).__name__}: can be differentiated only once, got create_graph=True")
        saved = iter(ctx.saved_tensors)
        tape: Tape = [tuple(islice(saved, size)) for size in ctx.sizes]
        need_input = any(ctx.needs_input_grad[2:2 + ctx.n_inputs])
        with torch.autocast(*ctx.autocast) if ctx.autocast else nullcontext():
            return None, None, *layer.backprop(tape, grad, need_input)
