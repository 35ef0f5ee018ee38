"""The epoch loop: shuffle, step through the mini-batches, evaluate, record.

The data stay in memory as tensors.  One gather per epoch shuffles the rows; the
mini-batches are slices of the result.  That costs a few microseconds per batch; worker
processes and per-row collation would cost more than the model.
"""
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import torch
from torch import nn

from minidl.checks import check_count, require
from minidl.metrics import roc_auc_score
from minidl.nn import backpropagate
from minidl.nn.backprop import Loss

Metric = Callable[[torch.Tensor, torch.Tensor], float]
HistoryRow = dict[str, float]
OnBatch = Callable[[], object] | None
OnEpoch = Callable[[HistoryRow], object] | None
Tensors = Sequence[torch.Tensor]  # (N, ...) each: the inputs; in a data set, the target comes last
EVALUATION_ROWS = 512  # rows per chunk, so that the hidden layers stay in the processor's cache


class DivergedError(ArithmeticError):
    """The loss is no longer finite.  `history` holds the rows recorded before."""

    def __init__(self, message: str, history: Iterable[HistoryRow] = ()) -> None:
        super().__init__(message)
        self.history = list(history)


def minibatches(tensors: Tensors, batch_size: int, generator: torch.Generator) -> Iterator[tuple[torch.Tensor, ...]]:
    """Return an iterator over one epoch's batches: tuples of slices, the rows in a new random order.

    tensors: tuple, each with first dimension N.  If one row is left over, it joins the
    batch before it: batch normalisation cannot use a batch of one row.
    """
    n = len(tensors[0])
    order = torch.randperm(n, generator=generator).to(tensors[0].device)
    sizes = [batch_size] * (n // batch_size)
    if n % batch_size == 1 and batch_size > 1 and sizes:
        sizes[-1] += 1
    elif n % batch_size:
        sizes.append(n % batch_size)
    return zip(*(tensor[order].split(sizes) for tensor in tensors))


@torch.no_grad()
def predict(model: nn.Module, inputs: Tensors) -> torch.Tensor:
    """Return the logits of all rows of `inputs`, a tuple of tensors; the model is in eval mode for the call."""
    was_training = model.training
    model.eval()
    chunks = zip(*(tensor.split(EVALUATION_ROWS) for tensor in inputs))
    logits = torch.cat([model(*chunk) for chunk in chunks])
    model.train(was_training)
    return logits


@torch.no_grad()
def evaluate(model: nn.Module, loss: Loss, tensors: Tensors, metric: Metric = roc_auc_score) -> tuple[float, float]:
    """Return (loss, metric) over all rows as floats; the model is in eval mode for the call."""
    *inputs, target = tensors
    logits = predict(model, inputs)
    value = loss(logits, target).item()
    if not math.isfinite(value):
        return value, math.nan
    return value, metric(target.flatten().cpu(), logits.flatten().cpu())


def finite(name: str, value: float) -> float:
    """Return the value; raise a DivergedError if it is not finite."""
    if not math.isfinite(value):
        raise DivergedError(f"{name}: must stay finite, got {value}")
    return value


def train_epoch(model: nn.Module, loss: Loss, optimizer: torch.optim.Optimizer, tensors: Tensors, *, batch_size: int,
                generator: torch.Generator, on_batch: OnBatch = None) -> None:
    """Take one optimiser step per mini-batch, over all rows once; arguments as for `fit`."""
    model.train()
    batches = minibatches(tensors, batch_size, generator)
    for number, (*inputs, target) in enumerate(batches, start=1):
        value = backpropagate(model, loss, inputs, target).item()
        finite(f"loss of batch {number}", value)
        optimizer.step()
        if on_batch:
            on_batch()


def fit(model: nn.Module, loss: Loss, optimizer: torch.optim.Optimizer, sets: Mapping[str, Tensors], *, epochs: int,
        batch_size: int, generator: torch.Generator, on_batch: OnBatch = None, on_epoch: OnEpoch = None
        ) -> list[HistoryRow]:
    """Train on sets["train"]; return the history.

    Args:
        model: torch module; model(*inputs) gives logits of the target's shape.
        loss: loss(logits, target) gives a 0-dimensional tensor.
        optimizer: any torch optimiser over the model's parameters.
        sets: dict from name to (*inputs, target), tensors on the model's device; the model is trained
            on "train" and evaluated on all.
        epochs, batch_size: at least 1.
        generator: CPU torch.Generator that shuffles the rows.
        on_batch: called without arguments after each batch.
        on_epoch: called with each row of the history as it is made.

    Returns:
        list of epochs + 1 dicts, the first from before training: "epoch", and for each
        set "{name}_loss" and "{name}_roc_auc", in eval mode.

    Raises:
        DivergedError: a loss is not finite; its `history` has the rows so far.
    """
    for name, number in (("epochs", epochs), ("batch_size", batch_size)):
        check_count(name, number)
    check_sets(sets)
    require(isinstance(model, nn.Module), "model", "must be a torch module", model, TypeError)
    for name, function in (("loss", loss), ("on_batch", on_batch or print), ("on_epoch", on_epoch or print)):
        require(callable(function), name, "must be a function", function, TypeError)
    is_optimizer = isinstance(optimizer, torch.optim.Optimizer)
    require(is_optimizer, "optimizer", "must be a torch optimiser", optimizer, TypeError)
    require(isinstance(generator, torch.Generator), "generator", "must be a torch.Generator", generator, TypeError)
    history: list[HistoryRow] = []
    try:
        for epoch in range(epochs + 1):
            if epoch:
                train_epoch(model, loss, optimizer, sets["train"], batch_size=batch_size,
                            generator=generator, on_batch=on_batch)
            row: HistoryRow = {"epoch": epoch}
            for name, tensors in sets.items():
                value, row[f"{name}_roc_auc"] = evaluate(model, loss, tensors)
                row[f"{name}_loss"] = finite(f"{name} loss", value)
            history.append(row)
            if on_epoch:
                on_epoch(row)
    except DivergedError as error:
        raise DivergedError(f"epoch {epoch}, {error}; try a smaller learning rate", history) from None
    return history


def check_sets(sets: Mapping[str, Tensors]) -> None:
    """Raise a TypeError or ValueError unless "train" and every other set have inputs and a target, of as many rows."""
    require(isinstance(sets, Mapping), "sets", "must be a dict from name to tensors", sets, TypeError)
    require("train" in sets, "sets", "must have a data set 'train'", list(sets))
    for name, tensors in sets.items():
        valid = isinstance(tensors, (tuple, list)) and all(isinstance(t, torch.Tensor) and t.ndim for t in tensors)
        require(valid and len(tensors) >= 2, "sets", "must have a tuple of inputs and target, tensors, in each", name,
                TypeError)
        lengths = sorted({len(tensor) for tensor in tensors})
        require(len(lengths) == 1 and lengths[0] >= 1, "sets",
                "must have the same number of rows, at least 1, in all tensors of a set", f"{lengths} in {name!r}")
