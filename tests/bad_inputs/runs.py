"""The rows of training, trials, grid search and the loading of models."""
import tempfile
from dataclasses import dataclass
from pathlib import Path

import torch

from minidl import nn, optim
from minidl.decoding.model import load_model
from minidl.grid_search import grid_search
from minidl.training import fit
from minidl.trials import Run, Trial, run_trials
from tests.bad_inputs.values import NOT_COUNTS, Row

FOLDER = tempfile.TemporaryDirectory()
X, Y = torch.ones(4, 2), torch.tensor([[0.0], [1.0], [0.0], [1.0]])
MODEL = nn.Linear(2, 1)
NOT_FLAGS, NOT_FUNCTIONS = [None, "yes", 2], [None, "a", 7]


@dataclass
class Settings:
    lr: float = 0.1


def train(settings, seed, tick):
    """Return a Run without training."""
    row = {"epoch": 0, "valid_loss": 0.5, "valid_roc_auc": 0.5}
    return Run([row], Y[:, 0].numpy(), Y[:, 0].numpy(), {})


def run(**arguments):
    """Return the list of runs."""
    return list(run_trials(**arguments))


def load(**arguments):
    """Call load_model if there are arguments; the bad ones are refused before anything is loaded."""
    return arguments and load_model(**{"name": FOLDER.name, **arguments})


SETTINGS = {"train": train, "batches": lambda settings: 1}
NOT_SETTINGS = {"train": NOT_FUNCTIONS, "batches": NOT_FUNCTIONS, "jobs": NOT_COUNTS, "fresh": NOT_FLAGS}
TRIAL = Trial("title", Settings(), 0, Path(FOLDER.name, "trial"), {})
GRID = {"title": "title", "grid": [({"lr": 0.1}, Settings())], "seeds": [0], "folder": Path(FOLDER.name), "depends": {},
        **SETTINGS}
ROWS = {
    "training.fit": Row(fit, {
        "model": MODEL, "loss": nn.BCEWithLogitsLoss(), "optimizer": optim.SGD(MODEL.parameters()),
        "sets": {"train": (X, Y)}, "epochs": 1, "batch_size": 2, "generator": torch.Generator()}, {
        "model": [None, "a", torch.relu], "loss": NOT_FUNCTIONS, "optimizer": [None, "SGD", optim.SGD],
        "sets": [None, "train", [(X, Y)], {}, {"test": (X, Y)}, {"train": None}, {"train": X}, {"train": (X,)},
                 {"train": (X, None)}, {"train": (X, Y[:3])}, {"train": (X[:0], Y[:0])}, {"train": (X, Y), "test": 7}],
        "epochs": NOT_COUNTS, "batch_size": NOT_COUNTS, "generator": [None, 0, "seed"],
        "on_batch": ["a", 7], "on_epoch": ["a", 7]}),
    "trials.run_trials": Row(run, {"trials": [TRIAL], **SETTINGS}, {
        "trials": [None, "a", 7, [None], ["a"], TRIAL], "workers": ["a", 7], **NOT_SETTINGS}),
    "grid_search.grid_search": Row(grid_search, GRID, {
        "grid": [None, "a", 7, [], [None], [Settings()], [({"lr": 0.1},)], [("lr", Settings())]],
        "seeds": [None, 7, [], ["a"], [0.5], [True]], "folder": [None, 7, ["a"]], **NOT_SETTINGS}),
    "decoding.model.load_model": Row(load, {}, {
        "name": [None, 7, ["a"]], "dtype": [None, 7, "int64", "no such", torch.float32],
        "device": [1.5, "nowhere", [0]]}),
}
