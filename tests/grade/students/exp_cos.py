"""exp_cos as students write it."""
import torch
from torch import nn
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from tests.grade.students import student

right = student("exp_cos", "right")


@right
class ExpCos(Function):
    @staticmethod
    def forward(ctx, x, y):
        exp = torch.exp(x)
        ctx.save_for_backward(exp, y)
        return exp + torch.cos(y)

    @staticmethod
    def backward(ctx, grad_output):
        exp, y = ctx.saved_tensors
        return grad_output * exp, -grad_output * torch.sin(y)


@right
def applied(x, y):
    return ExpCos.apply(x, y)


apply = right(ExpCos.apply)


@right
class AsModule(nn.Module):
    def forward(self, x, y):
        return ExpCos.apply(x, y)


@right
class TwoSteps(Function):
    @staticmethod
    def forward(x, y):
        return x.exp() + y.cos()

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, y = inputs
        ctx.save_for_backward(output - y.cos(), y.sin())

    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        exp, sin = ctx.saved_tensors
        return grad * exp if ctx.needs_input_grad[0] else None, grad * -sin if ctx.needs_input_grad[1] else None


@right
class Summed(ExpCos):
    @staticmethod
    def backward(ctx, grad):
        exp, y = ctx.saved_tensors
        return (grad * exp).sum_to_size(exp.shape), (grad * -y.sin()).sum_to_size(y.shape)


class OwnExp(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.exp = x.exp()
        return ctx.exp.clone()

    @staticmethod
    def backward(ctx, grad):
        return grad * ctx.exp


class OwnCos(Function):
    @staticmethod
    def forward(ctx, y):
        ctx.save_for_backward(y)
        return y.cos()

    @staticmethod
    def backward(ctx, grad):
        return -grad * ctx.saved_tensors[0].sin()


@right
def two_functions(x, y):
    return OwnExp.apply(x) + OwnCos.apply(y)


@right
def expanded(x, y):
    return ExpCos.apply(*torch.broadcast_tensors(x, y))


@right
class WithTuple(Function):
    @staticmethod
    def forward(ctx, x, y):
        exp = x.exp()
        ctx.save_for_backward(exp, y)
        return exp + y.cos(), exp

    @staticmethod
    def backward(ctx, grad, grad_exp):
        exp, y = ctx.saved_tensors
        return (grad + grad_exp) * exp, -grad * y.sin()


def variant(name, word, dx=lambda x, y, g: g * x.exp(), dy=lambda x, y, g: -g * y.sin(),
            z=lambda x, y: x.exp() + y.cos()):
    """Enter a WRONG Function with this value and these gradients."""
    class Variant(Function):
        @staticmethod
        def forward(ctx, x, y):
            ctx.save_for_backward(x, y)
            return z(x, y)

        @staticmethod
        def backward(ctx, grad):
            return dx(*ctx.saved_tensors, grad), dy(*ctx.saved_tensors, grad)
    Variant.__name__ = name
    student("exp_cos", "WRONG", word)(Variant)


variant("Sign", "the sign", dy=lambda x, y, g: g * y.sin())
variant("Cosine", "not cos(y)", dy=lambda x, y, g: g * y.cos())
variant("MinusCosine", "not -cos(y)", dy=lambda x, y, g: -g * y.cos())
variant("GradIgnored", "dL/dz is ignored", lambda x, y, g: x.exp() * torch.ones_like(g),
        lambda x, y, g: -y.sin() * torch.ones_like(g))
variant("GradIgnoredInX", "in the gradient of x", lambda x, y, g: x.exp() * torch.ones_like(g))
variant("Swapped", "swapped", lambda x, y, g: -g * y.sin(), lambda x, y, g: g * x.exp())
variant("NoExp", "e^x is missing", lambda x, y, g: g)
variant("Ones", "ones", lambda x, y, g: torch.ones_like(g), lambda x, y, g: torch.ones_like(g))
variant("SavedOutput", "not z", lambda x, y, g: g * (x.exp() + y.cos()))
variant("PowerRule", "not x e^x", lambda x, y, g: g * x * x.exp())
variant("Sine", "cos(y), not sin(y)", dy=lambda x, y, g: g * y.cos(), z=lambda x, y: x.exp() + y.sin())
variant("Product", "not plus", lambda x, y, g: g * x.exp() * y.cos(), lambda x, y, g: -g * x.exp() * y.sin(),
        lambda x, y: x.exp() * y.cos())
variant("Zeros", "gradient of y", dy=lambda x, y, g: torch.zeros_like(g))
variant("Nothing", "no gradient of y", dy=lambda x, y, g: None)
variant("Single", "float64", z=lambda x, y: (x.float().exp() + y.float().cos()).to(y.dtype))


@student("exp_cos", "WRONG", "no Function of its own")
def by_torch(x, y):
    return torch.exp(x) + torch.cos(y)


@student("exp_cos", "WRONG", "no Function of its own")
def half_by_torch(x, y):
    return OwnExp.apply(x) + y.cos()


@student("exp_cos", "WRONG", "no gradient of x")
def detached(x, y):
    return ExpCos.apply(x.detach(), y.detach())


@student("exp_cos", "WRONG", "raises")
class OneGradient(ExpCos):
    @staticmethod
    def backward(ctx, grad):
        return grad * ctx.saved_tensors[0]


@student("exp_cos", "missing")
def stub(x, y):
    raise NotImplementedError
