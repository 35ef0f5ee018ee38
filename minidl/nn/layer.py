"""Layer: a torch module that also knows its own gradient.

A layer computes y = f(x; w).  Given dL/dy it returns dL/dx and dL/dw, which is all
that back-propagation asks of it.  What the way back needs of the way there goes
over a tape: `compute` pushes, `backprop` pops in the opposite order.

Layers nest, and call each other directly.  So torch's autograd, where it is used at
all, sees the outermost layer as a single node; `backpropagate` does without it.

Source: Rumelhart, Hinton and Williams, "Learning representations by
back-propagating errors", Nature 323, 1986.
Left out: hooks on a layer inside another, autocast, torch.func transforms (but for RMSNorm).
"""
from typing import Any

import torch
from torch import nn

Tape = list[Any]  # tensors or None: a layer knows what it has pushed
Grads = list[Any]  # tensors or None, one an input, then one a weight


class Layer(nn.Module):
    """Base class of everything in minidl.nn; a layer of your own writes two methods.

    `twice_differentiable` says whether `backprop` may itself be differentiated: true
    where it starts from inputs and weights, not from what was computed on the way there.
    Where it is false, a second derivative (create_graph=True) raises a RuntimeError.
    """

    twice_differentiable = True
    _modules: dict[str, Any]  # Layers all of them, where torch has modules or None

    # *Any and **Any together stand for any inputs: a layer of your own says which it takes
    def compute(self, tape: Tape, *inputs: Any, **_: Any) -> torch.Tensor:
        """Return y, having pushed onto the list `tape` what `backprop` will pop: tensors or None."""
        raise NotImplementedError(f"{type(self).__name__}.compute")

    def backprop(self, tape: Tape, grad: Any, need_input: bool = True) -> Grads:
        """Return a list of gradients: one an input, then one a weight, as `weights` has them.

        grad is dL/dy, a tensor; a loss takes a number too.  Without `need_input`, the inputs' gradients may be None.
        """
        raise NotImplementedError(f"{type(self).__name__}.backprop")

    def weights(self) -> list[nn.Parameter]:
        """Return the list of parameters: the layer's own, then those of the layers inside it."""
        own = [weight for weight in self._parameters.values() if weight is not None]
        for part in self._modules.values():  # children() would leave out repetitions
            own += part.weights()
        return own

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        """Return y, known to torch's autograd."""
        y: torch.Tensor = _Node.apply(  # type: ignore[no-untyped-call]  # torch's apply has no types
            self, len(inputs), *inputs, *self.weights())
        return y


class _Node(torch.autograd.Function):
    """Where a layer meets torch's autograd."""

    @staticmethod
    def forward(ctx: Any, layer: Layer, n_inputs: int, *inputs_and_weights: torch.Tensor) -> torch.Tensor:
        tape: Tape = []
        y = layer.compute(tape, *inputs_and_weights[:n_inputs])
        ctx.layer, ctx.n_inputs = layer, n_inputs
        ctx.save_for_backward(*tape)
        return y

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[Any, ...]:
        layer: Layer = ctx.layer
        if torch.is_grad_enabled() and not layer.twice_differentiable:
            raise RuntimeError(f"{type(layer).__name__}: differentiates once, got create_graph=True")
        need_input = any(ctx.needs_input_grad[2:2 + ctx.n_inputs])
        return None, None, *layer.backprop(list(ctx.saved_tensors), grad, need_input)
