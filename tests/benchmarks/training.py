"""One epoch of HW1's training on the course's data, batches of 32: the steps alone, no evaluation.

ours: minidl's layers, loss, SGD and loop.  torch.nn: the same model of torch.nn,
torch.nn.BCEWithLogitsLoss and torch.optim.SGD in the same loop over the same batches in
memory.  DataLoader: that, with batches from torch.utils.data.DataLoader.
"""
import functools

import torch
from torch import nn
from torch.utils.data import DataLoader, RandomSampler, TensorDataset

from hw1.datasets import load_dataset
from hw1.experiments import EXPERIMENTS
from hw1.model import build_model
from hw1.trial import encode
from minidl.nn import BCEWithLogitsLoss
from minidl.optim import SGD
from minidl.tables import TablePrinter
from minidl.training import minibatches, predict, train_epoch
from tests.benchmarks import corpus
from tests.benchmarks.cases import Case, MissingError, difference, wanted_text
from tests.benchmarks.timing import interleaved

WANTED = {1: (0.62, 0.5), 3: (0.95, 0.8)}
ROUNDS, CASE_ROUNDS = 15, 5
PEERS = {"torch.nn": "torch.nn, batches in memory", "DataLoader": "torch.nn, batches from a DataLoader"}


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


@functools.cache
def features():
    """Return the encoded training rows of the course's data, or of credit.csv where those are not at hand."""
    try:
        name = corpus.folder() / "loan"
    except MissingError:
        name = "credit"
    return encode({"train": load_dataset(name).train}, "cpu")


def copy_weights(ours, theirs, cardinalities):
    """Give a TorchNet the weights of our network, in which one table has the embeddings of all columns."""
    weights = []
    for name, weight in ours.named_parameters():
        weights += weight.split(cardinalities) if name.endswith("categories.weight") else [weight]
    with torch.no_grad():
        for own, weight in zip(theirs.parameters(), weights, strict=True):
            own.copy_(weight)


def contenders(number):
    """Return (models, epochs of them as functions without arguments): the same weights and the same first batches."""
    settings, encoder, tensors = EXPERIMENTS[number].settings, features().encoder, features().sets["train"]
    shape = len(encoder.number_names), encoder.cardinalities
    shuffles = {name: torch.Generator().manual_seed(0) for name in ("ours", *PEERS)}
    models = {"ours": build_model(settings, *shape, generators=(torch.Generator().manual_seed(0), None))}
    optimizer = SGD(models["ours"].parameters(), lr=settings.lr)
    epochs = {"ours": lambda: train_epoch(models["ours"], BCEWithLogitsLoss(), optimizer, tensors,
                                          batch_size=settings.batch_size, generator=shuffles["ours"])}
    data = TensorDataset(*tensors)
    loader = DataLoader(data, settings.batch_size, sampler=RandomSampler(data, generator=shuffles["DataLoader"]))
    for name, batches in (("torch.nn", lambda: minibatches(tensors, settings.batch_size, shuffles["torch.nn"])),
                          ("DataLoader", lambda: loader)):
        models[name] = model = TorchNet(settings, *shape)
        copy_weights(models["ours"], model, encoder.cardinalities)
        sgd = torch.optim.SGD(model.parameters(), lr=settings.lr)
        epochs[name] = lambda model=model, sgd=sgd, batches=batches: torch_epoch(
            model, nn.BCEWithLogitsLoss(), sgd, batches())
    return models, epochs


@functools.cache
def logits(number):
    """Return each contender's logits of all rows after one epoch."""
    models, epochs = contenders(number)
    for epoch in epochs.values():
        epoch()
    return {name: predict(model, features().sets["train"][:-1]) for name, model in models.items()}


@functools.cache
def timed(number, rounds):
    """Time an epoch of the contenders."""
    return interleaved(contenders(number)[1], rounds)


def measure(number, peer):
    """Return (agreement, ratio)."""
    corpus.folder()  # which has the data that the table is about
    found = logits(number)
    return (f"logits: {difference(found['ours'], found[peer], relative=True)}",
            timed(number, CASE_ROUNDS).ratio("ours", peer))


def cases():
    """Yield a Case an experiment and peer."""
    for peer, text in PEERS.items():
        for number, wanted in WANTED.items():
            yield Case(f"an epoch of HW1's experiment {number}", text, functools.partial(measure, number, peer),
                       wanted if peer == "torch.nn" else ())


def main():
    """Print a row an experiment."""
    print(f"{len(features().sets['train'][0]):,} rows; 52,780 where MINIDL_SHARED names the course's data")
    table = TablePrinter({"experiment": "d", "ours, ms": ".0f", "torch.nn, ms": ".0f", "DataLoader, ms": ".0f",
                          "/ torch.nn": ".3f", "      wanted": "s", "/ DataLoader": ".3f"})
    for number, wanted in WANTED.items():
        found = timed(number, ROUNDS)
        table.row(number, *found.milliseconds(), found.ratio("ours", "torch.nn"), wanted_text(wanted),
                  found.ratio("ours", "DataLoader"))
