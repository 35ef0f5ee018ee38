"""One call of hw1.run: the data, and the experiments one after another."""
import shutil
import time
from typing import NamedTuple

import torch

from hw1.datasets import load_dataset
from hw1.environment import code_digest, usable_device
from hw1.experiments import EXPERIMENTS, Experiment, Settings, describe
from hw1.figures import draw_runs, draw_search
from hw1.parallel import run_trials
from hw1.report import write_report
from hw1.search import VALIDATION_SHARE, best_candidate, search
from hw1.trial import Trial, encode, finished
from minidl.files import write_csv
from minidl.history import best_row, mean_and_deviation, mean_history
from minidl.plots import NO_MATPLOTLIB, have_matplotlib
from minidl.tables import TablePrinter
from minidl.training import DivergedError

COLUMNS = {"epoch": "d", "train loss": ".4f", "test loss": ".4f", "train ROC-AUC": ".4f", "test ROC-AUC": ".4f"}
KEYS = ("epoch", "train_loss", "test_loss", "train_roc_auc", "test_roc_auc")


class Outcome(NamedTuple):
    """What an experiment came to: the settings used, one run a seed, and the candidates of its search."""

    experiment: Experiment
    settings: Settings
    runs: list
    candidates: list

    @property
    def history(self):
        """The runs' mean history."""
        return mean_history([run.history for run in self.runs])


class Session:
    """Loads the data once, runs experiments, remembers their outcomes."""

    def __init__(self, options):
        torch.set_num_threads(1)  # at these sizes a second thread costs more than it brings, and one is reproducible
        self.options = options
        self.device = usable_device(options.device)
        self.jobs = 1 if self.device != "cpu" else options.jobs
        self.seeds = range(options.seed, options.seed + options.seeds)
        fixed = {"lr": options.lr, "batch_size": options.batch_size, "dropout": options.dropout,
                 "weight_decay": options.weight_decay, "epochs": options.epochs}
        self.fixed = {name: value for name, value in fixed.items() if value is not None}
        self.experiments = {number: experiment.fix(**self.fixed) for number, experiment in EXPERIMENTS.items()}
        self.out = options.out / "hw1"
        self.out.mkdir(parents=True, exist_ok=True)
        self.dataset = load_dataset(
            options.data, train=options.train, test=options.test, target=options.target, positive=options.positive,
            ids=options.id, seed=options.seed)
        self.data = {"code": code_digest(), "name": self.dataset.name, "sha256": self.dataset.sha256,
                     "split": options.seed, "positive": self.dataset.positive, "ignored": self.dataset.ignored,
                     "numeric": options.numeric}
        self.features = self._encode({"train": self.dataset.train, "test": self.dataset.test})
        self.searched, self.outcomes, self.failed = {}, {}, {}
        self._announce()

    def _encode(self, parts):
        return encode(parts, self.device, self.options.numeric)

    def _announce(self):
        dataset, encoder = self.dataset, self.features.encoder
        print(f"data {dataset.name}: {len(dataset.train.target):,} rows to train, {len(dataset.test.target):,} to "
              f"test, {dataset.train.target.mean():.1%} positive ({dataset.positive}); {len(dataset.train.table)} "
              f"columns, {len(encoder.category_names)} of them categories")
        if dataset.ignored:
            print(f"not used, as they only number the rows: {', '.join(dataset.ignored)}")

    def experiment(self, number):
        """Return the experiment with this call's settings; the fifth with the fourth's best dropout."""
        experiment = self.experiments[number]
        if number == 5 and "dropout" not in self.fixed:
            best = best_candidate(self.search(4)).settings
            print(f"experiment 4's best dropout: {best.dropout}")
            experiment = experiment.fix(dropout=best.dropout)
        return experiment

    def search(self, number):
        """Return the candidates of the experiment's grid, trained; none where it has no grid."""
        if number not in self.searched:
            experiment = self.experiment(number)
            self.searched[number] = self._search(experiment) if experiment.grid else []
            if experiment.grid:
                print(f"best on validation data: {describe(best_candidate(self.searched[number]).settings)}")
        return self.searched[number]

    def _search(self, experiment):
        print(f"\nexperiment {experiment.number}, {experiment.title}: the search")
        folder = self.out / f"exp{experiment.number}"
        if self.options.fresh:
            shutil.rmtree(folder / "candidates", ignore_errors=True)
        parts = dict(zip(("train", "valid"), self.dataset.train.split(VALIDATION_SHARE, self.options.seed)))
        data = {**self.data, "validation share": VALIDATION_SHARE}
        candidates = search(experiment, self._encode(parts), seeds=self.seeds, device=self.device, data=data,
                            folder=folder, jobs=self.jobs)
        draw_search(folder, experiment, candidates)
        return candidates

    def run(self, number):
        """Run one experiment: its search, if it has a grid, then the training on all of train."""
        candidates = self.search(number)
        settings = best_candidate(candidates).settings if candidates else self.experiment(number).settings
        title, folder = self.experiments[number].title, self.out / f"exp{number}"
        started = time.perf_counter()
        print(f"\nexperiment {number}, {title}: {describe(settings)}")
        several = len(self.seeds) > 1
        trials = [Trial(f"experiment {number}, {title}", settings, seed, self.device, self.data,
                        folder / f"seed{seed}" if several else folder) for seed in self.seeds]
        if self.options.fresh:
            for trial in trials:
                (trial.folder / "result.json").unlink(missing_ok=True)
        if all(map(finished, trials)):
            print("finished by an earlier call; --fresh trains again")
        runs = self._several(trials) if several else self._one(trials)
        outcome = Outcome(self.experiments[number], settings, runs, candidates)
        self.outcomes[number] = outcome
        self._say(outcome, folder, time.perf_counter() - started)

    def _one(self, trials):
        """Train one, its table filling in epoch by epoch."""
        table = TablePrinter(COLUMNS)
        shown = []

        def show(row):
            shown.append(row)
            table.row(*(row[key] for key in KEYS))

        run, = run_trials(trials, self.features, jobs=1, on_epoch=show)
        for row in run.history[len(shown):]:
            show(row)
        if run.diverged:
            raise DivergedError(run.diverged, run.history)
        return [run]

    def _several(self, trials):
        """Train one a seed; their mean and deviation follow as a table of epochs."""
        runs = []
        for run in run_trials(trials, self.features, jobs=self.jobs):
            if run.diverged:
                raise DivergedError(f"seed {run.trial.seed}: {run.diverged}", run.history)
            runs.append(run)
            print(f"seed {run.trial.seed}: test ROC-AUC {run.history[-1]['test_roc_auc']:.4f}")
        table = TablePrinter({"epoch": "d", **{f"{heading:>15}": "s" for heading in list(COLUMNS)[1:]}})
        for rows in zip(*(run.history for run in runs)):
            table.row(rows[0]["epoch"], *(mean_and_deviation([row[key] for row in rows]) for key in KEYS[1:]))
        return runs

    def _say(self, outcome, folder, seconds):
        if len(outcome.runs) > 1:
            write_csv(folder / "history.csv", outcome.history)
        draw_runs(folder, outcome)
        best = best_row(outcome.history, "test_roc_auc")
        print(f"best epoch, by test ROC-AUC: {best['epoch']} ({best['test_roc_auc']:.4f}); {seconds:.1f} s")
        print(f"written to {folder}: {', '.join(sorted(file.name for file in folder.iterdir()))}")
        if not have_matplotlib():
            print(NO_MATPLOTLIB)

    def run_all(self):
        """Run all five, print and report them; return the exit code: 1 where one diverged, else 0."""
        for number in self.experiments:
            try:
                self.run(number)
            except DivergedError as error:
                self.failed[number] = str(error)
                print(f"experiment {number} has no result: {error}")
        self.summary()
        write_report(self.out / "report.md", self)
        print(f"written to {self.out}: report.md")
        return int(bool(self.failed))

    def summary(self):
        """Print one row an experiment."""
        print("\ntest ROC-AUC after the last epoch, and at its best")
        table = TablePrinter({"experiment": "d", "     last     ": "s", "best": ".4f", "at epoch": "d"})
        for number, outcome in self.outcomes.items():
            best = best_row(outcome.history, "test_roc_auc")
            last = mean_and_deviation([run.history[-1]["test_roc_auc"] for run in outcome.runs])
            table.row(number, last, best["test_roc_auc"], best["epoch"])
