"""Back-propagation: the loss of a batch, and dL/dw in the `grad` of every weight.

There are two ways to compute the same gradients.  If model and loss are minidl layers, they
apply their own chain rule: the forward pass fills a tape, the backward pass empties it.
For any other model or loss, or with hooks, torch's autograd computes the gradients.

The tape is the faster way.  A step of HW1's experiment 3 took 2.3 ms with the tape, 2.7 ms
with the model as one node of autograd's graph, and 3.4 ms with a node per layer (CPU time
on one thread, printed by `python -m tests.benchmarks training`).
"""
from collections.abc import Callable, Sequence

import torch
from torch import nn

from minidl.checks import require
from minidl.nn.dtypes import cast
from minidl.nn.layer import Layer, Tape, is_plain

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def backpropagate(model: nn.Module, loss: Loss, inputs: Sequence[torch.Tensor], target: torch.Tensor) -> torch.Tensor:
    """Return loss(model(*inputs), target), and set the `grad` of each weight to dL/dw.

    Args:
        model: a torch module, called with the tensors in `inputs`.
        loss: called with the model's output and `target`; returns a 0-dimensional tensor.

    Differs from loss.backward(): gradients replace those of earlier calls, they are not added.
    """
    require(isinstance(model, nn.Module), "model", "must be a torch module", model, TypeError)
    require(callable(loss), "loss", "must be a function or a module", loss, TypeError)
    tensors = isinstance(inputs, (tuple, list)) and all(isinstance(x, torch.Tensor) for x in inputs)
    require(tensors, "inputs", "must be a tuple or list of tensors", inputs, TypeError)
    require(isinstance(target, torch.Tensor), "target", "must be a tensor", target, TypeError)
    if not (isinstance(model, Layer) and isinstance(loss, Layer) and is_plain(model) and is_plain(loss)):
        model.zero_grad()
        value = loss(model(*inputs), target)
        require(isinstance(value, torch.Tensor) and value.numel() == 1, "loss", "must return one number as a tensor",
                value, TypeError)
        value.backward()
        return value.detach()

    tape: Tape = []
    weights = model.weights()
    for weight in weights:
        weight.grad = None
    with torch.no_grad():
        value = loss.compute(tape, model.compute(tape, *inputs), target)
        grad, _ = loss.backprop(tape, 1.0)
        weight_grads = model.backprop(tape, grad, need_input=False)[len(inputs):]
    for weight, weight_grad in zip(weights, weight_grads):
        if weight.requires_grad:  # a weight that occurs twice gets the sum
            weight_grad = cast(weight_grad, weight.dtype)  # under autocast it may have another
            weight.grad = weight_grad if weight.grad is None else weight.grad + weight_grad
    return value
