"""One call of hw1.run: read the data, then search, train and show each experiment, then write the report."""
import time
from typing import NamedTuple

from tqdm import tqdm

import hw1
import minidl
from hw1 import training
from hw1.data_table import describe_data
from hw1.datasets import Choices, Dataset, load_dataset
from hw1.experiments import EXPERIMENTS, Experiment, Settings, describe
from hw1.figures import draw_search
from hw1.report import write_report
from minidl.curves import plot_curves
from minidl.device import usable_device
from minidl.files import make_folder, write_csv
from minidl.grid_search import best_point, grid_search
from minidl.history import best_row, mean_and_deviation, mean_history
from minidl.plots import NO_MATPLOTLIB, have_matplotlib
from minidl.results import code_digest
from minidl.tables import TablePrinter
from minidl.training import DivergedError
from minidl.trials import Trial, run_trials

VALIDATION_SHARE = 0.2
COLUMNS = {"epoch": "d", "train loss": ".4f", "test loss": ".4f", "train ROC-AUC": ".4f", "test ROC-AUC": ".4f"}
KEYS = ("epoch", "train_loss", "test_loss", "train_roc_auc", "test_roc_auc")


class Setup(NamedTuple):
    """What the experiments of one call share; depends: what every result depends on; searched: the searches so far."""

    options: object
    device: str
    seeds: range
    fixed: dict
    dataset: Dataset
    depends: dict
    searched: dict

    def training(self, parts, on_epoch=None):
        """Return the arguments of run_trials and grid_search that train on parts, a dict from name to Part."""
        return {**training.trainer(parts, self.device, self.options.numeric, on_epoch),
                "jobs": self.options.jobs if self.device == "cpu" else 1, "fresh": self.options.fresh}


class Outcome(NamedTuple):
    """A finished experiment: its settings, one run per seed, the points of its search."""

    experiment: Experiment
    settings: Settings
    runs: list
    points: list

    @property
    def history(self):
        """The mean history of the runs."""
        return mean_history([run.history for run in self.runs])


def run(options):
    """Run the experiments that the command line names; return the exit code: 1 if one of all five diverged, else 0."""
    setup = prepare(options)
    if options.exp != "all":
        run_experiment(setup, int(options.exp))
        return 0
    outcomes, failed = {}, {}
    for number in EXPERIMENTS:
        try:
            outcomes[number] = run_experiment(setup, number)
        except DivergedError as error:
            failed[number] = str(error)
            print(f"experiment {number} has no result: {error}")
    print("\ntest ROC-AUC after the last epoch, and after the best one")
    table = TablePrinter({"experiment": "d", "     last     ": "s", "best": ".4f", "at epoch": "d"})
    for number, outcome in outcomes.items():
        best = best_row(outcome.history, "test_roc_auc")
        last = mean_and_deviation([run.last["test_roc_auc"] for run in outcome.runs])
        table.row(number, last, best["test_roc_auc"], best["epoch"])
    write_report(options.out / "hw1" / "report.md", setup, outcomes, failed)
    print(f"written to {options.out / 'hw1'}: report.md")
    return int(bool(failed))


def prepare(options):
    """Return the Setup: check the settings, read the data, and print the data's size and columns."""
    device = usable_device(options.device)
    names = ("lr", "batch_size", "dropout", "weight_decay", "epochs")
    fixed = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    for experiment in EXPERIMENTS.values():
        experiment.fix(**fixed)  # raises if a setting is out of range
    make_folder(options.out / "hw1")  # fails now if the folder is not writable
    dataset = load_dataset(options.data, train=options.train, test=options.test, seed=options.seed,
                           **{name: getattr(options, name) for name in Choices._fields})
    print("\n".join(describe_data(dataset)))
    columns = {column.name: {key: getattr(column, key) for key in ("kind", "distinct", "missing", "example")}
               for column in dataset.columns}
    data = {"name": dataset.name, "sha256": dataset.sha256, "split": options.seed, "positive": dataset.positive,
            "columns": columns, "numeric": options.numeric, "encoding": options.encoding,
            "drop missing target": options.drop_missing_target}
    return Setup(options, device, range(options.seed, options.seed + options.seeds), fixed, dataset,
                 {"device": device, "data": data, "code": code_digest(minidl, hw1)}, {})


def resolve(setup, number):
    """Return the experiment with the settings of this call, and those that another experiment's search chooses."""
    experiment = EXPERIMENTS[number].fix(**setup.fixed)
    for name, source in experiment.inherits.items():
        value = getattr(best_point(search(setup, source)).settings, name)
        print(f"experiment {source}'s best {name}: {value}")
        experiment = experiment.fix(**{name: value})
    return experiment


def search(setup, number):
    """Return the points of the experiment's grid, trained on a part of train; an empty list if it has no grid."""
    if number not in setup.searched:
        experiment = resolve(setup, number)
        setup.searched[number] = search_grid(setup, number, experiment) if experiment.grid else []
        if experiment.grid:
            print(f"best on validation data: {describe(best_point(setup.searched[number]).settings)}")
    return setup.searched[number]


def search_grid(setup, number, experiment):
    """Train and compare every point of the experiment's grid; return the points."""
    title, folder, grid = f"experiment {number}", setup.options.out / "hw1" / f"exp{number}", experiment.points()
    print(f"\n{title}, {experiment.title}: grid search\n{len(grid)} candidates, trained on {1 - VALIDATION_SHARE:.0%} "
          f"of train, compared on the other {VALIDATION_SHARE:.0%}")
    parts = dict(zip(("train", "valid"), setup.dataset.train.split(VALIDATION_SHARE, setup.options.seed)))
    points = grid_search(title, grid, **setup.training(parts), seeds=setup.seeds, folder=folder,
                         depends={**setup.depends, "validation share": VALIDATION_SHARE})
    draw_search(folder, title, experiment.grid, points)
    return points


def run_experiment(setup, number):
    """Return the Outcome: search the grid, if there is one, then train on all of train and show the history."""
    points = search(setup, number)
    settings = best_point(points).settings if points else resolve(setup, number).settings
    started, folder, several = time.perf_counter(), setup.options.out / "hw1" / f"exp{number}", len(setup.seeds) > 1
    title = f"experiment {number}, {EXPERIMENTS[number].title}: {describe(settings)}"
    print(f"\n{title}")
    trials = [Trial(title, settings, seed, folder / f"seed{seed}" if several else folder, setup.depends)
              for seed in setup.seeds]
    runs = train_several(setup, trials) if several else [train_one(setup, trials)]
    outcome = Outcome(EXPERIMENTS[number], settings, runs, points)
    if several:
        write_csv(folder / "history.csv", outcome.history)
        plot_curves(folder / "curves.png", [run.history for run in runs], f"{title}; {len(runs)} seeds, mean and "
                                                                          "deviation")
    best = best_row(outcome.history, "test_roc_auc")
    print(f"best epoch, by test ROC-AUC: {best['epoch']} ({best['test_roc_auc']:.4f}); "
          f"{time.perf_counter() - started:.1f} s")
    if 0 < best["epoch"] == settings.epochs:
        steps = training.steps(settings, len(setup.dataset.train.target))
        print(f"test ROC-AUC still rises after {steps:,} steps: more --epochs may help")
    print(f"written to {folder}: {', '.join(sorted(file.name for file in folder.iterdir()))}")
    if not have_matplotlib():
        print(NO_MATPLOTLIB)
    return outcome


def train_one(setup, trials):
    """Return the run of the one trial; print each epoch when it is done."""
    shown = []

    def show(row):
        shown.append(row)
        table.row(*(row[key] for key in KEYS))

    parts = {"train": setup.dataset.train, "test": setup.dataset.test}
    runs = run_trials(trials, **setup.training(parts, on_epoch=show))
    table = TablePrinter(COLUMNS, show=tqdm.write)
    run, = runs
    for row in run.history[len(shown):]:
        show(row)
    if run.diverged:
        raise DivergedError(run.diverged, run.history)
    return run


def train_several(setup, trials):
    """Return one run per trial; print the mean and the deviation at each epoch."""
    runs = []
    for trial, run in zip(trials, run_trials(trials, **setup.training({
            "train": setup.dataset.train, "test": setup.dataset.test}))):
        if run.diverged:
            raise DivergedError(f"seed {trial.seed}: {run.diverged}", run.history)
        runs.append(run)
        print(f"seed {trial.seed}: test ROC-AUC {run.last['test_roc_auc']:.4f}")
    table = TablePrinter({"epoch": "d", **{f"{heading:>15}": "s" for heading in list(COLUMNS)[1:]}})
    for rows in zip(*(run.history for run in runs)):
        table.row(rows[0]["epoch"], *(mean_and_deviation([row[key] for row in rows]) for key in KEYS[1:]))
    return runs
