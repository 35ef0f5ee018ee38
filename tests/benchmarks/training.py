"""One epoch of HW1's training on the course's data: batches of 32, only the steps, no evaluation.

ours: minidl's layers, loss, SGD and loop.  torch.nn: the same model of torch.nn layers,
with torch.nn.BCEWithLogitsLoss and torch.optim.SGD, over the same batches in memory.
DataLoader: the same as torch.nn, but with batches from torch.utils.data.DataLoader.

The second table times one step of minidl's model with the gradients computed in three ways.
"""
import functools

import torch
from torch import nn
from torch.utils.data import DataLoader, RandomSampler, TensorDataset

from hw1.datasets import load_dataset
from hw1.experiments import EXPERIMENTS
from hw1.training import build_model, encode
from minidl.nn import BCEWithLogitsLoss, Residual, Sequential, backpropagate
from minidl.optim import SGD
from minidl.tables import TablePrinter
from minidl.training import minibatches, predict, train_epoch
from tests.benchmarks import corpus
from tests.benchmarks.cases import Case, MissingError, difference, wanted_text
from tests.benchmarks.timing import interleaved

WANTED = {1: (0.62, 0.5), 3: (0.95, 0.8)}
ROUNDS, CASE_ROUNDS = 15, 5
STEP_ROUNDS, STEPS = 41, 50
PEERS = {"torch.nn": "torch.nn, batches in memory", "DataLoader": "torch.nn, batches from a DataLoader"}


class TorchInput(nn.Module):
    """A Linear for the numbers plus an Embedding per column."""

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
    """The network of the experiments, written with torch.nn."""

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
    """Train for one epoch with the usual loop of torch."""
    model.train()
    for numbers, ids, target in batches:
        optimizer.zero_grad()
        value = loss(model(numbers, ids), target)
        value.backward()
        optimizer.step()
        value.item()


@functools.cache
def features():
    """Return the encoded training rows: of the course's data, or of credit.csv if MINIDL_SHARED is not set."""
    try:
        name = corpus.folder() / "loan"
    except MissingError:
        name = "credit"
    return encode({"train": load_dataset(name).train}, "cpu")


def copy_weights(ours, theirs, cardinalities):
    """Copy our weights to a TorchNet; ours has one table for the embeddings of all columns."""
    weights = []
    for name, weight in ours.named_parameters():
        weights += weight.split(cardinalities) if name.endswith("categories.weight") else [weight]
    with torch.no_grad():
        for parameter, weight in zip(theirs.parameters(), weights, strict=True):
            parameter.copy_(weight)


def our_model(number):
    """Return minidl's model of an experiment; every call returns the same weights."""
    return build_model(EXPERIMENTS[number].settings, features().encoder, (torch.Generator().manual_seed(0), None))


def contenders(number):
    """Return (models, functions that train each for an epoch): the same weights and the same first batches."""
    settings, encoder, tensors = EXPERIMENTS[number].settings, features().encoder, features().sets["train"]
    shuffles = {name: torch.Generator().manual_seed(0) for name in ("ours", *PEERS)}
    models = {"ours": our_model(number)}
    optimizer = SGD(models["ours"].parameters(), lr=settings.lr)
    epochs = {"ours": lambda: train_epoch(models["ours"], BCEWithLogitsLoss(), optimizer, tensors,
                                          batch_size=settings.batch_size, generator=shuffles["ours"])}
    data = TensorDataset(*tensors)
    loader = DataLoader(data, settings.batch_size, sampler=RandomSampler(data, generator=shuffles["DataLoader"]))
    for name, batches in (("torch.nn", lambda: minibatches(tensors, settings.batch_size, shuffles["torch.nn"])),
                          ("DataLoader", lambda: loader)):
        models[name] = model = TorchNet(settings, len(encoder.number_names), encoder.cardinalities)
        copy_weights(models["ours"], model, encoder.cardinalities)
        sgd = torch.optim.SGD(model.parameters(), lr=settings.lr)
        epochs[name] = lambda model=model, sgd=sgd, batches=batches: torch_epoch(
            model, nn.BCEWithLogitsLoss(), sgd, batches())
    return models, epochs


@functools.cache
def logits(number):
    """Return the logits of each contender for all rows after one epoch."""
    models, epochs = contenders(number)
    for epoch in epochs.values():
        epoch()
    return {name: predict(model, features().sets["train"][:-1]) for name, model in models.items()}


@functools.cache
def timed(number, rounds):
    """Return the Timed of an epoch of each contender."""
    return interleaved(contenders(number)[1], rounds)


def measure(number, peer):
    """Return (agreement, ratio)."""
    corpus.folder()  # raises MissingError without the course's data, to which the wanted ratios belong
    return (f"logits: {difference(logits(number)['ours'], logits(number)[peer], relative=True)}",
            timed(number, CASE_ROUNDS).ratio("ours", peer))


def cases():
    """Yield one Case per experiment and peer."""
    for peer, text in PEERS.items():
        for number, wanted in WANTED.items():
            yield Case(f"an epoch of HW1's experiment {number}", text, functools.partial(measure, number, peer),
                       wanted if peer == "torch.nn" else ())


def layer_by_layer(layer, *inputs):
    """Return the layer's output; the layers inside it are called one by one, so each is an autograd node."""
    if isinstance(layer, Residual):
        return inputs[0] + layer_by_layer(layer.f, *inputs)
    if not isinstance(layer, Sequential):
        return layer(*inputs)
    for part in layer.children():
        inputs = (layer_by_layer(part, *inputs),)
    return inputs[0]


def time_gradients(number):
    """Return the Timed of a training step on one batch, with the gradients computed in three ways."""
    loss, (*inputs, target) = BCEWithLogitsLoss(), (tensor[:32] for tensor in features().sets["train"])
    ways = {"tape": lambda model: backpropagate(model, loss, inputs, target),
            "one node": lambda model: loss(model(*inputs), target).backward(),
            "a node per layer": lambda model: loss(layer_by_layer(model, *inputs), target).backward()}

    def step(name, model, optimizer):
        optimizer.zero_grad()
        ways[name](model)
        optimizer.step()

    models = {name: our_model(number) for name in ways}
    return interleaved({name: functools.partial(step, name, model, SGD(model.parameters(), lr=0.01))
                        for name, model in models.items()}, STEP_ROUNDS, STEPS)


def main():
    """Print one row per experiment in each of the two tables."""
    print(f"{len(features().sets['train'][0]):,} rows; 52,780 if MINIDL_SHARED names the course's data")
    table = TablePrinter({"experiment": "d", "ours, ms": ".0f", "torch.nn, ms": ".0f", "DataLoader, ms": ".0f",
                          "/ torch.nn": ".3f", "      wanted": "s", "/ DataLoader": ".3f"})
    for number, wanted in WANTED.items():
        times = timed(number, ROUNDS)
        table.row(number, *times.milliseconds(), times.ratio("ours", "torch.nn"), wanted_text(wanted),
                  times.ratio("ours", "DataLoader"))
    print("\none step: gradients by minidl's tape, or by torch's autograd with one node or with a node per layer")
    table = TablePrinter({"experiment": "d", "tape, ms": ".3f", "one node, ms": ".3f", "node per layer, ms": ".3f"})
    for number in WANTED:
        table.row(number, *time_gradients(number).milliseconds())
