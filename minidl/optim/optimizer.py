"""The base class of the optimisers: torch's Optimizer that checks its settings and collects the gradients."""
import inspect
import math
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any

import torch

from minidl.checks import MAX_SHOWN, is_real, require
from minidl.errors import first_line

# settings of torch's optimisers that change a step and that no optimiser here has: Adam's, SGD's, ASGD's, Rprop's
FOREIGN_SETTINGS = ("eps", "momentum", "lambd", "etas")
Group = dict[str, Any]  # a parameter group: "params" and the settings by name
Params = Iterable[torch.Tensor] | Iterable[Group]

# without the wrapper that loads torch's compiler, about 2 s in each process
torch_add_param_group = inspect.unwrap(torch.optim.Optimizer.add_param_group)


class Optimizer(torch.optim.Optimizer):
    """Base class; a new optimiser defines `check` and `update`, and names the tensors that it keeps for each weight."""

    state_names: tuple[str, ...] = ()

    def __init__(self, params: Params, defaults: dict[str, Any]) -> None:
        super().__init__(checked_params(params), defaults)

    def check(self, group: Group) -> None:
        """Raise a ValueError if a setting of the parameter group is out of range."""
        raise NotImplementedError(f"{type(self).__name__}.check")

    def update(self, group: Group, weights: list[torch.Tensor], grads: list[torch.Tensor]) -> None:
        """Take one step in place with the settings of `group`; grads[i] is the gradient of weights[i]."""
        raise NotImplementedError(f"{type(self).__name__}.update")

    def add_param_group(self, param_group: Group) -> None:
        torch_add_param_group(self, param_group)
        try:
            self.check(self.param_groups[-1])
        except (TypeError, ValueError):
            self.param_groups.pop()
            raise

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Load what `state_dict` of an optimiser of the same kind returned.

        Raises:
            ValueError: it comes from another kind of optimiser, or a setting is out of range; then nothing has changed.
        """
        name = type(self).__name__
        check_structure(state_dict)
        for number, group in enumerate(state_dict["param_groups"]):
            foreign = [key for key in FOREIGN_SETTINGS if key not in self.defaults and group.get(key)]
            missing = [key for key in self.required() if key not in group]
            if foreign or missing:
                raise ValueError(f"state_dict: must be that of {name}, got group {number} "
                                 f"{'with ' + foreign[0] if foreign else 'without ' + missing[0]}")
            self.check(group)
        for values in state_dict["state"].values():
            names = sorted(key for key, value in values.items() if value is not None)
            if names not in ([], sorted(self.state_names)):
                raise ValueError(f"state_dict: must be that of {name}, with {', '.join(self.state_names) or 'nothing'} "
                                 f"for each weight, got {', '.join(names)}")
        try:
            super().load_state_dict(state_dict)
        except ValueError as error:
            raise ValueError(f"state_dict: must have the groups and weights of this {name}, got others "
                             f"({first_line(error)})") from None

    def required(self) -> list[str]:
        """Return the names of the settings that every parameter group has: those that are numbers, not flags."""
        return [name for name, value in self.defaults.items() if not isinstance(value, bool)]

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every weight that has a gradient; return the closure's loss, or None without a closure.

        Raises:
            TypeError: a gradient is sparse or complex; then no weight has changed.
        """
        loss = None
        if closure is not None:
            require(callable(closure), "closure", "must be a function", closure, TypeError)
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


def checked_params(params: Params) -> Params:
    """Return the parameters or groups as a list; raise a TypeError if they are neither, a ValueError if there are none.

    Torch's Optimizer takes (name, parameter) pairs too; it checks what is in the groups.
    """
    valid = isinstance(params, Iterable) and not isinstance(params, (torch.Tensor, str, Mapping))
    rule = "must be parameters, or dicts with parameters, as model.parameters() returns them"
    require(valid, "params", rule, type(params).__name__, TypeError)
    items: list[Any] = list(params)
    require(bool(items), "params", "must be at least one", "none")
    for item in items:
        require(isinstance(item, (torch.Tensor, Mapping, tuple)), "params", rule, type(item).__name__, TypeError)
    return items


def check_structure(state_dict: Any) -> None:
    """Raise a TypeError unless the state_dict has the form of an optimiser's."""
    parts = state_dict if isinstance(state_dict, Mapping) else {}
    groups, state = parts.get("param_groups"), parts.get("state")
    valid = isinstance(groups, (list, tuple)) and isinstance(state, Mapping) and all(
        isinstance(part, Mapping) for part in [*groups, *state.values()]) and all("params" in group for group in groups)
    require(valid, "state_dict", "must be what an optimiser's state_dict() returned", state_dict, TypeError)


def check_grad(grad: torch.Tensor) -> None:
    """Raise a TypeError unless the gradient is dense and real."""
    if grad.layout != torch.strided:
        raise TypeError(f"grad: must be dense and real, got {grad.layout}")
    if grad.is_complex():
        raise TypeError(f"grad: must be dense and real, got {grad.dtype}")


def check_rate(name: str, value: float | torch.Tensor) -> None:
    """Raise a TypeError unless the value is a number or a tensor of one, a ValueError unless it is finite and >= 0."""
    if not is_number(value):
        raise TypeError(f"{name}: must be a number, got {described(value)}")
    if not 0 <= value < math.inf:
        raise ValueError(f"{name}: must be finite and at least 0, got {value}")


def is_number(value: Any) -> bool:
    """Return whether the value is a real number, a bool excepted, or a tensor of one."""
    return is_real(value) or (
        isinstance(value, torch.Tensor) and value.numel() == 1 and not value.is_complex())


def described(value: Any) -> str:
    """Return the type and the value as text.

    >>> described("1e-4"), described(None)
    ("str '1e-4'", 'NoneType')
    """
    return type(value).__name__ + ("" if value is None else f" {' '.join(repr(value).split())[:MAX_SHOWN]}")
