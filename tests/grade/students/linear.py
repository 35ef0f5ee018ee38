"""Linear as students write it."""
import math

import torch
from torch import nn

from tests.grade.students import student

right = student("Linear", "right")


@right
class Plain(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / math.sqrt(in_features))
        self.bias = nn.Parameter(torch.zeros(out_features))

    def forward(self, x):
        return x @ self.weight.T + self.bias


@right
class InOut(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.W, self.b = nn.Parameter(torch.rand(n_in, n_out) - 0.5), nn.Parameter(torch.rand(1, n_out))

    def forward(self, x):
        return torch.matmul(x, self.W) + self.b


@right
class NoModule:
    def __init__(self, fan_in, fan_out, bias=True):
        self.weight = torch.randn((fan_in, fan_out)) / fan_in**0.5
        self.bias = torch.zeros(fan_out) if bias else None

    def __call__(self, x):
        self.out = x @ self.weight
        if self.bias is not None:
            self.out += self.bias
        return self.out


@right
class OutIn(nn.Module):
    def __init__(self, output_dim, input_dim):
        super().__init__()
        self.params = nn.ParameterDict({"w": torch.randn(output_dim, input_dim), "b": torch.zeros(output_dim)})

    def forward(self, x):
        return torch.einsum("oi,ni->no", self.params["w"], x) + self.params["b"]


class Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, bias):
        ctx.save_for_backward(x, weight)
        return x.mm(weight.t()) + bias

    @staticmethod
    def backward(ctx, grad):
        x, weight = ctx.saved_tensors
        return grad.mm(weight), grad.t().mm(x), grad.sum(0)


@right
class ByHand(Plain):
    def forward(self, x):
        return Product.apply(x, self.weight, self.bias)


@right
def linear(x, w, b):
    return x @ w + b


@right
def addmm(bias, x, weight):
    return torch.addmm(bias, x, weight.t())


def variant(name, word, formula):
    """Enter a WRONG layer with y = formula(x, weight, bias)."""
    cls = type(name, (Plain,), {"forward": lambda self, x: formula(x, self.weight, self.bias)})
    student("Linear", "WRONG", word)(cls)


class Gradients(torch.autograd.Function):
    """The right output with the gradients grads(x, weight, dL/dy)."""

    @staticmethod
    def forward(ctx, x, weight, bias, grads):
        ctx.save_for_backward(x, weight)
        ctx.grads = grads
        return x @ weight.T + bias

    @staticmethod
    def backward(ctx, grad):
        return *ctx.grads(*ctx.saved_tensors, grad), None


def with_gradients(grads):
    return lambda x, weight, bias: Gradients.apply(x, weight, bias, grads)


variant("NoBias", "bias is not used", lambda x, w, b: x @ w.T)
variant("MinusBias", "subtracted", lambda x, w, b: x @ w.T - b)
variant("TimesBias", "multiplied, not added", lambda x, w, b: x @ w.T * b)
variant("Transposed", "gives", lambda x, w, b: x @ w.reshape(w.T.shape) + b)
variant("Activated", "ReLU", lambda x, w, b: torch.relu(x @ w.T + b))
variant("MeanBias", "bias must be summed", with_gradients(lambda x, w, g: (g @ w, g.T @ x, g.mean(0))))
variant("MeanBoth", "weight and bias must be summed", with_gradients(
    lambda x, w, g: (g @ w, g.T @ x / len(x), g.mean(0))))
variant("MeanWeight", "weight must be summed", with_gradients(lambda x, w, g: (g @ w, g.T @ x / len(x), g.sum(0))))
variant("OnesBias", "not ones", with_gradients(lambda x, w, g: (g @ w, g.T @ x, torch.ones(g.shape[1]))))
variant("NoGradient", "no gradient", with_gradients(lambda x, w, g: (None, g.T @ x, g.sum(0))))
variant("DetachedWeight", "no gradient of the weight", lambda x, w, b: x @ w.detach().T + b)


@student("Linear", "WRONG", "all equal")
class Zeros(Plain):
    def __init__(self, in_features, out_features):
        super().__init__(in_features, out_features)
        nn.init.zeros_(self.weight)


@student("Linear", "WRONG", "no trainable bias")
class WithoutBias(Plain):
    def __init__(self, in_features, out_features):
        super().__init__(in_features, out_features)
        self.bias = None

    def forward(self, x):
        return x @ self.weight.T


@student("Linear", "missing")
class Stub(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()

    def forward(self, x):
        raise NotImplementedError
