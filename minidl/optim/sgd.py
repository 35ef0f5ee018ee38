"""Stochastic gradient descent with weight decay.

    w <- w - lr * (g + weight_decay * w)

The decay is the gradient of weight_decay / 2 * ||w||^2, a penalty added to the loss.

Source: Robbins and Monro, "A Stochastic Approximation Method", Annals of
Mathematical Statistics 22, 1951.
Left out: momentum, dampening, Nesterov's step.
"""
import math

import torch
from torch.optim import Optimizer


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

    Differs from torch: no momentum; dense gradients only.
    """

    def __init__(self, params, lr=1e-3, *, weight_decay=0.0):
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay})

    def add_param_group(self, param_group):
        super().add_param_group(param_group)
        for name in ("lr", "weight_decay"):
            value = self.param_groups[-1][name]
            if not 0 <= value < math.inf:
                raise ValueError(f"{name}: must be finite and at least 0, got {value}")

    @torch.no_grad()
    def step(self, closure=None):
        """Update every weight that has a gradient; return the closure's loss, if there is one."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            weights = [weight for weight in group["params"] if weight.grad is not None]
            grads = [weight.grad for weight in weights]
            if weights:
                sgd_update(weights, grads, lr=group["lr"], weight_decay=group["weight_decay"])
        return loss
