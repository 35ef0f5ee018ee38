"""Binary cross-entropy on logits.

    L = mean of  -p y log s(z) - (1 - y) log(1 - s(z)),        s(z) = 1 / (1 + e^-z),  n elements
      = mean of  c log(1 + e^z) - p y z,                       c = 1 - y + p y
    dL/dz = (c s(z) - p y) / n
    dL/dy = ((p - 1) log(1 + e^z) - p z) / n

p is pos_weight, the weight of a positive; without it p = 1, so c = 1 and dL/dy = -z / n.

The input is logits, not probabilities: a probability near 1 has already lost its last
digits.  logaddexp computes log(1 + e^z) without overflow.
"""
import torch

from minidl.checks import require
from minidl.nn.dtypes import cast, loss_dtype, wide
from minidl.nn.layer import Grads, Layer, Tape
from minidl.tensors import check_floating

LOG_ONE = torch.zeros(())


def binary_cross_entropy_with_logits(logits: torch.Tensor, target: torch.Tensor, pos_weight: torch.Tensor | None = None
                                     ) -> torch.Tensor:
    """Return the mean loss, a 0-dimensional tensor.

    Args:
        logits, target: tensors of the same shape, of floating dtypes; targets in [0, 1].
        pos_weight: None, or a tensor whose shape broadcasts to that of the logits.

    The dtype is that of logits and target together.  bfloat16 and float16 are computed in float32
    and rounded once; under torch.autocast the loss is float32.  Zero rows give NaN, the mean of nothing.

    >>> z, y = torch.tensor([0., 1000.]), torch.tensor([1., 0.])
    >>> binary_cross_entropy_with_logits(z, y).item()  # (log 2 + 1000) / 2
    500.3465881347656
    >>> binary_cross_entropy_with_logits(z, y, torch.tensor(3.)).item()  # (3 log 2 + 1000) / 2
    501.03973388671875
    """
    check_floating("logits", logits)
    check_floating("target", target)
    if logits.shape != target.shape:
        raise ValueError(f"target: must have the logits' shape {tuple(logits.shape)}, "
                         f"got {tuple(target.shape)}")
    dtype = loss_dtype(logits)
    if dtype != target.dtype:
        dtype = torch.promote_types(dtype, target.dtype)
    z, y = wide(logits), wide(target)
    if pos_weight is not None:
        check_pos_weight(pos_weight)
        try:
            torch.broadcast_to(pos_weight, z.shape)
        except RuntimeError:
            raise ValueError(f"pos_weight: must broadcast to the logits' shape {tuple(z.shape)}, "
                             f"got {tuple(pos_weight.shape)}") from None
        y, softplus = pos_weight * y, torch.logaddexp(z, LOG_ONE) * (1 - y + pos_weight * y)
    else:
        softplus = torch.logaddexp(z, LOG_ONE)  # log(e^z + 1)
    return cast(torch.addcmul(softplus, z, y, value=-1).mean(), dtype)


def binary_cross_entropy_with_logits_backward(grad: torch.Tensor | float, logits: torch.Tensor, target: torch.Tensor,
                                              pos_weight: torch.Tensor | None = None) -> torch.Tensor:
    """Return dL'/dz for grad = dL'/dL, a number or a 0-dimensional tensor."""
    s, y = torch.sigmoid(wide(logits)), wide(target)
    grad_z = s - y if pos_weight is None else s * (1 - y + pos_weight * y) - pos_weight * y
    return cast(grad_z * (grad / max(logits.numel(), 1)), logits.dtype)


def check_pos_weight(pos_weight: torch.Tensor | None) -> None:
    """Raise a TypeError unless pos_weight is None or a tensor of real numbers."""
    valid = pos_weight is None or isinstance(pos_weight, torch.Tensor) and not pos_weight.is_complex()
    require(valid, "pos_weight", "must be None or a tensor of real numbers", pos_weight, TypeError)


def target_gradient(grad: torch.Tensor | float, logits: torch.Tensor, target: torch.Tensor,
                    pos_weight: torch.Tensor | None = None) -> torch.Tensor:
    """Return dL'/dy for grad = dL'/dL, a number or a 0-dimensional tensor."""
    z = wide(logits)
    grad_y = -z if pos_weight is None else (pos_weight - 1) * torch.logaddexp(z, LOG_ONE) - pos_weight * z
    return cast(grad_y * (grad / max(logits.numel(), 1)), target.dtype)


class BCEWithLogitsLoss(Layer):
    """torch.nn.BCEWithLogitsLoss by hand.

    pos_weight: None, or a tensor whose shape broadcasts to that of the logits: the weight of positives.

    Differs from torch: only the mean reduction; no weights of elements.
    """

    pos_weight: torch.Tensor | None

    def __init__(self, *, pos_weight: torch.Tensor | None = None) -> None:
        super().__init__()
        check_pos_weight(pos_weight)
        self.register_buffer("pos_weight", pos_weight)

    def compute(self, tape: Tape, logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        pos_weight = self.pos_weight
        tape.append((logits, target, pos_weight))
        return binary_cross_entropy_with_logits(logits, target, pos_weight)

    def backprop(self, tape: Tape, grad: torch.Tensor | float, need_input: bool = True) -> Grads:
        logits, target, pos_weight = tape.pop()
        grad_y = target_gradient(grad, logits, target, pos_weight) if target.requires_grad else None
        return [binary_cross_entropy_with_logits_backward(grad, logits, target, pos_weight), grad_y]
