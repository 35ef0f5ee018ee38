"""Root mean square normalisation: each row is divided by its root mean square.

    r = 1 / sqrt(mean(x^2) + eps)        y = x r weight          the mean is over the D features of a row

    dL/dweight = sum of g x r            over the rows,          g = dL/dy
    dL/dx = r (g weight - x r^2 mean(g weight x))

pRMSNorm takes the mean of x^2 over the first k = max(1, floor(partial * D)) features.
Then r depends on those k features alone: the second term of dL/dx applies only to them,
and its mean becomes a sum over all D features divided by k.

rmsnorm_blocks computes the same values faster, if its conditions hold.

Source: Zhang and Sennrich, "Root Mean Square Layer Normalization", 2019, arXiv 1910.07467.
"""
import math
from collections.abc import Sequence

import torch
from torch import nn

from minidl.checks import check_flags, check_rate, check_share, is_whole, require
from minidl.nn import rmsnorm_blocks
from minidl.nn.dtypes import cast, wide
from minidl.nn.layer import Device, Grads, Layer, Tape
from minidl.tensors import check_factory, check_floating


def rms_norm(x: torch.Tensor, weight: torch.Tensor | None, eps: float, k: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return y (..., D) and r (..., 1) for x (..., D), weight (D,) or None; r uses the first k features.

    r is 1 / sqrt((9 + 16) / 2):

    >>> rms_norm(torch.tensor([3., 4.]), torch.tensor([1., 10.]), eps=0, k=2)
    (tensor([ 0.8485, 11.3137]), tensor([0.2828]))
    """
    r = (x[..., :k].square().mean(-1, keepdim=True) + eps).rsqrt()
    y = x * r if weight is None else x * r * weight
    return y, r


def rms_norm_backward(grad: torch.Tensor, x: torch.Tensor, weight: torch.Tensor | None, r: torch.Tensor, k: int
                      ) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Return (dL/dx, dL/dweight or None) for grad = dL/dy and x (..., D), weight (D,) or None, r (..., 1)."""
    grad_normed = grad if weight is None else grad * weight  # dL/d(x r)
    through_r = x[..., :k] * ((grad_normed * x).sum(-1, keepdim=True) * r * r / k)  # (..., k)
    grad_x = r * torch.cat([grad_normed[..., :k] - through_r, grad_normed[..., k:]], -1)
    return grad_x, None if weight is None else (grad * x * r).reshape(-1, x.shape[-1]).sum(0)


def shaped(tensor: torch.Tensor, shape: Sequence[int]) -> torch.Tensor:
    """Return the tensor in this shape; if it has the shape, the same object, because a reshape takes a microsecond."""
    return tensor if tensor.shape == shape else tensor.reshape(shape)


class RMSNorm(Layer):
    """torch.nn.RMSNorm by hand, and the paper's pRMSNorm.

    Args:
        normalized_shape: int or tuple, the last dimensions of x; their product is D.
        eps: added to the mean square, at least 0.
        elementwise_affine: whether there is a `weight` of that shape, initially 1.
        partial: fraction of the features that estimates the mean square, in (0, 1].
        device, dtype: of the weight.

    Input and output (..., *normalized_shape), float32, float64, bfloat16 or float16.
    bfloat16 and float16 are cast to float32 for the computation; the result is cast
    back once, after the weight.  Works under the transforms of torch.func.

    Differs from torch: the default eps is 1e-6 (torch: the machine epsilon of x's
    dtype); torch has no `partial`.

    >>> RMSNorm(2, eps=0)(torch.tensor([3., 4.]))
    tensor([0.8485, 1.1314], grad_fn=<LayerNodeBackward>)
    """

    weight: nn.Parameter | None

    def __init__(self, normalized_shape: int | Sequence[int], eps: float = 1e-6, elementwise_affine: bool = True, *,
                 partial: float = 1.0, device: Device = None, dtype: torch.dtype | None = None) -> None:
        super().__init__()
        sizes = normalized_shape if isinstance(normalized_shape, Sequence) else (normalized_shape,)
        rule = "must be a size or a tuple of sizes, each at least 1"
        require(all(map(is_whole, sizes)), "normalized_shape", rule, normalized_shape, TypeError)
        require(bool(sizes) and min(sizes) >= 1, "normalized_shape", rule, normalized_shape)
        shape = tuple(map(int, sizes))
        check_rate("eps", eps)
        check_factory(device, dtype)
        check_flags(elementwise_affine=elementwise_affine)
        check_share("partial", partial)
        require(partial > 0, "partial", "must be in (0, 1]", partial)
        self.normalized_shape, self.eps, self.partial = shape, eps, partial
        self.elementwise_affine = elementwise_affine
        self.features = math.prod(shape)
        self.k = max(1, math.floor(partial * self.features))  # how many features estimate the mean square
        weight = nn.Parameter(torch.empty(shape, device=device, dtype=dtype)) if elementwise_affine else None
        self.register_parameter("weight", weight)
        self.reset_parameters()

    @torch.no_grad()
    def reset_parameters(self) -> None:
        """Set the weight to 1."""
        if self.weight is not None:
            self.weight.fill_(1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # type: ignore[override]  # a Layer may have several inputs
        if torch._C._are_functorch_transforms_active():  # they transform each operation of `compute`
            return self.compute([], x)
        return super().forward(x)

    def compute(self, tape: Tape, x: torch.Tensor) -> torch.Tensor:
        own_weight = self.weight
        x_, weight = self._flat(x, own_weight)
        if weight is not None and rmsnorm_blocks.applies(x, weight):
            y, r = rmsnorm_blocks.forward(self._rows(x), weight, self.eps, self.k)
        else:
            y, r = rms_norm(x_, weight, self.eps, self.k)
            y = y.to(x.dtype)
        tape.append((x, own_weight, r))
        return shaped(y, x.shape)

    def backprop(self, tape: Tape, grad: torch.Tensor, need_input: bool = True) -> Grads:
        x, weight, r = tape.pop()
        x_, flat_weight = self._flat(x, weight)
        grad_weight: torch.Tensor | None
        if flat_weight is not None and rmsnorm_blocks.applies(x, flat_weight):
            grad_ = cast(self._rows(grad), x.dtype)
            grad_x, grad_weight = rmsnorm_blocks.backward(grad_, self._rows(x), flat_weight, r, self.k)
        else:
            if torch.is_grad_enabled():  # double backward: autograd must see r as a function of x
                _, r = rms_norm(x_, flat_weight, self.eps, self.k)
            grad_x, grad_weight = rms_norm_backward(grad.reshape(x_.shape).to(x_.dtype), x_, flat_weight, r, self.k)
            grad_x = grad_x.to(x.dtype)
        grad_x = shaped(grad_x, x.shape)
        return [grad_x] if grad_weight is None else [grad_x, shaped(grad_weight, weight.shape).to(weight.dtype)]

    def _flat(self, x: torch.Tensor, weight: torch.Tensor | None) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Return x as (..., D), cast to float32 if it is in bfloat16 or float16, and weight as (D,) or None."""
        check_floating("x", x)
        axes = len(self.normalized_shape)
        if x.shape[-axes:] != self.normalized_shape:
            raise ValueError(f"x: must end in {self.normalized_shape}, got {tuple(x.shape)}")
        x = x if axes == 1 else x.flatten(-axes)
        return wide(x), None if weight is None else shaped(weight, (self.features,))

    def _rows(self, x: torch.Tensor) -> torch.Tensor:
        """Return x as (N, D)."""
        return shaped(x, (x.numel() // self.features, self.features))

    def extra_repr(self) -> str:
        text = f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"
        return text if self.partial == 1 else f"{text}, partial={self.partial}"
