"""Stochastic gradient descent with weight decay.

    w <- w - lr * (g + weight_decay * w)

The decay is the gradient of weight_decay / 2 * ||w||^2, a penalty added to the loss.

Source: Robbins and Monro, "A Stochastic Approximation Method", Annals of
Mathematical Statistics 22, 1951.
Left out: momentum, dampening, Nesterov's step.
"""
import torch

from minidl.optim.optimizer import Optimizer, check_rate


def sgd_update(weights, grads, *, lr, weight_decay=0.0):
    """Update a list of tensors in place, given the list of their gradients (left as they are)."""
    if weight_decay:
        grads = torch._foreach_add(grads, weights, alpha=weight_decay)
    torch._foreach_add_(weights, grads, alpha=-lr)


class SGD(Optimizer):
    """torch.optim.SGD by hand, equal to it bit for bit.

    Args:
        params: parameters, or parameter groups.
        lr: learning rate, at least 0.
        weight_decay: coefficient of the penalty, at least 0.

    Differs from torch: no momentum; dense and real gradients only.
    """

    def __init__(self, params, lr=1e-3, *, weight_decay=0.0):
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay})

    def check(self, group):
        check_rate("lr", group["lr"])
        check_rate("weight_decay", group["weight_decay"])

    def update(self, group, weights, grads):
        sgd_update(weights, grads, lr=group["lr"], weight_decay=group["weight_decay"])
