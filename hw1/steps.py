"""One call of hw1.run: read the data, then search, train and show each experiment, then write the report."""
import time

from tqdm import tqdm

from hw1 import training
from hw1.experiments import EXPERIMENTS, describe, label
from hw1.figures import draw_roc_curves, draw_search
from hw1.report import write_report
from hw1.setup import Outcome, prepare
from minidl.curves import plot_curves
from minidl.files import write_csv
from minidl.grid_search import best_point, grid_search
from minidl.history import best_row, mean_and_deviation
from minidl.plots import NO_MATPLOTLIB, have_matplotlib
from minidl.sentences import counted
from minidl.tables import TablePrinter, print_table
from minidl.terminal import emphasized, wrapped
from minidl.training import DivergedError
from minidl.trials import Trial, run_trials

VALIDATION_SHARE = 0.2
FEW_ROWS = 5000  # with fewer rows to train on, one split decides by chance, and the search uses several
N_SPLITS = 3  # of the five that have separate validation parts of VALIDATION_SHARE
COLUMNS = {"epoch": "d", "train loss": ".4f", "test loss": ".4f", "train ROC-AUC": ".4f", "test ROC-AUC": ".4f"}
KEYS = ("epoch", "train_loss", "test_loss", "train_roc_auc", "test_roc_auc")


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
            print(wrapped(f"experiment {number} has no result: {error}"))
    show_results(outcomes)
    folder = options.out / "hw1"
    if outcomes:
        title = f"ROC curves on {setup.dataset.name}, {options.numeric} numbers, test data"
        draw_roc_curves(folder / "roc.png", title, {
            f"{number} {outcome.experiment.title}": outcome.runs[0] for number, outcome in outcomes.items()})
    write_report(folder / "report.md", setup, outcomes, failed)
    print(wrapped(f"written to {folder}: report.md"))
    return int(bool(failed))


def show_results(outcomes):
    """Print one row per experiment; the highest test ROC-AUC after the last epoch stands out."""
    rows, means = [], []
    for number, outcome in outcomes.items():
        best, last = best_row(outcome.history, "test_roc_auc"), [run.last["test_roc_auc"] for run in outcome.runs]
        means.append(outcome.history[-1]["test_roc_auc"])
        rows.append([number, mean_and_deviation(last), best["test_roc_auc"], best["epoch"]])
    print("\ntest ROC-AUC after the last epoch, and after the best one")
    print_table({"experiment": "d", "last": "s", "best": ".4f", "at epoch": "d"}, rows,
                best=means.index(max(means)) if means else None)


def resolve(setup, number):
    """Return the experiment with the settings of this call, and those that another experiment's search chooses."""
    experiment = EXPERIMENTS[number].fix(**setup.fixed)
    for name, source in experiment.inherits.items():
        if EXPERIMENTS[source].fix(**setup.fixed).grid and source not in setup.searched:
            print(wrapped(f"\nexperiment {number} uses the {label(name)} that experiment {source} chooses, so "
                          f"experiment {source}'s search comes first"))
        value = getattr(best_point(search(setup, source)).settings, name)
        print(f"experiment {source}'s best {name}: {value}")
        experiment = experiment.fix(**{name: value})
    return experiment


def search(setup, number):
    """Return the points of the experiment's grid, trained on a part of train; an empty list if it has no grid."""
    if number not in setup.searched:
        experiment = resolve(setup, number)
        setup.searched[number] = search_grid(setup, number, experiment) if experiment.grid else []
    return setup.searched[number]


def search_grid(setup, number, experiment):
    """Train and compare every point of the experiment's grid; return the points."""
    title, folder, grid = f"experiment {number}", setup.options.out / "hw1" / f"exp{number}", experiment.points()
    splits = search_splits(setup.dataset.train, setup.options.seed)
    print(wrapped(f"\n{title}, {experiment.title}: grid search\n{len(grid)} candidates, {protocol(len(splits))}"))
    depends = {**setup.depends, "validation share": VALIDATION_SHARE}
    points = grid_search(title, grid, **setup.training(*splits), seeds=setup.seeds, folder=folder,
                         depends=depends, n_splits=len(splits))
    draw_search(folder, setup.title(number), experiment.grid, points)
    return points


def search_splits(train, seed):
    """Return what a search trains on, as a list of dicts from "train" and "valid" to parts of `train`."""
    if len(train.target) < FEW_ROWS:
        pairs = train.folds(round(1 / VALIDATION_SHARE), seed)[:N_SPLITS]
    else:
        pairs = [train.split(VALIDATION_SHARE, seed)]
    return [dict(zip(("train", "valid"), pair)) for pair in pairs]


def protocol(n_splits):
    """Return how a search with so many splits compares its candidates."""
    text = f"trained on {1 - VALIDATION_SHARE:.0%} of train, compared on the other {VALIDATION_SHARE:.0%}"
    return text if n_splits == 1 else f"{text}, by {n_splits} splits with separate validation parts; mean ± deviation"


def run_experiment(setup, number):
    """Return the Outcome: search the grid, if there is one, then train on all of train and show the history."""
    points = search(setup, number)
    settings = best_point(points).settings if points else resolve(setup, number).settings
    started, folder, several = time.perf_counter(), setup.options.out / "hw1" / f"exp{number}", len(setup.seeds) > 1
    experiment = EXPERIMENTS[number]
    title = f"{setup.title(number)}: {experiment.title}"
    print(wrapped(f"\nexperiment {number}, {experiment.title}: {describe(settings)}"))
    trials = [Trial(title, settings, seed, folder / f"seed{seed}" if several else folder, setup.depends)
              for seed in setup.seeds]
    runs = train_several(setup, trials) if several else [train_one(setup, trials)]
    outcome = Outcome(experiment, settings, runs, points)
    if several:
        write_csv(folder / "history.csv", outcome.history)
        plot_curves(folder / "curves.png", [run.history for run in runs], f"{title}, {len(runs)} seeds")
    best = best_row(outcome.history, "test_roc_auc")
    print(emphasized(f"best epoch, by test ROC-AUC: {best['epoch']} ({best['test_roc_auc']:.4f})"))
    if 0 < best["epoch"] == settings.epochs:
        steps = training.steps(settings, len(setup.dataset.train.target))
        print(f"test ROC-AUC still rises after {counted(steps, 'step')}: more --epochs may help")
    print(wrapped(f"written to {folder}: {', '.join(sorted(file.name for file in folder.iterdir()))}; "
                  f"{time.perf_counter() - started:.1f}\u00a0s"))
    if not have_matplotlib():
        print(wrapped(NO_MATPLOTLIB))
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
    table = TablePrinter({"epoch": "d", **dict.fromkeys(list(COLUMNS)[1:], "15s")})
    for rows in zip(*(run.history for run in runs)):
        table.row(rows[0]["epoch"], *(mean_and_deviation([row[key] for row in rows]) for key in KEYS[1:]))
    return runs
