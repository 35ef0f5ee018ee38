"""A custom autograd Function: z = e^x + cos(y), with every method that torch can call.

    dz/dx = e^x        dz/dy = -sin(y)

    forward          computes the values
    setup_context    saves what the derivatives need; torch.func requires a method of its own for this
    backward         gradients: from dL/dz to dL/dx and dL/dy
    jvp              tangents: from (dx, dy) to dz, for forward-mode differentiation
    vmap             the same function over a batch dimension of either input

Every derivative needs e^x again.  setup_context sees only inputs and outputs, so
forward returns e^x as a second output; exp_cos returns only the first.

Source: the interface of torch.autograd.Function.
"""
from typing import Any

import torch

from minidl.tensors import check_floating

Pair = tuple[torch.Tensor, torch.Tensor]  # (x, y), or (z, e^x)


def exp_cos(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return e^x + cos(y), element by element.

    x, y: tensors of a real floating dtype, with shapes that broadcast.

    Raises:
        TypeError: an input is not a tensor, or its dtype is not real and floating.
        ValueError: the shapes do not broadcast.

    >>> x, y = torch.tensor(0., requires_grad=True), torch.tensor(0., requires_grad=True)
    >>> z = exp_cos(x, y)
    >>> z.backward()
    >>> z.item(), x.grad.item(), y.grad.item()
    (2.0, 1.0, -0.0)
    """
    z: torch.Tensor = ExpCos.apply(x, y)[0]  # type: ignore[no-untyped-call]  # torch's apply has no types
    return z


class ExpCos(torch.autograd.Function):
    """ExpCos.apply(x, y) returns (e^x + cos(y), e^x); see exp_cos."""

    @staticmethod
    def forward(x: torch.Tensor, y: torch.Tensor) -> Pair:
        check(x, y)
        exp = x.exp()
        return exp + y.cos(), exp

    @staticmethod
    def setup_context(ctx: Any, inputs: Pair, output: Pair) -> None:
        (_, y), (_, exp) = inputs, output
        ctx.save_for_backward(y, exp)
        ctx.save_for_forward(y, exp)
        ctx.set_materialize_grads(False)  # a zero gradient is passed as None

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor | None, grad_exp: torch.Tensor | None = None
                 ) -> tuple[torch.Tensor | None, torch.Tensor | None]:
        """Return (dL/dx, dL/dy), None if not needed; grad = dL/dz or None, grad_exp = dL/d(e^x) or None."""
        y, exp = ctx.saved_tensors
        need_x, need_y = ctx.needs_input_grad
        grad_x = grad_y = None
        if grad is not None:
            grad_x = sum_to(grad, exp) * exp if need_x else None
            grad_y = sum_to(grad, y) * -y.sin() if need_y else None
        if grad_exp is not None and need_x:
            through_exp = grad_exp * exp
            grad_x = through_exp if grad_x is None else grad_x + through_exp
        return grad_x, grad_y

    @staticmethod
    def jvp(ctx: Any, dx: torch.Tensor | None, dy: torch.Tensor | None) -> Pair:
        y, exp = ctx.saved_tensors
        d_exp = torch.zeros_like(exp) if dx is None else dx * exp
        d_cos = torch.zeros_like(y) if dy is None else dy * -y.sin()
        return d_exp + d_cos, d_exp

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, int | None], x: torch.Tensor, y: torch.Tensor
             ) -> tuple[Pair, tuple[int, int | None]]:
        rank = max(tensor.ndim - (dim is not None) for tensor, dim in zip((x, y), in_dims))
        x, y = (batch_first(tensor, dim, rank) for tensor, dim in zip((x, y), in_dims))
        pair: Pair = ExpCos.apply(x, y)  # type: ignore[no-untyped-call]  # torch's apply has no types
        return pair, (0, None if in_dims[0] is None else 0)


def check(x: torch.Tensor, y: torch.Tensor) -> None:
    """Raise a TypeError or ValueError if exp_cos is not defined for x and y."""
    for name, tensor in (("x", x), ("y", y)):
        check_floating(name, tensor)
    try:
        torch.broadcast_shapes(x.shape, y.shape)
    except RuntimeError:
        raise ValueError(f"x, y: must have shapes that broadcast, got {tuple(x.shape)} and {tuple(y.shape)}") from None


def sum_to(grad: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """Return the gradient in the shape and dtype of `like`: summed over the broadcast dimensions."""
    return grad.sum_to_size(like.shape).to(like.dtype)


def batch_first(tensor: torch.Tensor, dim: int | None, rank: int) -> torch.Tensor:
    """Return the tensor with batch dimension `dim` first and `rank` more dimensions; unchanged if `dim` is None."""
    if dim is None:
        return tensor
    tensor = tensor.movedim(dim, 0)
    ones = (1,) * (rank + 1 - tensor.ndim)
    return tensor.reshape(tensor.shape[:1] + ones + tensor.shape[1:])
