"""What the optimisers share: torch's Optimizer with its settings checked and its gradients collected."""
import math
from collections.abc import Callable, Iterable
from numbers import Real
from typing import Any

import torch

Group = dict[str, Any]  # a parameter group: "params" and the settings by name
Params = Iterable[torch.Tensor] | Iterable[Group]
Tensors = list[torch.Tensor] | tuple[torch.Tensor, ...]


class Optimizer(torch.optim.Optimizer):
    """Base class; an optimiser of your own writes `check` and `update`."""

    def check(self, group: Group) -> None:
        """Raise a ValueError where a setting of a parameter group is out of its range."""
        raise NotImplementedError(f"{type(self).__name__}.check")

    def update(self, group: Group, weights: Tensors, grads: Tensors) -> None:
        """Take one step in place, with the settings of `group`; weights and grads are lists of equal length."""
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
        """Update every weight that has a gradient; return the closure's loss, if there is one.

        Raises:
            TypeError: a gradient is sparse or complex; no weight has been changed then.
        """
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        found = [[(weight, weight.grad) for weight in group["params"] if weight.grad is not None]
                 for group in self.param_groups]
        for _, grad in sum(found, []):
            if grad.layout != torch.strided or grad.is_complex():
                kind = grad.dtype if grad.layout == torch.strided else grad.layout
                raise TypeError(f"grad: must be dense and real, got {kind}")
        for group, pairs in zip(self.param_groups, found):
            if pairs:
                self.update(group, *map(list, zip(*pairs)))
        return loss


def check_rate(name: str, value: float | torch.Tensor) -> None:
    """Raise a ValueError unless the value is finite and at least 0."""
    if not (isinstance(value, (float, Real, torch.Tensor)) and 0 <= value < math.inf):
        raise ValueError(f"{name}: must be finite and at least 0, got {value}")
