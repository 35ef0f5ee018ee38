"""One epoch of HW1's training on the course's data, batches of 32: the steps alone, no evaluation.

ours: minidl's layers, loss, SGD and loop.  torch.nn: the same model of torch.nn,
torch.nn.BCEWithLogitsLoss and torch.optim.SGD in the same loop over the same batches in
memory.  DataLoader: that, with batches from torch.utils.data.DataLoader.
"""
import os
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from hw1.datasets import load_dataset
from hw1.experiments import EXPERIMENTS
from hw1.model import build_model
from hw1.trial import encode
from minidl.nn import BCEWithLogitsLoss
from minidl.optim import SGD
from minidl.report import Table
from minidl.training import minibatches, train_epoch
from tests.benchmarks.timing import interleaved, milliseconds, ratio

WANTED = {1: ".62 (.50)", 3: ".95 (.80)"}
ROUNDS = 15


class TorchInput(nn.Module):
    """A Linear for the numbers plus an Embedding a column."""

    def __init__(self, n_numbers, cardinalities, hidden):
        super().__init__()
        self.numbers = nn.Linear(n_numbers, hidden)
        self.columns = nn.ModuleList(nn.Embedding(size, hidden) for size in cardinalities)

    def forward(self, numbers, ids):
        hidden = self.numbers(numbers)
        for number, column in enumerate(self.columns):
            hidden = hidden + column(ids[:, number])
        return hidden


class TorchNet(nn.Module):
    """The experiments' network as one writes it in torch."""

    def __init__(self, settings, n_numbers, cardinalities):
        super().__init__()
        hidden = settings.hidden
        self.skip = settings.skip
        self.input = TorchInput(n_numbers, cardinalities, hidden)
        self.blocks = nn.ModuleList(nn.Sequential(
            *([nn.BatchNorm1d(hidden)] if settings.batch_norm else []),
            nn.Linear(hidden, 4 * hidden), nn.ReLU(), nn.Linear(4 * hidden, hidden),
        ) for _ in range(settings.blocks))
        self.output = nn.Linear(hidden, 1)

    def forward(self, numbers, ids):
        hidden = self.input(numbers, ids)
        for block in self.blocks:
            hidden = hidden + block(hidden) if self.skip else block(hidden)
        return self.output(hidden)


def torch_epoch(model, loss, optimizer, batches):
    """The usual loop."""
    model.train()
    for numbers, ids, target in batches:
        optimizer.zero_grad()
        value = loss(model(numbers, ids), target)
        value.backward()
        optimizer.step()
        value.item()


def contenders(settings, features, tensors):
    """Return the three epochs as functions without arguments."""
    shape = len(features.encoder.number_names), features.encoder.cardinalities
    ours = build_model(settings, *shape, generators=(None, None))
    optimizer, shuffle = SGD(ours.parameters(), lr=settings.lr), torch.Generator().manual_seed(0)
    result = {"ours": lambda: train_epoch(ours, BCEWithLogitsLoss(), optimizer, tensors,
                                          batch_size=settings.batch_size, generator=shuffle)}
    loader = DataLoader(TensorDataset(*tensors), batch_size=settings.batch_size, shuffle=True)
    for name, batches in (("torch.nn", lambda: minibatches(tensors, settings.batch_size, shuffle)),
                          ("DataLoader", lambda: loader)):
        model = TorchNet(settings, *shape)
        sgd = torch.optim.SGD(model.parameters(), lr=settings.lr)
        result[name] = lambda model=model, sgd=sgd, batches=batches: torch_epoch(
            model, nn.BCEWithLogitsLoss(), sgd, batches())
    return result


def main():
    """Print a row an experiment."""
    shared = os.environ.get("MINIDL_SHARED")
    dataset = load_dataset(Path(shared) / "data" / "loan" if shared else "credit")
    features = encode({"train": dataset.train}, "cpu")
    tensors = features.sets["train"]
    print(f"data {dataset.name}, {len(tensors[0]):,} rows" + ("" if shared else "; MINIDL_SHARED names the course's"))
    table = Table({"experiment": "d", "ours, ms": ".0f", "torch.nn, ms": ".0f", "DataLoader, ms": ".0f",
                   "/ torch.nn": ".3f", "wanted": "s", "/ DataLoader": ".3f"})
    for number, wanted in WANTED.items():
        seconds = interleaved(contenders(EXPERIMENTS[number].settings, features, tensors), ROUNDS)
        table.row(number, *(milliseconds(seconds, name) for name in seconds), ratio(seconds, "ours", "torch.nn"),
                  wanted, ratio(seconds, "ours", "DataLoader"))
