"""Binary cross-entropy on logits.

    L = mean of  -y log s(z) - (1 - y) log(1 - s(z))  =  mean of  log(1 + e^z) - y z
    dL/dz = (s(z) - y) / n,        s(z) = 1 / (1 + e^-z),  n elements

The input is logits, not probabilities: a probability near 1 has already lost its last
digits.  logaddexp computes log(1 + e^z) without overflow.
"""
import torch

from minidl.nn.layer import Grads, Layer, Tape

LOG_ONE = torch.zeros(())


def binary_cross_entropy_with_logits(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Return the mean loss, a 0-dimensional tensor.

    logits, target: tensors of the same shape and floating dtype; targets in [0, 1].

    >>> z, y = torch.tensor([0., 1000.]), torch.tensor([1., 0.])
    >>> binary_cross_entropy_with_logits(z, y).item()  # (log 2 + 1000) / 2
    500.3465881347656
    """
    if logits.shape != target.shape:
        raise ValueError(f"target: must have the logits' shape {tuple(logits.shape)}, "
                         f"got {tuple(target.shape)}")
    softplus = torch.logaddexp(logits, LOG_ONE)  # log(e^z + 1)
    return torch.addcmul(softplus, logits, target, value=-1).mean()


def binary_cross_entropy_with_logits_backward(grad: torch.Tensor | float, logits: torch.Tensor, target: torch.Tensor
                                              ) -> torch.Tensor:
    """Return dL'/dz for grad = dL'/dL, a number or a 0-dimensional tensor."""
    return (torch.sigmoid(logits) - target) * (grad / logits.numel())


class BCEWithLogitsLoss(Layer):
    """torch.nn.BCEWithLogitsLoss by hand.

    Differs from torch: only the mean reduction; no weights.
    """

    def compute(self, tape: Tape, logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        tape.append((logits, target))
        return binary_cross_entropy_with_logits(logits, target)

    def backprop(self, tape: Tape, grad: torch.Tensor | float, need_input: bool = True) -> Grads:
        logits, target = tape.pop()
        return [binary_cross_entropy_with_logits_backward(grad, logits, target), None]
