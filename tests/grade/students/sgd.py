"""SGD as students write it."""
import torch
from torch import nn

from tests.grade.students import student

right = student("SGD", "right")


@right
class Torch(torch.optim.Optimizer):
    def __init__(self, params, lr=0.01, weight_decay=0.0):
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                p -= self.change(p, p.grad, group["lr"], group["weight_decay"])

    def change(self, p, g, lr, wd):
        return lr * (g + wd * p)


@right
class Plain:
    def __init__(self, parameters, learning_rate, l2):
        self.parameters, self.learning_rate, self.l2 = list(parameters), learning_rate, l2

    def step(self):
        for p in self.parameters:
            p.data = p.data * (1 - self.learning_rate * self.l2) - self.learning_rate * p.grad.data

    def zero_grad(self):
        for p in self.parameters:
            if p.grad is not None:
                p.grad.zero_()


@right
class OfAModule:
    def __init__(self, model: nn.Module, lr, wd):
        self.model, self.lr, self.wd = model, lr, wd

    @torch.no_grad()
    def step(self):
        for p in self.model.parameters():
            p.add_(p.grad + self.wd * p, alpha=-self.lr)


@right
class WithMomentum:
    def __init__(self, params, lr, momentum=0.0, weight_decay=0.0):
        self.params, self.lr, self.momentum, self.decay, self.v = list(params), lr, momentum, weight_decay, {}

    def step(self):
        for i, p in enumerate(self.params):
            g = p.grad + self.decay * p.detach()
            self.v[i] = self.momentum * self.v.get(i, 0) + g
            p.data -= self.lr * self.v[i]


@right
def step_of(w, g, lr, wd):
    return w - lr * (g + wd * w)


@right
def in_place(grad, weight, weight_decay, lr):
    weight.sub_(lr * (grad + weight_decay * weight))


@right
def lists(params, grads, lr, weight_decay):
    if not isinstance(params, list):
        raise TypeError
    for p, g in zip(params, grads):
        p -= lr * (g + weight_decay * p)


def variant(name, word, change):
    """Enter a WRONG optimiser with p <- p - change(p, g, lr, wd)."""
    student("SGD", "WRONG", word)(type(name, (Torch,), {"change": lambda self, *arguments: change(*arguments)}))


variant("Ascent", "uphill", lambda p, g, lr, wd: -lr * (g + wd * p))
variant("AscentWithDecay", "uphill", lambda p, g, lr, wd: lr * (wd * p - g))
variant("NotTimesLr", "not multiplied by lr", lambda p, g, lr, wd: lr * g + wd * p)
variant("Doubled", "doubled", lambda p, g, lr, wd: lr * (g + 2 * wd * p))
variant("NoDecay", "no weight decay", lambda p, g, lr, wd: lr * g)
variant("MinusDecay", "wrong sign", lambda p, g, lr, wd: lr * (g - wd * p))
variant("NewWeight", "of the new weight", lambda p, g, lr, wd: lr * g + lr * wd * (p - lr * g))
variant("SignOfGradient", "sign of the gradient", lambda p, g, lr, wd: lr * (g.sign() + wd * p))
variant("AbsoluteDecay", "L1", lambda p, g, lr, wd: lr * (g + wd * p.sign()))
variant("NoLr", "lr is not used", lambda p, g, lr, wd: g + wd * p)
variant("Squared", "gives", lambda p, g, lr, wd: lr * (g + wd * p * p))


@student("SGD", "WRONG", "add up")
class NeverCleared(Torch):
    def zero_grad(self):
        pass


@student("SGD", "WRONG", "gives")
class OnlyFirst(Plain):
    def __init__(self, parameters, learning_rate, l2):
        super().__init__(list(parameters)[:1], learning_rate, l2)


@student("SGD", "WRONG", "gives")
class NotInPlace(Plain):
    def step(self):
        for p in self.parameters:
            p = p - self.learning_rate * (p.grad + self.l2 * p)


@student("SGD", "missing")
class Stub(Plain):
    def step(self):
        raise NotImplementedError
