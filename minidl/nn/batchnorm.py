"""Batch normalisation.

    h = (x - mean) / sqrt(var + eps)        y = h * weight + bias

Training: mean and var are those of each feature over the batch, var divided by B.
The running statistics are updated: running <- (1 - momentum) running + momentum * batch,
with the batch's variance divided by B - 1.
Eval: mean and var are the running statistics, as constants.

    dL/dweight = sum(g h)        dL/dbias = sum(g)        over the batch
    dL/dx = weight / sqrt(var + eps) * (g - mean(g) - h * mean(g h))    in training
    dL/dx = weight / sqrt(var + eps) * g                                in eval

mean(g) and mean(g h) appear because mean and var depend on x too.  The variance takes
two passes, mean((x - mean)^2): in float32, mean(x^2) - mean(x)^2 has no correct digit
for a feature near 10,000.

Source: Ioffe and Szegedy, "Batch Normalization: Accelerating Deep Network Training
by Reducing Internal Covariate Shift", 2015, arXiv 1502.03167.
"""
import torch
from torch import nn

from minidl.nn.layer import Grads, Layer, Tape


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
    n = len(grad)
    inner = torch.addcmul(grad, normed, grad_weight, value=-1 / n).sub_(grad_bias, alpha=1 / n)
    return inner.mul_(weight * rstd), grad_weight, grad_bias


class BatchNorm1d(Layer):
    """torch.nn.BatchNorm1d by hand, with the same defaults, state_dict keys and buffers.

    Input and output (B, num_features).  In training a batch of one row raises a
    ValueError: its variance is 0, so the output would be the bias for any x.

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

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__()
        if not num_features >= 1:
            raise ValueError(f"num_features: must be at least 1, got {num_features}")
        if not eps >= 0:
            raise ValueError(f"eps: must be at least 0, got {eps}")
        if not 0 <= momentum <= 1:
            raise ValueError(f"momentum: must be in [0, 1], got {momentum}")
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def compute(self, tape: Tape, x: torch.Tensor) -> torch.Tensor:
        if x.ndim != 2 or x.shape[1] != self.num_features:
            raise ValueError(f"x: must be (B, {self.num_features}), got {tuple(x.shape)}")
        mean: torch.Tensor | None
        if self.training:
            normed, mean, var = batch_statistics(x)
            self._update_running(mean, var, len(x))
        else:
            normed, mean, var = x - self.running_mean, None, self.running_var
        rstd = (var + self.eps).rsqrt_()
        normed *= rstd  # in place: x - mean is a new tensor, used only here
        weight = self.weight
        tape.append((normed, rstd, weight, mean))
        return torch.addcmul(self.bias, normed, weight)

    def _update_running(self, mean: torch.Tensor, var: torch.Tensor, n: int) -> None:
        if n < 2:
            raise ValueError("x: batch norm needs at least 2 rows in training, got 1")
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(var * (n / (n - 1)), self.momentum)
        self.num_batches_tracked.add_(1)

    def backprop(self, tape: Tape, grad: torch.Tensor, need_input: bool = True) -> Grads:
        normed, rstd, weight, mean = tape.pop()
        return list(batch_norm_backward(grad, normed, rstd, weight, from_batch=mean is not None))

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"
