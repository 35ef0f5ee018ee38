"""Back-propagation: the loss of a batch, and its gradient left in every weight's `grad`.

Where model and loss are minidl's, the gradient is their own chain rule: forwards
along the layers with a tape, backwards along the tape.  Any other model or loss is
handed to torch's autograd, with the same result.
"""
from collections.abc import Callable, Sequence

import torch
from torch import nn

from minidl.nn.layer import Layer, Tape

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def backpropagate(model: nn.Module, loss: Loss, inputs: Sequence[torch.Tensor], target: torch.Tensor) -> torch.Tensor:
    """Return loss(model(*inputs), target); each weight's `grad` is replaced by dL/dw.

    Args:
        model: a torch module, called with `inputs`, a tuple of tensors.
        loss: called with the model's output and `target`; gives a 0-dimensional tensor.

    Differs from loss.backward(): gradients are set, not added to those of earlier calls.
    """
    if not (isinstance(model, Layer) and isinstance(loss, Layer)):
        model.zero_grad()
        value = loss(model(*inputs), target)
        value.backward()
        return value.detach()

    tape: Tape = []
    weights = model.weights()
    for weight in weights:
        weight.grad = None
    with torch.no_grad():
        value = loss.compute(tape, model.compute(tape, *inputs), target)
        grad, _ = loss.backprop(tape, 1.0)
        grads = model.backprop(tape, grad, need_input=False)[len(inputs):]
    for weight, grad in zip(weights, grads):
        if weight.requires_grad:  # a weight in two places gets the sum
            weight.grad = grad if weight.grad is None else weight.grad + grad
    return value
