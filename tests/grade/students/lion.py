"""Lion as students write it."""
import torch
from torch.optim import Optimizer

from tests.grade.students import student

right = student("Lion", "right")


@right
class Torch(Optimizer):
    def __init__(self, params, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if not state:
                    state["m"] = torch.zeros_like(p)
                self.update(p, p.grad, state, group["lr"], *group["betas"], group["weight_decay"])

    def update(self, p, g, state, lr, b1, b2, wd):
        p.mul_(1 - lr * wd)
        p.add_(torch.sign(state["m"] * b1 + g * (1 - b1)), alpha=-lr)
        state["m"].mul_(b2).add_(g, alpha=1 - b2)


@right
class TwoBetas:
    def __init__(self, parameters, learning_rate, beta1=0.9, beta2=0.99, wd=0.0):
        self.weights, self.lr, self.beta1, self.beta2, self.wd = list(parameters), learning_rate, beta1, beta2, wd
        self.momenta = [0.0] * len(self.weights)

    def step(self):
        for i, w in enumerate(self.weights):
            c = self.beta1 * self.momenta[i] + (1 - self.beta1) * w.grad
            self.momenta[i] = self.beta2 * self.momenta[i] + (1 - self.beta2) * w.grad
            w.data = w.data - self.lr * (c.sign() + self.wd * w.data)

    def zero_grad(self):
        for w in self.weights:
            w.grad = None


@right
class Positional:
    def __init__(self, a, b, c, d):
        self.a, self.b, self.c, self.d = list(a), b, c, d
        self.m = {w: torch.zeros_like(w) for w in self.a}

    @torch.no_grad()
    def step(self):
        for w in self.a:
            w -= self.b * (torch.sign(torch.lerp(w.grad, self.m[w], self.c[0])) + self.d * w)
            self.m[w] = torch.lerp(w.grad, self.m[w], self.c[1])


@right
class OfAModule:
    def __init__(self, model, lr, betas, weight_decay):
        self.model, self.lr, self.betas, self.decay, self.m = model, lr, betas, weight_decay, {}

    def step(self):
        with torch.no_grad():
            for name, w in self.model.named_parameters():
                m = self.m.get(name, torch.zeros_like(w))
                w.copy_(w - self.lr * (((1 - self.betas[0]) * w.grad + self.betas[0] * m).sign() + self.decay * w))
                self.m[name] = (1 - self.betas[1]) * w.grad + self.betas[1] * m


@right
class SinglePrecision(Torch):
    def __init__(self, params, lr, **kwargs):
        super().__init__(params, lr, **kwargs)
        assert all(p.dtype == torch.float32 for p in self.param_groups[0]["params"])


@right
def lion_update(weight, gradient, momentum, lr, beta1, beta2, wd):
    update = (beta1 * momentum + (1 - beta1) * gradient).sign() + wd * weight
    return weight - lr * update, beta2 * momentum + (1 - beta2) * gradient


@right
def in_place(p, grad, exp_avg, lr, wd, beta1, beta2):
    p.mul_(1 - lr * wd).add_(exp_avg.clone().mul_(beta1).add_(grad, alpha=1 - beta1).sign_(), alpha=-lr)
    exp_avg.mul_(beta2).add_(grad, alpha=1 - beta2)


@right
def momentum_first(grad, weight, m, *, lr, betas, weight_decay):
    c = torch.sign(betas[0] * m + (1 - betas[0]) * grad)
    return betas[1] * m + (1 - betas[1]) * grad, weight - lr * (c + weight_decay * weight)


def variant(name, word, update, keep="b2"):
    """Enter a WRONG optimiser with p <- p - update(p, g, m, lr, b1, b2, wd); the momentum is kept by b2 or b1."""
    def step(self, p, g, state, lr, b1, b2, wd):
        m = state["m"]
        p.copy_(p - update(p, g, m, lr, b1, b2, wd))
        state["m"] = interp(g, m, {"b1": b1, "b2": b2}[keep])
    student("Lion", "WRONG", word)(type(name, (Torch,), {"update": step}))


def interp(x, y, a):
    return (1 - a) * x + a * y


def sign(x):
    return torch.where(x >= 0, 1.0, -1.0).double()


variant("BetasSwapped", "swapped", lambda p, g, m, lr, b1, b2, wd: lr * (interp(g, m, b2).sign() + wd * p), "b1")
variant("MomentumFirst", "updated before", lambda p, g, m, lr, b1, b2, wd: lr * (
    interp(g, interp(g, m, b2), b1).sign() + wd * p))
variant("MomentumIsUpdate", "updated before", lambda p, g, m, lr, b1, b2, wd: lr * (interp(g, m, b2).sign() + wd * p))
variant("Inside", "inside the sign", lambda p, g, m, lr, b1, b2, wd: lr * (interp(g, m, b1) + wd * p).sign())
variant("NotTimesLr", "not multiplied by lr", lambda p, g, m, lr, b1, b2, wd: lr * interp(g, m, b1).sign() + wd * p)
variant("Doubled", "doubled", lambda p, g, m, lr, b1, b2, wd: lr * (interp(g, m, b1).sign() + 2 * wd * p))
variant("NewWeight", "of the new weight", lambda p, g, m, lr, b1, b2, wd: lr * (
    interp(g, m, b1).sign() + wd * (p - lr * interp(g, m, b1).sign())))
variant("SignFirst", "before the interpolation", lambda p, g, m, lr, b1, b2, wd: lr * (
    interp(g.sign(), m.sign(), b1) + wd * p))
variant("NoSign", "sign is missing", lambda p, g, m, lr, b1, b2, wd: lr * (interp(g, m, b1) + wd * p))
variant("NoLr", "lr", lambda p, g, m, lr, b1, b2, wd: interp(g, m, b1).sign() + lr * wd * p)
variant("NoMomentum", "no momentum", lambda p, g, m, lr, b1, b2, wd: lr * (g.sign() + wd * p))
variant("OneBeta", "beta2 is not used", lambda p, g, m, lr, b1, b2, wd: lr * (interp(g, m, b1).sign() + wd * p), "b1")
variant("SignOfZero", "sign of 0", lambda p, g, m, lr, b1, b2, wd: lr * (sign(interp(g, m, b1)) + wd * p))
variant("NoDecay", "no weight decay", lambda p, g, m, lr, b1, b2, wd: lr * interp(g, m, b1).sign())
variant("Uphill", "uphill", lambda p, g, m, lr, b1, b2, wd: lr * (wd * p - interp(g, m, b1).sign()))
variant("MinusDecay", "wrong sign", lambda p, g, m, lr, b1, b2, wd: lr * (interp(g, m, b1).sign() - wd * p))
variant("OtherInterp", "gives", lambda p, g, m, lr, b1, b2, wd: lr * (
    interp(m, g, b1).sign() + wd * p), "b2")


@student("Lion", "WRONG", "coupled")
class Coupled(Torch):
    def update(self, p, g, state, lr, b1, b2, wd):
        super().update(p, g + wd * p, state, lr, b1, b2, 0.0)


@student("Lion", "WRONG", "add up")
class NeverCleared(Torch):
    def zero_grad(self):
        pass


@student("Lion", "WRONG", "gives")
class OneMomentum(Torch):
    """All parameters share the first one's momentum."""
    shared = None

    def update(self, p, g, state, lr, b1, b2, wd):
        self.shared = state if self.shared is None or self.shared["m"].shape != p.shape else self.shared
        super().update(p, g, self.shared, lr, b1, b2, wd)


@student("Lion", "missing")
class Stub(Torch):
    def step(self, closure=None):
        raise NotImplementedError
