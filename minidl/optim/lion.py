"""Lion, evolved sign momentum: each step moves every weight by lr, up or down.

    update   = sign(interp(gradient, momentum, beta1))
    momentum = interp(gradient, momentum, beta2)
    update   = update + weight_decay * weight
    weight   = weight - lr * update               interp(x, y, a) = (1 - a) x + a y

With beta1 < beta2, the update gives the gradient more weight than the momentum does.
A step has size lr for any gradient.  So choose lr 3 to 10 times smaller than for
AdamW, and weight_decay larger by the same factor: lr * weight_decay stays the same.

Source: Chen et al., "Symbolic Discovery of Optimization Algorithms", 2023, arXiv 2302.06675.
"""
import torch

from minidl.checks import check_flags, require
from minidl.optim import lion_blocks
from minidl.optim.optimizer import Group, Optimizer, Params, check_rate, described, is_number
from minidl.tensors import check_tensors


def interp(x: torch.Tensor, y: torch.Tensor, a: float) -> torch.Tensor:
    """Return (1 - a) x + a y, in one operation.

    >>> interp(torch.tensor(1.0), torch.tensor(3.0), 0.75)
    tensor(2.5000)
    """
    return torch.lerp(y, x, 1 - a)


def lion_update(weight: torch.Tensor, gradient: torch.Tensor, momentum: torch.Tensor, *, lr: float, beta1: float,
                beta2: float, weight_decay: float = 0.0) -> tuple[torch.Tensor, torch.Tensor]:
    """Return (weight, momentum) after one step, as new tensors; all tensors have the same shape.

    Before the first step the momentum is 0, so that step follows the sign of the gradient:

    >>> w, m = lion_update(torch.tensor([1.0]), torch.tensor([-0.5]), torch.tensor([0.0]), lr=0.5, beta1=0.9, beta2=0.5)
    >>> w.item(), m.item()
    (1.5, -0.25)
    """
    check_rate("lr", lr)
    check_rate("weight_decay", weight_decay)
    check_beta("beta1", beta1)
    check_beta("beta2", beta2)
    check_tensors(weight=[weight], gradient=[gradient], momentum=[momentum])
    update = interp(gradient, momentum, beta1).sign()
    momentum = interp(gradient, momentum, beta2)
    update = update.add(weight, alpha=weight_decay)  # update + weight_decay * weight
    weight = weight.add(update, alpha=-lr)  # weight - lr * update
    return weight, momentum


def update_together(weights: list[torch.Tensor], gradients: list[torch.Tensor], momenta: list[torch.Tensor], *,
                    lr: float, beta1: float, beta2: float, weight_decay: float) -> None:
    """Do lion_update in place for lists of tensors, each operation as one call for the whole list."""
    updates = torch._foreach_lerp(momenta, gradients, 1 - beta1)
    torch._foreach_sign_(updates)
    torch._foreach_lerp_(momenta, gradients, 1 - beta2)
    if weight_decay:
        torch._foreach_add_(updates, weights, alpha=weight_decay)
    torch._foreach_add_(weights, updates, alpha=-lr)


def check_beta(name: str, value: float) -> None:
    """Raise a TypeError if the value is not a number, a ValueError unless it is in [0, 1)."""
    require(is_number(value), name, "must be a number", value, TypeError)
    require(0 <= value < 1, name, "must be in [0, 1)", value)


class Lion(Optimizer):
    """Lion as a torch optimiser.

    Args:
        params: parameters, or parameter groups.
        lr: learning rate, at least 0.
        betas: (beta1, beta2), each in [0, 1).
        weight_decay: decoupled, at least 0: each step shrinks the weights by the factor 1 - lr * weight_decay.
        maximize: whether to maximise the loss instead of minimising it.

    Parameters may have any real dtype.  state[weight]["exp_avg"] is the momentum, in the
    weight's dtype, as in lion-pytorch; state_dicts can be exchanged with lion-pytorch.
    If the weight's dtype or device changes, as by model.bfloat16(), the momentum follows.

    >>> weight = torch.nn.Parameter(torch.tensor([1.0]))
    >>> optimizer = Lion([weight], lr=0.5)
    >>> weight.square().sum().backward()
    >>> optimizer.step()
    >>> weight.item()
    0.5
    """

    state_names = ("exp_avg",)

    def __init__(self, params: Params, lr: float = 1e-4, betas: tuple[float, float] = (0.9, 0.99),
                 weight_decay: float = 0.0, *, maximize: bool = False) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay, "maximize": maximize})

    def check(self, group: Group) -> None:
        check_rate("lr", group["lr"])
        check_rate("weight_decay", group["weight_decay"])
        check_flags(maximize=group.get("maximize", False))
        betas = group["betas"]
        pair = isinstance(betas, (tuple, list)) and len(betas) == 2
        if pair and not all(map(is_number, betas)):
            raise TypeError(f"betas: must be two numbers, got {described(betas)}")
        if not (pair and all(0 <= beta < 1 for beta in betas)):
            raise ValueError(f"betas: must be two numbers in [0, 1), got {betas}")

    def update(self, group: Group, weights: list[torch.Tensor], grads: list[torch.Tensor]) -> None:
        """Update each weight in one of three ways, which give the same bits: together, in blocks, or by lion_update."""
        beta1, beta2 = group["betas"]
        settings = {"lr": group["lr"], "beta1": beta1, "beta2": beta2, "weight_decay": group["weight_decay"]}
        if group.get("maximize"):  # groups from lion-pytorch have no such key
            grads = [-grad for grad in grads]
        small = []
        for weight, gradient in zip(weights, grads):
            momentum = self._momentum(weight)
            if not lion_blocks.is_large(weight):
                small.append((weight, gradient, momentum))
            elif lion_blocks.applies(weight, gradient, momentum):
                lion_blocks.update(weight, gradient, momentum, **settings)
            else:
                new_weight, new_momentum = lion_update(weight, gradient, momentum, **settings)
                weight.copy_(new_weight)
                momentum.copy_(new_momentum)
        if small:
            update_together(*map(list, zip(*small)), **settings)

    def _momentum(self, weight: torch.Tensor) -> torch.Tensor:
        """Return the momentum of a weight, in the weight's dtype; zeros before its first step."""
        state = self.state[weight]
        momentum: torch.Tensor = state["exp_avg"] if state else torch.zeros_like(weight)
        momentum = state["exp_avg"] = momentum.to(weight)
        return momentum
