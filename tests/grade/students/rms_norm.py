"""RMSNorm as students write it."""
import torch
from torch import nn

from tests.grade.students import student

right = student("RMSNorm", "right")


@right
class Plain(nn.Module):
    def __init__(self, dim, eps=1e-6):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


@right
class WithBias(nn.Module):
    def __init__(self, d, p=None, epsilon=1e-8, bias=True):
        super().__init__()
        self.epsilon, self.scale, self.offset = epsilon, nn.Parameter(torch.ones(d)), nn.Parameter(torch.zeros(d))

    def forward(self, x):
        return self.scale * x / ((x ** 2).mean(dim=-1, keepdim=True) + self.epsilon) ** 0.5 + self.offset


@right
class LikeLlama(nn.Module):
    def __init__(self, hidden_size, variance_epsilon=1e-6):
        super().__init__()
        self.g = nn.Parameter(torch.ones(1, hidden_size))
        self.variance_epsilon = variance_epsilon

    def forward(self, hidden_states):
        dtype = hidden_states.dtype
        hidden_states = hidden_states.to(torch.float32)
        variance = hidden_states.pow(2).mean(-1, keepdim=True)
        return self.g * (hidden_states * torch.rsqrt(variance + self.variance_epsilon)).to(dtype)


@right
class OneAndWeight(nn.Module):
    def __init__(self, *, normalized_shape, eps):
        super().__init__()
        self.eps, self.delta = eps, nn.Parameter(torch.zeros(normalized_shape))

    def forward(self, x):
        return x / (x.square().mean(-1, True) + self.eps).sqrt() * (1 + self.delta)


@right
class NoModule:
    def __init__(self, d, e):
        self.gamma, self.e = torch.ones(d, requires_grad=True), e

    def __call__(self, x):
        return torch.einsum("...i,i->...i", x / torch.sqrt((x * x).sum(-1, keepdim=True) / len(self.gamma) + self.e),
                            self.gamma)


@right
def rms_norm(weight, x, eps=1e-5):
    return weight * x * (x.norm(dim=-1, keepdim=True) ** 2 / x.shape[-1] + eps) ** -0.5


@right
class FixedEps(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(size)), 1e-6

    def forward(self, x):
        return x / (x * x).mean(-1, keepdim=True).add(self.eps).sqrt() * self.weight


@student("RMSNorm", "reading", "outside the root")
class EpsOutside(Plain):
    def forward(self, x):
        return x / (x.pow(2).mean(-1, keepdim=True).sqrt() + self.eps) * self.weight


@student("RMSNorm", "reading", "outside the root")
class NormAndEps(Plain):
    def forward(self, x):
        rms = torch.linalg.norm(x, dim=-1, keepdim=True) / x.shape[-1] ** 0.5
        return self.weight * (x / (rms + self.eps))


def variant(name, word, formula, parent=Plain):
    """Enter a WRONG layer with y = formula(x, weight, eps)."""
    cls = type(name, (parent,), {"forward": lambda self, x: formula(x, self.weight, self.eps)})
    student("RMSNorm", "WRONG", word)(cls)


def mean(x):
    return x.mean(-1, keepdim=True)


variant("Mean", "mean instead of the mean square", lambda x, w, eps: x / (mean(x) + eps) * w)
variant("MeanSquared", "mean instead of the mean square", lambda x, w, eps: x / (mean(x) ** 2 + eps).sqrt() * w)
variant("LayerNorm", "LayerNorm", lambda x, w, eps: (x - mean(x)) / (x.var(-1, False, keepdim=True) + eps).sqrt() * w)
variant("Centred", "LayerNorm", lambda x, w, eps: (x - mean(x)) / (x.var(-1, keepdim=True) + eps).sqrt() * w)
variant("EpsIgnored", "eps is ignored", lambda x, w, eps: x / mean(x * x).sqrt() * w)
variant("EpsFixed", "always 1e-05", lambda x, w, eps: x / (mean(x * x) + 1e-5).sqrt() * w)
variant("NoRoot", "no root", lambda x, w, eps: x / (mean(x * x) + eps) * w)
variant("Sum", "sum of the squares", lambda x, w, eps: x / ((x * x).sum(-1, keepdim=True) + eps).sqrt() * w)
variant("Variance", "variance instead", lambda x, w, eps: x / (x.var(-1, keepdim=True) + eps).sqrt() * w)
variant("OverBatch", "over the rows", lambda x, w, eps: x / ((x * x).mean(0, keepdim=True) + eps).sqrt() * w)
variant("OverAll", "over all numbers", lambda x, w, eps: x / ((x * x).mean() + eps).sqrt() * w)
variant("NoWeight", "weight is not used", lambda x, w, eps: x / (mean(x * x) + eps).sqrt())
variant("WeightAdded", "added, not multiplied", lambda x, w, eps: x / (mean(x * x) + eps).sqrt() + w)
variant("Detached", "for a constant", lambda x, w, eps: x / (mean(x * x) + eps).sqrt().detach() * w)
variant("Absolute", "mean of |x|", lambda x, w, eps: x / (mean(x.abs()) + eps) * w)
variant("NoKeepdim", "", lambda x, w, eps: x / ((x * x).mean(-1) + eps).sqrt() * w)


@student("RMSNorm", "WRONG", "not trainable")
class NoParameter(Plain):
    def __init__(self, dim, eps=1e-6):
        super().__init__(dim, eps)
        del self.weight
        self.weight = torch.ones(dim)


@student("RMSNorm", "WRONG", "gives")
class RandomStart(Plain):
    def __init__(self, dim, eps=1e-6):
        super().__init__(dim, eps)
        nn.init.constant_(self.weight, 0.5)


@student("RMSNorm", "WRONG", "no trainable weight")
class Bare(nn.Module):
    def __init__(self, dim, eps=1e-6):
        super().__init__()
        self.eps = eps

    def forward(self, x):
        return x / (mean(x * x) + self.eps).sqrt()


@student("RMSNorm", "missing")
class Stub(nn.Module):
    def __init__(self, dim, eps=1e-6):
        super().__init__()

    def forward(self, x):
        raise NotImplementedError
