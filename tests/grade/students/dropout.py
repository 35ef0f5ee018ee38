"""Dropout as students write it."""
import numpy as np
import torch
from torch import nn

from tests.grade.students import student

right = student("Dropout", "right")


@right
class Plain(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training:
            return x
        return x * self.mask(x, self.p)

    def mask(self, x, p):
        return (torch.rand_like(x) > p) / (1 - p)


@right
class Bernoulli(nn.Module):
    def __init__(self, dropout_rate):
        super().__init__()
        self.rate = dropout_rate

    def forward(self, x):
        if self.training and self.rate > 0:
            keep = torch.distributions.Bernoulli(probs=1 - self.rate).sample(x.shape)
            return torch.where(keep.bool(), x / (1 - self.rate), torch.zeros_like(x))
        return x


@right
class ByNumpy(nn.Module):
    def __init__(self, q):
        super().__init__()
        self.q, self.rng = q, np.random.default_rng(3)

    def forward(self, x):
        if not self.training:
            return x.clone()
        mask = self.rng.binomial(1, 1 - self.q, size=tuple(x.shape)).astype("float32")
        return x * torch.from_numpy(mask) / (1 - self.q)


@right
class NoModule:
    def __init__(self, prob):
        self.prob, self.training = prob, True

    def __call__(self, x):
        if not self.training:
            return x
        return x * torch.empty_like(x).bernoulli_(1 - self.prob).div_(1 - self.prob)


class Drop(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, p):
        mask = (torch.rand(x.shape) >= p).float() / (1 - p)
        ctx.save_for_backward(mask)
        return x * mask

    @staticmethod
    def backward(ctx, grad):
        return grad * ctx.saved_tensors[0], None


@right
class ByHand(Plain):
    def forward(self, x):
        return Drop.apply(x, self.p) if self.training else x


@right
def dropout(x, p, training=True):
    return x * (torch.rand_like(x) > p).float() / (1 - p) if training else x


@right
def of_rate(rate, x):
    return torch.masked_fill(x, torch.rand_like(x) < rate, 0.0) / (1 - rate)


def variant(name, word, mask=Plain.mask, in_eval=lambda self, x: x):
    """Enter a WRONG layer with the method mask(x, p) in training and in_eval(x) in eval."""
    student("Dropout", "WRONG", word)(type(name, (Plain,), {"mask": mask, "forward": lambda self, x: (
        x * self.mask(x, self.p) if self.training else in_eval(self, x))}))


def dropped(x, p):
    return (torch.rand_like(x) > p).float()


def seeded(self, x, p):
    return (torch.rand(x.shape, generator=torch.Generator().manual_seed(0)) > p) / (1 - p)


variant("KeepsP", "to keep", lambda self, x, p: (torch.rand_like(x) < p) / p)
variant("KeepsPWithScale", "to keep", lambda self, x, p: (torch.rand_like(x) < p) / (1 - p))
variant("NotScaled", "not divided", lambda self, x, p: dropped(x, p))
variant("ScaledInEval", "in eval, not in training", lambda self, x, p: dropped(x, p), lambda self, x: x * (1 - self.p))
variant("ScaledTwice", "training and in eval", in_eval=lambda self, x: x * (1 - self.p))
variant("DividedByP", "divided by p", lambda self, x, p: dropped(x, p) / p)
variant("Multiplied", "multiplied by 1 - p", lambda self, x, p: dropped(x, p) * (1 - p))
variant("ActiveInEval", "active in eval", in_eval=lambda self, x: x * self.mask(x, self.p))
variant("Seeded", "the same mask", seeded)
variant("OneMaskForRows", "all rows", lambda self, x, p: dropped(x[:1], p) / (1 - p))
variant("WholeRows", "row is dropped", lambda self, x, p: dropped(x[:, :1], p) / (1 - p))
variant("HalfTheP", "share of zeros", lambda self, x, p: dropped(x, p / 2) / (1 - p))
variant("NothingDropped", "share of zeros", lambda self, x, p: torch.ones_like(x))


class OtherMask(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, p):
        ctx.p = p
        return x * dropped(x, p) / (1 - p)

    @staticmethod
    def backward(ctx, grad):
        return grad * dropped(grad, ctx.p) / (1 - ctx.p), None


@student("Dropout", "WRONG", "another mask")
class NewMaskInBackward(Plain):
    def forward(self, x):
        return OtherMask.apply(x, self.p) if self.training else x


@student("Dropout", "missing")
class Stub(Plain):
    def forward(self, x):
        raise NotImplementedError
