"""Linear layer.

    y = x W^T + b
    dL/dx = g W        dL/dW = g^T x        dL/db = sum of the rows of g,        g = dL/dy

Initial weights and biases: uniform in +-1 / sqrt(in_features), as in torch.nn.Linear.
"""
import math

import torch
from torch import nn

from minidl.checks import check_count, check_flags
from minidl.nn.layer import Device, Grads, Layer, Tape
from minidl.tensors import check_factory, check_floating, check_generator


def linear(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
    """Return x W^T + b, (..., H), for x (..., D), weight (H, D), bias (H,) or None."""
    if bias is None:
        return x @ weight.t()
    if x.ndim == 2:
        return torch.addmm(bias, x, weight.t())  # one operation instead of two
    y = x @ weight.t()
    return y + bias.to(y.dtype)  # under autocast y has another dtype than the bias


def linear_backward(grad: torch.Tensor, x: torch.Tensor, weight: torch.Tensor, need_input: bool = True
                    ) -> tuple[torch.Tensor | None, torch.Tensor, torch.Tensor]:
    """Return (dL/dx or None, dL/dW, dL/db) for grad = dL/dy (..., H)."""
    grad_x = grad @ weight if need_input else None
    if grad.ndim != 2:
        grad, x = grad.reshape(-1, grad.shape[-1]), x.reshape(-1, x.shape[-1])  # (B, H), (B, D)
    return grad_x, grad.t() @ x, grad.sum(0)


class Linear(Layer):
    """torch.nn.Linear by hand: weight (out_features, in_features), bias (out_features,).

    Args:
        in_features, out_features: sizes D and H.
        bias: whether to add b.
        generator: torch.Generator for the initial values; None means torch's global one.
        device, dtype: of weight and bias.

    Input (..., D), output (..., H), any floating dtype and device.

    >>> layer = Linear(2, 1)
    >>> _ = layer.load_state_dict({"weight": torch.tensor([[2., -1.]]), "bias": torch.tensor([3.])})
    >>> layer(torch.tensor([[4., 5.]])).tolist()
    [[6.0]]
    """

    bias: nn.Parameter | None

    def __init__(self, in_features: int, out_features: int, bias: bool = True, *,
                 generator: torch.Generator | None = None, device: Device = None, dtype: torch.dtype | None = None
                 ) -> None:
        super().__init__()
        check_count("in_features", in_features)
        check_count("out_features", out_features)
        check_flags(bias=bias)
        check_generator(generator)
        check_factory(device, dtype)
        self.in_features, self.out_features = in_features, out_features
        self.weight = nn.Parameter(torch.empty(out_features, in_features, device=device, dtype=dtype))
        self.register_parameter("bias", nn.Parameter(self.weight.new_empty(out_features)) if bias else None)
        self.reset_parameters(generator)

    @torch.no_grad()
    def reset_parameters(self, generator: torch.Generator | None = None) -> None:
        """Draw the initial weights and biases again."""
        bound = 1 / math.sqrt(self.in_features)
        for parameter in self._parameters.values():
            if parameter is not None:
                parameter.uniform_(-bound, bound, generator=generator)

    def compute(self, tape: Tape, x: torch.Tensor) -> torch.Tensor:
        check_floating("x", x)
        if x.shape[-1:] != (self.in_features,):
            raise ValueError(f"x: must have {self.in_features} features in the last dimension, got {tuple(x.shape)}")
        weight = self.weight
        if x.dtype != weight.dtype and not torch.is_autocast_enabled(x.device.type):
            raise TypeError(f"x: must have the weight's dtype {weight.dtype}, got {x.dtype}; x.to or layer.to casts")
        tape.append((x, weight))
        return linear(x, weight, self.bias)

    def backprop(self, tape: Tape, grad: torch.Tensor, need_input: bool = True) -> Grads:
        x, weight = tape.pop()
        grad_x, grad_weight, grad_bias = linear_backward(grad, x, weight, need_input)
        return [grad_x, grad_weight] if self.bias is None else [grad_x, grad_weight, grad_bias]

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"
