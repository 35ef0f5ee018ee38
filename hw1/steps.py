"""One call of hw1.run: read the data, then search, train and show each experiment, then write the report."""
import time

from tqdm import tqdm

from hw1 import training
from hw1.experiments import EXPERIMENTS, describe, label
from hw1.figures import draw_roc_curves, draw_search
from hw1.report import write_report
from hw1.schedule import VALIDATION_SHARE, begin_all, begin_search, begin_training
from hw1.setup import Outcome, prepare
from minidl.curves import plot_curves
from minidl.files import write_csv
from minidl.grid_search import best_point, show_points
from minidl.history import best_row, mean_and_deviation
from minidl.parallel import Workers
from minidl.plots import NO_MATPLOTLIB, have_matplotlib, load_pyplot
from minidl.sentences import counted
from minidl.tables import TablePrinter, print_table
from minidl.terminal import emphasized, wrapped
from minidl.training import DivergedError

COLUMNS = {"epoch": "d", "train loss": ".4f", "test loss": ".4f", "train ROC-AUC": ".4f", "test ROC-AUC": ".4f"}
KEYS = ("epoch", "train_loss", "test_loss", "train_roc_auc", "test_roc_auc")


def run(options):
    """Run the experiments that the command line names; return the exit code: 1 if one of all five diverged, else 0."""
    started, setup, failed = time.perf_counter(), prepare(options), {}
    with Workers(setup.jobs, unit="batch") as workers:
        setup = setup._replace(workers=workers)
        if options.exp == "all":
            outcomes, failed = run_all(setup)
            show_all(setup, outcomes, failed)
        else:
            run_experiment(setup, int(options.exp))
    print(f"{time.perf_counter() - started:.1f} s in all")  # what is trained ahead has no time of its own
    return int(bool(failed))


def run_all(setup):
    """Run every experiment; return (outcomes, failed), dicts from number to Outcome and to the error of a diverged one.

    All trainings whose settings are known begin before the first of them is shown, so that no process is idle.
    """
    outcomes, failed = {}, {}
    if have_matplotlib():
        load_pyplot()  # once, not in each process that draws
    begin_all(setup)
    for number in EXPERIMENTS:
        try:
            outcomes[number] = run_experiment(setup, number)
        except DivergedError as error:
            failed[number] = str(error)
            print(wrapped(f"experiment {number} has no result: {error}"))
    return outcomes, failed


def show_all(setup, outcomes, failed):
    """Show the results of all experiments, draw roc.png and write report.md; arguments as `run_all` returns them."""
    show_results(outcomes)
    folder = setup.options.out / "hw1"
    if outcomes:
        title = f"ROC curves on {setup.dataset.name}, {setup.options.numeric} numbers, test data"
        draw_roc_curves(folder / "roc.png", title, {
            f"{number} {outcome.experiment.title}": outcome.runs[0] for number, outcome in outcomes.items()})
    write_report(folder / "report.md", setup, outcomes, failed)
    print(wrapped(f"written to {folder}: report.md"))


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


def search(setup, number):
    """Return the points of the experiment's grid, trained on a part of train; an empty list if it has no grid."""
    if number in setup.searched:
        return setup.searched[number]
    experiment = EXPERIMENTS[number].fix(**setup.fixed)
    for name, source in experiment.inherits.items():
        if source not in setup.searched:
            print(wrapped(f"\nexperiment {number} uses the {label(name)} that experiment {source} chooses, so "
                          f"experiment {source}'s search comes first"))
        value = getattr(best_point(search(setup, source)).settings, name)
        print(f"experiment {source}'s best {name}: {value}")
    return show_search(setup, number) if experiment.grid else []


def show_search(setup, number):
    """Show and compare every point of the experiment's grid; return the points."""
    experiment, n_splits, runs = begin_search(setup, number)
    folder, grid = setup.folder(number), experiment.points()
    print(wrapped(f"\nexperiment {number}, {experiment.title}: grid search\n{len(grid)} candidates, "
                  f"{protocol(n_splits)}"))
    points = show_points(grid, runs, folder, n_runs=len(setup.seeds) * n_splits, n_splits=n_splits)
    setup.searched[number] = points
    if setup.options.exp == "all":
        begin_all(setup)  # before the pictures, so that no process waits for them
    draw_search(folder, setup.title(number), experiment.grid, points)
    return points


def protocol(n_splits):
    """Return how a search with so many splits compares its candidates."""
    text = f"trained on {1 - VALIDATION_SHARE:.0%} of train, compared on the other {VALIDATION_SHARE:.0%}"
    return text if n_splits == 1 else f"{text}, by {n_splits} splits with separate validation parts; mean ± deviation"


def run_experiment(setup, number):
    """Return the Outcome: search the grid, if there is one, then train on all of train and show the history."""
    points, experiment, folder = search(setup, number), EXPERIMENTS[number], setup.folder(number)
    settings, runs = (train_several if len(setup.seeds) > 1 else train_one)(setup, number)
    outcome = Outcome(experiment, settings, runs, points)
    if len(runs) > 1:
        write_csv(folder / "history.csv", outcome.history)
        plot_curves(folder / "curves.png", [run.history for run in runs],
                    f"{setup.title(number)}: {experiment.title}, {len(runs)} seeds")
    best = best_row(outcome.history, "test_roc_auc")
    print(emphasized(f"best epoch, by test ROC-AUC: {best['epoch']} ({best['test_roc_auc']:.4f})"))
    if 0 < best["epoch"] == settings.epochs:
        steps = training.steps(settings, len(setup.dataset.train.target))
        print(f"test ROC-AUC still rises after {counted(steps, 'step')}: more --epochs may help")
    print(wrapped(f"written to {folder}: {', '.join(sorted(file.name for file in folder.iterdir()))}"))
    if not have_matplotlib():
        print(wrapped(NO_MATPLOTLIB))
    return outcome


def announce(number, settings):
    """Print the heading of an experiment."""
    print(wrapped(f"\nexperiment {number}, {EXPERIMENTS[number].title}: {describe(settings)}"))


def train_one(setup, number):
    """Return (settings, [run]) of one seed; print a row per epoch: when it is done, or when all are in --exp all."""
    shown = []

    def show(row):
        shown.append(row)
        table.row(*(row[key] for key in KEYS))

    settings, runs = begin_training(setup, number, on_epoch=show if setup.options.exp != "all" else None)
    announce(number, settings)
    table = TablePrinter(COLUMNS, show=tqdm.write)
    run, = runs
    for row in run.history[len(shown):]:
        show(row)
    if run.diverged:
        raise DivergedError(run.diverged, run.history)
    return settings, [run]


def train_several(setup, number):
    """Return (settings, runs), one run per seed; print the mean and the deviation at each epoch."""
    settings, results = begin_training(setup, number)
    announce(number, settings)
    runs = []
    for seed, run in zip(setup.seeds, results):
        if run.diverged:
            raise DivergedError(f"seed {seed}: {run.diverged}", run.history)
        runs.append(run)
        print(f"seed {seed}: test ROC-AUC {run.last['test_roc_auc']:.4f}")
    table = TablePrinter({"epoch": "d", **dict.fromkeys(list(COLUMNS)[1:], "15s")})
    for rows in zip(*(run.history for run in runs)):
        table.row(rows[0]["epoch"], *(mean_and_deviation([row[key] for row in rows]) for key in KEYS[1:]))
    return settings, runs
