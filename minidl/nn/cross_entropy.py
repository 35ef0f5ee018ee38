"""Cross-entropy over classes, on logits: the loss of a language model.

    L = mean over rows of  -log softmax(z)_y,        log softmax(z)_y = (z_y - m) - log(sum_j e^(z_j - m))
    dL/dz = (softmax(z) - onehot(y)) / n,            n the number of counted rows

The largest logit m is subtracted first.  The sum then cannot overflow, and the loss keeps its digits
however large the logits are: log(sum_j e^z_j) - z_y of two logits 1e8 would be 0 in float32, not log 2.
Rows whose target is `ignore_index` are not counted: padding, or the tokens of a prompt.

Left out: label smoothing, class weights, targets given as distributions.
"""
import torch

from minidl.checks import is_whole, require
from minidl.nn.dtypes import loss_dtype, wide
from minidl.nn.layer import Grads, Layer, Tape
from minidl.tensors import check_floating, check_integers

IGNORE_INDEX = -100


def cross_entropy(logits: torch.Tensor, target: torch.Tensor, *, ignore_index: int = IGNORE_INDEX) -> torch.Tensor:
    """Return the mean loss, a 0-dimensional tensor.

    Args:
        logits: (..., V) floating.
        target: (...) int64 or uint8, classes in 0 .. V - 1, or ignore_index.

    Raises:
        ValueError: shapes do not match; a class is out of range; every row is ignored.

    The dtype is that of the logits.  bfloat16 and float16 are summed in float32 and rounded once;
    under torch.autocast the loss is float32.  Zero rows give NaN, the mean of nothing.

    Differs from torch: the classes are the last dimension of the logits, for any number of dimensions.

    >>> cross_entropy(torch.tensor([[0., 0.], [1., 3.]]), torch.tensor([1, -100])).item()  # log 2
    0.6931471824645996
    """
    rows, classes, _ = counted_rows(logits, target, ignore_index)
    return (-rows.log_softmax(-1).gather(-1, classes[:, None])[:, 0]).mean().to(loss_dtype(logits))


def cross_entropy_backward(grad: torch.Tensor | float, logits: torch.Tensor, target: torch.Tensor, *,
                           ignore_index: int = IGNORE_INDEX) -> torch.Tensor:
    """Return dL'/dz, (..., V), for grad = dL'/dL, a number or a 0-dimensional tensor."""
    rows, classes, counted = counted_rows(logits, target, ignore_index)
    probabilities = rows.softmax(-1)
    onehot = torch.zeros_like(rows).scatter_(-1, classes[:, None], 1.0)
    grad_rows = ((probabilities - onehot) * (grad / max(len(classes), 1))).to(logits.dtype)
    return torch.zeros_like(logits).masked_scatter(counted[..., None], grad_rows)


def counted_rows(logits: torch.Tensor, target: torch.Tensor, ignore_index: int
                 ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return the logits (n, V), at least float32, and the classes (n,) of the n counted rows, and their mask (...).

    A row is counted if its target is not ignore_index.
    """
    check_floating("logits", logits)
    check_integers("target", target, (torch.int64, torch.uint8))
    require(is_whole(ignore_index), "ignore_index", "must be a whole number", ignore_index, TypeError)
    if not logits.ndim:
        raise ValueError("logits: must be (..., V), got a single number")
    if logits.shape[:-1] != target.shape:
        raise ValueError(f"target: must have the logits' shape without the last dimension, "
                         f"{tuple(logits.shape[:-1])}, got {tuple(target.shape)}")
    target = target.long()
    counted = target != ignore_index
    classes = target[counted]
    if not target.numel():
        return wide(logits[counted]), classes, counted
    if not len(classes):
        raise ValueError(f"target: must have a class other than ignore_index {ignore_index}, got none")
    low, high = torch.stack(torch.aminmax(classes)).tolist()
    if low < 0 or high >= logits.shape[-1]:
        raise ValueError(f"target: must be in 0 .. {logits.shape[-1] - 1} or {ignore_index}, "
                         f"got {low if low < 0 else high}")
    return wide(logits[counted]), classes, counted


class CrossEntropyLoss(Layer):
    """torch.nn.CrossEntropyLoss by hand: the mean over the rows whose target is not ignore_index.

    Differs from torch: the classes are the last dimension of the logits; no weights.
    """

    def __init__(self, *, ignore_index: int = IGNORE_INDEX) -> None:
        super().__init__()
        require(is_whole(ignore_index), "ignore_index", "must be a whole number", ignore_index, TypeError)
        self.ignore_index = ignore_index

    def compute(self, tape: Tape, logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        tape.append((logits, target))
        return cross_entropy(logits, target, ignore_index=self.ignore_index)

    def backprop(self, tape: Tape, grad: torch.Tensor | float, need_input: bool = True) -> Grads:
        logits, target = tape.pop()
        return [cross_entropy_backward(grad, logits, target, ignore_index=self.ignore_index), None]
