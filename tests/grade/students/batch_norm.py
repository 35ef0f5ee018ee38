"""BatchNorm1d as students write it."""
import torch
from torch import nn

from tests.grade.students import student

right = student("BatchNorm1d", "right")


@right
class Plain(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__()
        self.eps, self.momentum = eps, momentum
        self.weight, self.bias = nn.Parameter(torch.ones(num_features)), nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))

    def forward(self, x):
        if self.training:
            mean, var = self.statistics(x)
            self.track(x)
        else:
            mean, var = self.running_mean, self.running_var
        return self.normed(x, mean, var) * self.weight + self.bias

    def statistics(self, x):
        return x.mean(0), x.var(0, unbiased=False)

    def track(self, x):
        with torch.no_grad():
            self.running_mean += self.momentum * (x.mean(0) - self.running_mean)
            self.running_var += self.momentum * (x.var(0) - self.running_var)

    def normed(self, x, mean, var):
        return (x - mean) / torch.sqrt(var + self.eps)


@right
class Attributes(nn.Module):
    def __init__(self, d, e, m):
        super().__init__()
        self.e, self.m, self.moving_mean, self.moving_var = e, m, torch.zeros(1, d), torch.ones(1, d)
        self.gamma, self.beta = nn.Parameter(torch.ones(1, d)), nn.Parameter(torch.zeros(1, d))

    def forward(self, x):
        if self.training:
            mean = x.mean(dim=0, keepdim=True)
            var = ((x - mean) ** 2).mean(dim=0, keepdim=True)
            n = x.shape[0]
            self.moving_mean = (1 - self.m) * self.moving_mean + self.m * mean.detach()
            self.moving_var = (1 - self.m) * self.moving_var + self.m * var.detach() * n / (n - 1)
        else:
            mean, var = self.moving_mean, self.moving_var
        return self.gamma * ((x - mean) * torch.rsqrt(var + self.e)) + self.beta


@right
class NoModule:
    def __init__(self, dim, eps=1e-5, momentum=0.1):
        self.eps, self.momentum, self.training = eps, momentum, True
        self.gamma, self.beta = torch.ones(dim), torch.zeros(dim)
        self.running_mean, self.running_var = torch.zeros(dim), torch.ones(dim)

    def __call__(self, x):
        mean = x.mean(0, keepdim=True) if self.training else self.running_mean
        var = x.var(0, keepdim=True, unbiased=False) if self.training else self.running_var
        self.out = self.gamma * (x - mean) / torch.sqrt(var + self.eps) + self.beta
        if self.training:
            with torch.no_grad():
                self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean[0]
                self.running_var = (1 - self.momentum) * self.running_var + self.momentum * x.var(0)
        return self.out

    def parameters(self):
        return [self.gamma, self.beta]


@right
class SumsOfSquares(Plain):
    def statistics(self, x):
        return x.mean(0), (x * x).mean(0) - x.mean(0) ** 2


@right
class OwnTraining(Plain):
    def __init__(self, n, momentum=0.1, eps=1e-5):
        super().__init__(n, eps, momentum)


@right
class Wrapped(nn.Module):
    def __init__(self, num_features, **settings):
        super().__init__()
        self.inner = Plain(num_features, **settings)

    def forward(self, x):
        return self.inner(x)


@student("BatchNorm1d", "reading", "outside the root")
class EpsOutside(Plain):
    def normed(self, x, mean, var):
        return (x - mean) / (var.sqrt() + self.eps)


def variant(name, word, **methods):
    """Enter a WRONG layer with these methods in place of Plain's."""
    student("BatchNorm1d", "WRONG", word)(type(name, (Plain,), methods))


def tracked(mean, var):
    """Return the method that sets the running statistics to mean(old, x, momentum) and var(old, x, momentum)."""
    def track(self, x):
        x, m = x.detach(), self.momentum
        self.running_mean, self.running_var = mean(self.running_mean, x, m), var(self.running_var, x, m)
    return track


def right_mean(old, x, m):
    return (1 - m) * old + m * x.mean(0)


def right_var(old, x, m):
    return (1 - m) * old + m * x.var(0)


def biased_var(old, x, m):
    return (1 - m) * old + m * x.var(0, unbiased=False)


def detached(self, x):
    return x.detach().mean(0), x.detach().var(0, unbiased=False)


def forward(training, statistics):
    """Return a forward that trains as `training` and `statistics` of the layer say."""
    def call(self, x):
        mean, var = statistics(self, x)
        y = self.normed(x, mean.clone(), var.clone()) * self.weight + self.bias
        if training(self, x):
            self.track(x)
        return y
    return call


def of_mode(self, x):
    return self.statistics(x) if self.training else (self.running_mean, self.running_var)


variant("Unbiased", "not by N - 1", statistics=lambda self, x: (x.mean(0), x.var(0)))
variant("BiasedRunning", "not by N", track=tracked(right_mean, biased_var))
variant("BothSwapped", "must be divided", statistics=lambda self, x: (x.mean(0), x.var(0)),
        track=tracked(right_mean, biased_var))
variant("Reversed", "share of the batch", track=tracked(
    lambda old, x, m: m * old + (1 - m) * x.mean(0), lambda old, x, m: m * old + (1 - m) * x.var(0)))
variant("ReversedBiased", "share of the batch", track=tracked(
    lambda old, x, m: m * old + (1 - m) * x.mean(0), lambda old, x, m: m * old + (1 - m) * x.var(0, unbiased=False)))
variant("RunningInTraining", "used in training", forward=forward(
    lambda self, x: self.training, lambda self, x: (self.running_mean, self.running_var)))
variant("BatchInEval", "batch are used in eval", forward=forward(
    lambda self, x: self.training, lambda self, x: (x.mean(0), x.var(0, unbiased=False))))
variant("UpdatedInEval", "updated in eval", forward=forward(lambda self, x: len(x) > 1, of_mode))
variant("NoMode", "eval acts as training", forward=forward(
    lambda self, x: len(x) > 1, lambda self, x: (x.mean(0), x.var(0, unbiased=False))))
variant("Detached", "mean and variance for constants", statistics=detached)
variant("DetachedVariance", "the variance for a constant", statistics=lambda self, x: (
    x.mean(0), x.detach().var(0, unbiased=False)))
variant("NoRoot", "no root", normed=lambda self, x, mean, var: (x - mean) / (var + self.eps))
variant("NoEps", "eps is ignored", normed=lambda self, x, mean, var: (x - mean) / var.sqrt())
variant("NeverTracked", "never updated", track=lambda self, x: None)
variant("LastBatch", "last batch", track=tracked(lambda old, x, m: x.mean(0), lambda old, x, m: x.var(0)))
variant("OverFeatures", "gives", statistics=lambda self, x: (
    x.mean(1, True), x.var(1, unbiased=False, keepdim=True)))


@student("BatchNorm1d", "WRONG", "no trainable bias")
class NoBias(Plain):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps, momentum)
        del self.bias
        self.bias = 0.0


@student("BatchNorm1d", "missing")
class Stub(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__()

    def forward(self, x):
        raise NotImplementedError
