"""RMSNorm's forward and backward pass, fast: the formulas of minidl.nn.rmsnorm, block by block.

A block of rows fits into the processor's cache, so each number is read from memory and
written to memory once.  Sums over features or rows are matrix-vector products.
"""
from collections.abc import Sequence

import torch

BLOCK = 1 << 17  # numbers per block: half a MiB in float32


def applies(x: torch.Tensor, weight: torch.Tensor) -> bool:
    """Return whether the fast path applies: CPU, one dtype (float32 or float64), no double backward."""
    return (x.dtype == weight.dtype and x.dtype in (torch.float32, torch.float64) and x.device.type == "cpu"
            and not torch.is_grad_enabled())


def blocks(*tensors: torch.Tensor) -> Sequence[tuple[torch.Tensor, ...]]:
    """Return a sequence of tuples, one per block of rows, each with that block of every tensor."""
    n, d = tensors[0].shape
    size = max(1, BLOCK // d)
    return [tensors] if n <= size else list(zip(*(tensor.split(size) for tensor in tensors)))


def first_features(x: torch.Tensor, k: int) -> torch.Tensor:
    """Return the first k features of x (N, D), as (N, k)."""
    return x if k == x.shape[1] else x[:, :k]


def forward(x: torch.Tensor, weight: torch.Tensor, eps: float, k: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return y (N, D) and r (N, 1) for x (N, D), weight (D,)."""
    y, r = torch.empty_like(x), x.new_empty(x.shape[0], 1)
    for x_, y_, r_ in blocks(x, y, r):
        torch.linalg.vector_norm(first_features(x_, k), dim=1, keepdim=True, out=r_)
        r_.square_().div_(k).add_(eps).rsqrt_()
        torch.mul(x_, r_, out=y_).mul_(weight)
    return y, r


def backward(grad: torch.Tensor, x: torch.Tensor, weight: torch.Tensor, r: torch.Tensor, k: int
             ) -> tuple[torch.Tensor, torch.Tensor]:
    """Return dL/dx (N, D) and dL/dweight (D,) for grad = dL/dy (N, D)."""
    grad_x, grad_weight = torch.empty_like(x), torch.zeros_like(weight)
    scratch = None
    for grad_, x_, r_, grad_x_ in blocks(grad, x, r, grad_x):
        if scratch is None or scratch.shape != x_.shape:
            scratch = torch.empty_like(x_)
        products = torch.mul(grad_, x_, out=scratch)
        grad_weight.addmv_(products.t(), r_.squeeze(1))
        through_r = torch.mv(products, weight).unsqueeze(1).mul_(r_).mul_(r_)  # (N, 1)
        torch.mul(grad_, weight, out=grad_x_)
        first_features(grad_x_, k).addcmul_(first_features(x_, k), through_r, value=-1 / k)
        grad_x_.mul_(r_)
    return grad_x, grad_weight
