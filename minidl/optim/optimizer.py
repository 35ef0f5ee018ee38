"""The base class of the optimisers: torch's Optimizer that checks its settings and collects the gradients."""
import math
from collections.abc import Callable, Iterable
from itertools import chain
from numbers import Real
from typing import Any

import torch

Group = dict[str, Any]  # a parameter group: "params" and the settings by name
Params = Iterable[torch.Tensor] | Iterable[Group]


class Optimizer(torch.optim.Optimizer):
    """Base class; a new optimiser defines `check` and `update`."""

    def check(self, group: Group) -> None:
        """Raise a ValueError if a setting of the parameter group is out of range."""
        raise NotImplementedError(f"{type(self).__name__}.check")

    def update(self, group: Group, weights: list[torch.Tensor], grads: list[torch.Tensor]) -> None:
        """Take one step in place with the settings of `group`; grads[i] is the gradient of weights[i]."""
        raise NotImplementedError(f"{type(self).__name__}.update")

    def add_param_group(self, param_group: Group) -> None:
        super().add_param_group(param_group)
        try:
            self.check(self.param_groups[-1])
        except (TypeError, ValueError):
            self.param_groups.pop()
            raise

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every weight that has a gradient; return the closure's loss, or None without a closure.

        Raises:
            TypeError: a gradient is sparse or complex; then no weight has changed.
        """
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        weights = [[weight for weight in group["params"] if weight.grad is not None] for group in self.param_groups]
        grads = [[weight.grad for weight in group_weights] for group_weights in weights]
        for grad in chain.from_iterable(grads):
            check_grad(grad)
        for group, group_weights, group_grads in zip(self.param_groups, weights, grads):
            if group_weights:
                self.update(group, group_weights, group_grads)
        return loss


def check_grad(grad: torch.Tensor) -> None:
    """Raise a TypeError unless the gradient is dense and real."""
    if grad.layout != torch.strided:
        raise TypeError(f"grad: must be dense and real, got {grad.layout}")
    if grad.is_complex():
        raise TypeError(f"grad: must be dense and real, got {grad.dtype}")


def check_rate(name: str, value: float | torch.Tensor) -> None:
    """Raise a ValueError unless the value is finite and at least 0."""
    if not (isinstance(value, (float, Real, torch.Tensor)) and 0 <= value < math.inf):
        raise ValueError(f"{name}: must be finite and at least 0, got {value}")
