"""Batch normalisation.

    h = (x - mean) / sqrt(var + eps)        y = h * weight + bias

Training: mean and var are those of each feature over the batch, var divided by B.
The running statistics are updated: running <- (1 - momentum) running + momentum * batch,
with the batch's variance divided by B - 1.  With momentum None they are the averages over
all batches: momentum is 1 / (number of batches).
Eval: mean and var are the running statistics, as constants.

    dL/dweight = sum(g h)        dL/dbias = sum(g)        over the batch
    dL/dx = weight / sqrt(var + eps) * (g - mean(g) - h * mean(g h))    in training
    dL/dx = weight / sqrt(var + eps) * g                                in eval

mean(g) and mean(g h) appear because mean and var depend on x too.  The variance takes
two passes, mean((x - mean)^2): in float32, mean(x^2) - mean(x)^2 has no correct digit
for a feature near 10,000.  bfloat16 and float16 are computed in float32.

Source: Ioffe and Szegedy, "Batch Normalization: Accelerating Deep Network Training
by Reducing Internal Covariate Shift", 2015, arXiv 1502.03167.
"""
import torch
from torch.nn.modules.batchnorm import _BatchNorm

from minidl.checks import check_count, check_rate, check_share
from minidl.nn.dtypes import cast, wide
from minidl.nn.layer import Device, Grads, Layer, Tape
from minidl.tensors import check_factory, check_floating


def batch_statistics(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return (x - mean, mean, biased variance) over the batch: (B, D), (D,), (D,)."""
    mean = x.mean(0)
    centred = x - mean
    return centred, mean, (centred * centred).mean(0)


def batch_norm_backward(grad: torch.Tensor, normed: torch.Tensor, rstd: torch.Tensor, weight: torch.Tensor,
                        from_batch: bool) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return (dL/dx, dL/dweight, dL/dbias).

    grad = dL/dy (B, D), normed = h (B, D), rstd = 1 / sqrt(var + eps) (D,);
    from_batch: whether mean and var came from the batch (training) or were constants (eval).
    """
    grad_bias = grad.sum(0)
    grad_weight = (grad * normed).sum(0)
    if not from_batch:
        return grad * (weight * rstd), grad_weight, grad_bias
    n = max(len(grad), 1)
    inner = torch.addcmul(grad, normed, grad_weight, value=-1 / n).sub_(grad_bias, alpha=1 / n)
    return inner.mul_(weight * rstd), grad_weight, grad_bias


def update_average(average: torch.Tensor, value: torch.Tensor, momentum: float) -> None:
    """Set average to (1 - momentum) average + momentum value in place; a bfloat16 or float16 one is rounded once."""
    if average.dtype == value.dtype:
        average.lerp_(value, momentum)
    else:
        average.copy_(average.to(value.dtype).lerp(value, momentum))


class BatchNorm1d(Layer, _BatchNorm):
    """torch.nn.BatchNorm1d by hand, with the same defaults, state_dict keys and buffers.

    Args:
        num_features: size D, at least 1.
        eps: added to the variance, at least 0.
        momentum: weight of a batch in the running statistics, in [0, 1]; None: their average over all batches.
        device, dtype: of parameters and buffers.

    Input and output (B, num_features), float32, float64, bfloat16 or float16.  The result has the
    input's dtype.  In training a batch of one row raises a ValueError: its variance is 0, so the
    output would be the bias for any x.  A batch of no rows leaves the running statistics as they are.

    The parameters, the buffers and their resets are those of torch's base class; torch's tools,
    for example torch.optim.swa_utils.update_bn, look for that class.

    Differs from torch: no third dimension; always affine, always with running
    statistics; a second derivative raises a RuntimeError.

    >>> layer = BatchNorm1d(1, eps=0)
    >>> layer(torch.tensor([[1.], [3.]])).tolist(), layer.running_var.tolist()
    ([[-1.0], [1.0]], [1.100000023841858])
    """

    twice_differentiable = False
    running_mean: torch.Tensor
    running_var: torch.Tensor
    num_batches_tracked: torch.Tensor

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, *, device: Device = None,
                 dtype: torch.dtype | None = None) -> None:
        check_count("num_features", num_features)
        check_rate("eps", eps)
        if momentum is not None:
            check_share("momentum", momentum)
        check_factory(device, dtype)
        super().__init__(num_features, eps, momentum, device=device, dtype=dtype)

    def compute(self, tape: Tape, x: torch.Tensor) -> torch.Tensor:
        check_floating("x", x)
        if x.ndim != 2 or x.shape[1] != self.num_features:
            raise ValueError(f"x: must be (B, {self.num_features}), got {tuple(x.shape)}")
        x_, mean = wide(x), None
        if self.training:
            centred, mean, var = batch_statistics(x_)
            self._update_running(mean, var, len(x))
        else:
            centred, var = x_ - cast(self.running_mean, x_.dtype), cast(self.running_var, x_.dtype)
        rstd = (var + self.eps).rsqrt_()
        # in place, unless autograd needs x - mean
        normed = centred * rstd if torch.is_grad_enabled() else centred.mul_(rstd)
        weight = cast(self.weight, x_.dtype)
        tape.append((normed, rstd, weight, mean))
        return cast(torch.addcmul(cast(self.bias, x_.dtype), normed, weight), x.dtype)

    def _update_running(self, mean: torch.Tensor, var: torch.Tensor, n: int) -> None:
        if n == 1:
            raise ValueError("x: batch norm needs at least 2 rows in training, got 1")
        if torch.is_grad_enabled():  # autograd differentiates the operations; buffers never carry a graph
            mean, var = mean.detach(), var.detach()
        self.num_batches_tracked.add_(1)
        if n:
            momentum = 1 / int(self.num_batches_tracked) if self.momentum is None else self.momentum
            update_average(self.running_mean, mean, momentum)
            update_average(self.running_var, var * (n / (n - 1)), momentum)

    def backprop(self, tape: Tape, grad: torch.Tensor, need_input: bool = True) -> Grads:
        normed, rstd, weight, mean = tape.pop()
        grads = batch_norm_backward(cast(grad, normed.dtype), normed, rstd, weight, from_batch=mean is not None)
        return [cast(grads[0], grad.dtype), *grads[1:]]

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"
