"""Stochastic gradient descent with weight decay.

    w <- w - lr * (g + weight_decay * w)

weight_decay * w is the gradient of the penalty weight_decay / 2 * ||w||^2, added to the loss.

Source: Robbins and Monro, "A Stochastic Approximation Method", Annals of
Mathematical Statistics 22, 1951.
Left out: momentum, dampening, Nesterov momentum.
"""
import torch

from minidl.optim.optimizer import Group, Optimizer, Params, check_rate
from minidl.tensors import check_tensors


def sgd_update(weights: list[torch.Tensor], grads: list[torch.Tensor], *, lr: float, weight_decay: float = 0.0) -> None:
    """Update a list of tensors in place, given the list of their gradients; the gradients are not modified."""
    check_rate("lr", lr)
    check_rate("weight_decay", weight_decay)
    try:
        if not weight_decay:
            torch._foreach_add_(weights, grads, alpha=-lr)
            return
        for weight, grad in zip(weights, grads, strict=True):  # one by one, so that only one temporary exists
            weight.add_(torch.add(grad, weight, alpha=weight_decay), alpha=-lr)
    except (TypeError, ValueError, RuntimeError):
        check_tensors(weights=weights, grads=grads)  # costs nothing in a good step
        raise


class SGD(Optimizer):
    """torch.optim.SGD by hand; the weights are equal bit for bit.

    Args:
        params: parameters, or parameter groups.
        lr: learning rate, at least 0.
        weight_decay: coefficient of the penalty, at least 0.

    Differs from torch: no momentum; only dense, real gradients.
    """

    def __init__(self, params: Params, lr: float = 1e-3, *, weight_decay: float = 0.0) -> None:
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay})

    def check(self, group: Group) -> None:
        check_rate("lr", group["lr"])
        check_rate("weight_decay", group["weight_decay"])

    def update(self, group: Group, weights: list[torch.Tensor], grads: list[torch.Tensor]) -> None:
        sgd_update(weights, grads, lr=group["lr"], weight_decay=group["weight_decay"])
