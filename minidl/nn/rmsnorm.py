"""Root mean square normalisation: each row divided by its own size.

    r = 1 / sqrt(mean(x^2) + eps)        y = x r * weight        over the D features of a row

    dL/dweight = sum of g x r            over the rows
    dL/dx = r (g weight - x r^2 mean(g weight x))

pRMSNorm estimates the mean from the first k = max(1, floor(partial * D)) features;
the second term, which says how x moves r, is then theirs alone, its mean a sum over
all D features divided by k.

Source: Zhang and Sennrich, "Root Mean Square Layer Normalization", 2019, arXiv 1910.07467.
"""
import math
from collections.abc import Sequence
from numbers import Integral, Real

import torch
from torch import nn

from minidl.nn import rmsnorm_blocks
from minidl.nn.layer import Grads, Layer, Tape

HALVES = (torch.bfloat16, torch.float16)


def reciprocal_rms(x: torch.Tensor, eps: float, k: int) -> torch.Tensor:
    """Return r (..., 1) for x (..., D), from the first k features."""
    return (x[..., :k].square().mean(-1, keepdim=True) + eps).rsqrt()


def rms_norm_backward(grad: torch.Tensor, x: torch.Tensor, weight: torch.Tensor | None, r: torch.Tensor, k: int
                      ) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Return (dL/dx, dL/dweight or None) for grad = dL/dy and x (..., D), weight (D,) or None, r (..., 1)."""
    scaled = grad if weight is None else grad * weight
    moved = x[..., :k] * ((scaled * x).sum(-1, keepdim=True) * r * r / k)  # (..., k)
    grad_x = r * torch.cat([scaled[..., :k] - moved, scaled[..., k:]], -1)
    return grad_x, None if weight is None else (grad * x * r).reshape(-1, x.shape[-1]).sum(0)


def shaped(tensor: torch.Tensor, shape: Sequence[int]) -> torch.Tensor:
    """Return the tensor in this shape; the very same one where it has it."""
    return tensor if tensor.shape == shape else tensor.reshape(shape)


class RMSNorm(Layer):
    """torch.nn.RMSNorm by hand, and the paper's pRMSNorm.

    Args:
        normalized_shape: int or tuple, the last dimensions of x; D features in all.
        eps: added to the mean square, at least 0.
        elementwise_affine: whether there is a `weight` of that shape, at first 1.
        partial: share of the features that estimates the RMS, in (0, 1].

    Input and output (..., *normalized_shape), float32, float64, bfloat16 or float16.
    The halves are cast to float32, and back once, after the weight.  Works under
    torch.func's transforms.

    Differs from torch: eps is the number 1e-6 (there, by default, the machine epsilon
    of x's dtype); `partial`.

    r is 1 / sqrt((9 + 16) / 2):

    >>> RMSNorm(2, eps=0)(torch.tensor([3., 4.]))
    tensor([0.8485, 1.1314], grad_fn=<_NodeBackward>)
    """

    weight: nn.Parameter | None

    def __init__(self, normalized_shape: int | Sequence[int], eps: float = 1e-6, elementwise_affine: bool = True, *,
                 partial: float = 1.0) -> None:
        super().__init__()
        shape = (int(normalized_shape),) if isinstance(normalized_shape, (int, Integral)) else tuple(normalized_shape)
        if not shape or min(shape) < 1:
            raise ValueError(f"normalized_shape: must be of sizes at least 1, got {normalized_shape}")
        if not (isinstance(eps, (float, Real)) and 0 <= eps < math.inf):
            raise ValueError(f"eps: must be finite and at least 0, got {eps}")
        if not 0 < partial <= 1:
            raise ValueError(f"partial: must be in (0, 1], got {partial}")
        self.normalized_shape, self.eps, self.partial = shape, eps, partial
        self.elementwise_affine = elementwise_affine
        self.features = math.prod(shape)
        self.estimating = max(1, math.floor(partial * self.features))
        self.register_parameter("weight", nn.Parameter(torch.ones(shape)) if elementwise_affine else None)

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # type: ignore[override]  # a Layer may have several inputs
        if torch._C._are_functorch_transforms_active():  # which transform its operations one by one
            return self.compute([], x)
        return super().forward(x)

    def compute(self, tape: Tape, x: torch.Tensor) -> torch.Tensor:
        x_, weight = self._flat(x, self.weight)
        if weight is not None and rmsnorm_blocks.usable(x, weight):
            y, r = rmsnorm_blocks.forward(self._rows(x), weight, self.eps, self.estimating)
        else:
            r = reciprocal_rms(x_, self.eps, self.estimating)
            y = (x_ * r if weight is None else x_ * r * weight).to(x.dtype)
        tape += (x, self.weight, r)
        return shaped(y, x.shape)

    def backprop(self, tape: Tape, grad: torch.Tensor, need_input: bool = True) -> Grads:
        r, weight, x = tape.pop(), tape.pop(), tape.pop()
        x_, flat_weight = self._flat(x, weight)
        grad_weight: torch.Tensor | None
        if flat_weight is not None and rmsnorm_blocks.usable(x, flat_weight):
            grad_x, grad_weight = rmsnorm_blocks.backward(
                self._rows(grad), self._rows(x), flat_weight, r, self.estimating)
        else:
            if torch.is_grad_enabled():  # the gradient will be differentiated: r is a function of x again
                r = reciprocal_rms(x_, self.eps, self.estimating)
            grad_x, grad_weight = rms_norm_backward(
                grad.reshape(x_.shape).to(x_.dtype), x_, flat_weight, r, self.estimating)
            grad_x = grad_x.to(x.dtype)
        grad_x = shaped(grad_x, x.shape)
        return [grad_x] if grad_weight is None else [grad_x, shaped(grad_weight, weight.shape).to(weight.dtype)]

    def _flat(self, x: torch.Tensor, weight: torch.Tensor | None) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Return x as (..., D), the halves as float32, and weight as (D,) or None."""
        axes = len(self.normalized_shape)
        if x.shape[-axes:] != self.normalized_shape:
            raise ValueError(f"x: must end in {self.normalized_shape}, got {tuple(x.shape)}")
        if not x.is_floating_point():
            raise TypeError(f"x: must be of a floating dtype, got {x.dtype}")
        x = x if axes == 1 else x.flatten(-axes)
        return x.float() if x.dtype in HALVES else x, None if weight is None else shaped(weight, (self.features,))

    def _rows(self, x: torch.Tensor) -> torch.Tensor:
        """Return x as (N, D)."""
        return shaped(x, (x.numel() // self.features, self.features))

    def extra_repr(self) -> str:
        text = f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"
        return text if self.partial == 1 else f"{text}, partial={self.partial}"
