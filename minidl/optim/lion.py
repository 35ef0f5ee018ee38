"""Lion, evolved sign momentum: every number of a weight moves by lr, up or down.

    update   = sign(interp(gradient, momentum, beta1))
    momentum = interp(gradient, momentum, beta2)
    update   = (update + weight_decay * weight) * lr
    weight   = weight - update                    interp(x, y, a) = (1 - a) x + a y

The direction looks at the gradient more than the momentum does: beta1 < beta2.  Since
a step has the size of lr whatever the gradient's, lr is to be 3 to 10 times smaller
than AdamW's, and weight_decay as much larger, so that lr * weight_decay stays.

Source: Chen et al., "Symbolic Discovery of Optimization Algorithms", 2023, arXiv 2302.06675.
"""
import torch

from minidl.optim.optimizer import Group, Optimizer, Params, Tensors, check_rate

BLOCK = 1 << 17  # numbers in a block: weight, gradient, momentum and update then stay in the processor's cache


def interp(x: torch.Tensor, y: torch.Tensor, a: float) -> torch.Tensor:
    """Return (1 - a) x + a y."""
    return (1 - a) * x + a * y


def lion_update(weight: torch.Tensor, gradient: torch.Tensor, momentum: torch.Tensor, *, lr: float, beta1: float,
                beta2: float, weight_decay: float = 0.0) -> tuple[torch.Tensor, torch.Tensor]:
    """Return (weight, momentum) after one step: tensors of one shape; the old ones are left as they are.

    The momentum is 0 at first, so that the first step follows the gradient's sign:

    >>> w, m = lion_update(torch.tensor([1.0]), torch.tensor([-0.5]), torch.tensor([0.0]), lr=0.5, beta1=0.9, beta2=0.5)
    >>> w.item(), m.item()
    (1.5, -0.25)
    """
    update = interp(gradient, momentum, beta1).sign()
    momentum = interp(gradient, momentum, beta2)
    update = (update + weight_decay * weight) * lr
    return weight - update, momentum


def update_in_blocks(weights: Tensors, gradients: Tensors, momenta: Tensors, *, lr: float, beta1: float, beta2: float,
                     weight_decay: float) -> None:
    """Take the step in place, for lists of tensors: block by block, so that memory is read and written once."""
    for tensors in zip(weights, gradients, momenta):
        flat = all(tensor.is_contiguous() for tensor in tensors)
        blocks = zip(*(tensor.view(-1).split(BLOCK) for tensor in tensors)) if flat else [tensors]
        for weight, gradient, momentum in blocks:
            update = torch.lerp(momentum, gradient, 1 - beta1).sign_()
            momentum.lerp_(gradient, 1 - beta2)
            if weight_decay:
                update.add_(weight, alpha=weight_decay)
            weight.add_(update, alpha=-lr)


def update_at_once(weights: Tensors, gradients: Tensors, momenta: Tensors, *, lr: float, beta1: float, beta2: float,
                   weight_decay: float) -> None:
    """Take the step in place, for lists of tensors: a few launches of a kernel for all of them, as a GPU likes it."""
    update = torch._foreach_lerp(momenta, gradients, 1 - beta1)
    torch._foreach_sign_(update)
    torch._foreach_lerp_(momenta, gradients, 1 - beta2)
    if weight_decay:
        torch._foreach_add_(update, weights, alpha=weight_decay)
    torch._foreach_add_(weights, update, alpha=-lr)


class Lion(Optimizer):
    """Lion as a torch optimiser.

    Args:
        params: parameters, or parameter groups.
        lr: learning rate, at least 0.
        betas: (beta1, beta2), each in [0, 1).
        weight_decay: decoupled, at least 0: the weights shrink by lr * weight_decay a step.
        maximize: whether to climb instead of descend.

    Parameters of any real dtype; state[weight]["exp_avg"] is the momentum, in the
    weight's dtype, as in lion-pytorch, with which state_dicts may be exchanged.

    >>> weight = torch.nn.Parameter(torch.tensor([1.0]))
    >>> optimizer = Lion([weight], lr=0.5)
    >>> weight.square().sum().backward()
    >>> optimizer.step()
    >>> weight.item()
    0.5
    """

    def __init__(self, params: Params, lr: float = 1e-4, betas: tuple[float, float] = (0.9, 0.99),
                 weight_decay: float = 0.0, *, maximize: bool = False) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay, "maximize": maximize})

    def check(self, group: Group) -> None:
        check_rate("lr", group["lr"])
        check_rate("weight_decay", group["weight_decay"])
        betas = group["betas"]
        if not (isinstance(betas, (tuple, list)) and len(betas) == 2 and all(0 <= beta < 1 for beta in betas)):
            raise ValueError(f"betas: must be two numbers in [0, 1), got {betas}")

    def update(self, group: Group, weights: Tensors, grads: Tensors) -> None:
        for weight in weights:
            if not self.state[weight]:
                self.state[weight]["exp_avg"] = torch.zeros_like(weight)
        momenta = [self.state[weight]["exp_avg"] for weight in weights]
        if group.get("maximize"):  # which groups from lion-pytorch do not have
            grads = torch._foreach_neg(grads)
        on_cpu = all(weight.device.type == "cpu" for weight in weights)
        beta1, beta2 = group["betas"]
        (update_in_blocks if on_cpu else update_at_once)(
            weights, grads, momenta, lr=group["lr"], beta1=beta1, beta2=beta2, weight_decay=group["weight_decay"])
