"""One call of hw1.run: the data, and the experiments one after another."""
import os
import time
from dataclasses import replace

import torch

from hw1.datasets import load_dataset
from hw1.experiments import EXPERIMENTS, describe
from hw1.search import finished_search, search
from hw1.trial import encode, run_trial
from minidl.report import NO_MATPLOTLIB, Table, best_row

COLUMNS = {"epoch": "d", "train loss": ".4f", "test loss": ".4f", "train ROC-AUC": ".4f", "test ROC-AUC": ".4f"}


class Session:
    """Loads the data once, runs experiments, remembers their histories for the summary."""

    def __init__(self, options):
        torch.set_num_threads(1)  # at these sizes a second thread costs more than it brings, and one is reproducible
        self.device = usable_device(options.device)
        self.seed, self.epochs, self.out = options.seed, options.epochs, options.out / "hw1"
        self.out.mkdir(parents=True, exist_ok=True)
        self.dataset = load_dataset(options.data, self.seed)
        self.features = encode({"train": self.dataset.train, "test": self.dataset.test}, self.device)
        self.finished = {}
        train, test = self.dataset.train.target, self.dataset.test.target
        encoder = self.features.encoder
        print(f"data {self.dataset.name}: {len(train):,} rows to train, {len(test):,} to test, "
              f"{train.mean():.1%} positive; {len(self.dataset.train.table)} columns, "
              f"{len(encoder.category_names)} of them categories")

    def experiment(self, number):
        """Return the experiment with this call's epochs; the fifth with the fourth's best dropout."""
        experiment = EXPERIMENTS[number]
        settings = replace(experiment.settings, epochs=self.epochs)
        if number == 5:
            found = self.best(4, reuse=True)
            print(f"\nexperiment 4's best dropout: {found.dropout}")
            settings = replace(settings, dropout=found.dropout)
        return replace(experiment, settings=settings)

    def best(self, number, *, reuse=False):
        """Return the experiment's settings, the best of its grid where it has one."""
        experiment, folder = self.experiment(number), self.out / f"exp{number}"
        if not experiment.grid:
            return experiment.settings
        found = finished_search(experiment, self.dataset, seed=self.seed, folder=folder) if reuse else None
        if found is None:
            print(f"\nexperiment {number}, {experiment.title}: the search")
            found = search(number, experiment, self.dataset, seed=self.seed, device=self.device, folder=folder)
            print(f"best on validation data: {describe(found)}")
        return found

    def run(self, number):
        """Run one experiment: its search, if it has a grid, then the training on all of train."""
        settings, title, folder = self.best(number), EXPERIMENTS[number].title, self.out / f"exp{number}"
        print(f"\nexperiment {number}, {title}: {describe(settings)}")
        started = time.perf_counter()
        table = Table(COLUMNS)
        keys = ("epoch", "train_loss", "test_loss", "train_roc_auc", "test_roc_auc")
        history = run_trial(settings, self.features, seed=self.seed, device=self.device, folder=folder,
                            title=f"experiment {number}, {title}",
                            on_epoch=lambda row: table.row(*(row[key] for key in keys)))
        best = best_row(history, "test_roc_auc")
        print(f"best epoch, by test ROC-AUC: {best['epoch']} ({best['test_roc_auc']:.4f}); "
              f"{time.perf_counter() - started:.1f} s")
        files = [name for name in ("config.json", "history.csv", "curves.png", "weights.pt", "search.csv")
                 if (folder / name).exists()]
        print(f"written to {folder}: {', '.join(files)}")
        if "curves.png" not in files:
            print(NO_MATPLOTLIB)
        self.finished[number] = settings, history

    def summary(self):
        """Print one row an experiment, where there were several."""
        if len(self.finished) < 2:
            return
        print("\ntest ROC-AUC after the last epoch, and at its best")
        table = Table({"experiment": "d", "last": ".4f", "best": ".4f", "at epoch": "d", "settings": "s"})
        for number, (settings, history) in self.finished.items():
            best = best_row(history, "test_roc_auc")
            table.row(number, history[-1]["test_roc_auc"], best["test_roc_auc"], best["epoch"], describe(settings))


def usable_device(name):
    """Return the name of a device that this machine has, set to give the same numbers each time."""
    try:
        device = torch.device(name)
        torch.Generator(device)  # more than a tensor asks: dropout draws its masks there
    except (RuntimeError, AssertionError):
        raise ValueError(f"--device: must be cpu, or a cuda device of this machine, got {name!r}") from None
    if device.type == "cuda":  # sums there run in any order unless told otherwise
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        torch.use_deterministic_algorithms(True)
    return str(device)
