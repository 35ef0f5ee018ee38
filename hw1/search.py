"""The grid search of HW1: candidates are compared on a part of train, never on test."""
import math
from statistics import fmean
from typing import NamedTuple

from hw1.experiments import Settings
from hw1.parallel import run_trials
from hw1.trial import Trial
from minidl.files import write_csv
from minidl.history import mean_and_deviation, mean_history
from minidl.tables import TablePrinter
from minidl.training import DivergedError

VALIDATION_SHARE = 0.2


class Candidate(NamedTuple):
    """A point of the grid, its settings, and its runs: one a seed."""

    point: dict
    settings: Settings
    runs: list

    @property
    def name(self):
        return point_name(self.point)

    @property
    def diverged(self):
        """Where the first of its runs that did diverged, or None."""
        return next((run.diverged for run in self.runs if run.diverged), None)

    def last(self, key):
        """Return the mean over the runs of a column of the last epoch's row."""
        return fmean(run.history[-1][key] for run in self.runs)


def point_name(point):
    """Return a point's name, which is a folder's as well.

    >>> point_name({"weight_decay": 0.1, "lr": 0.01})
    'weight_decay=0.1,lr=0.01'
    """
    return ",".join(f"{key}={value}" for key, value in point.items())


def search(experiment, features, *, seeds, device, data, folder, jobs):
    """Train every candidate of the grid, once a seed, and return the list of Candidates.

    Leaves candidates/<name>/ for each (seed0, seed1, ... in it, where there are several
    seeds), and search.csv.
    """
    points = experiment.candidates()
    print(f"{len(points)} candidates, trained on {1 - VALIDATION_SHARE:.0%} of train, "
          f"compared on the other {VALIDATION_SHARE:.0%}")
    trials = []
    for point, settings in points:
        for seed in seeds:
            where = folder / "candidates" / point_name(point)
            trials.append(Trial(f"experiment {experiment.number}, {point_name(point)}", settings, seed, device, data,
                                where / f"seed{seed}" if len(seeds) > 1 else where))
    width = max(len(point_name(point)) for point, _ in points)
    table = TablePrinter({f"{'candidate':<{width}}": "s", "valid loss": ".4f", "valid ROC-AUC": "s", "best epoch": "d"})
    candidates, rows = [], []
    runs = run_trials(trials, features, jobs=jobs)
    for point, settings in points:
        candidate = Candidate(point, settings, [next(runs) for _ in seeds])
        candidates.append(candidate)
        rows.append(_row(candidate))
        write_csv(folder / "search.csv", rows)
        name = f"{candidate.name:<{width}}"
        if candidate.diverged:
            table.row(name, "diverged", "", "")
            print(f"  {candidate.diverged}")
        else:
            table.row(name, rows[-1]["valid_loss"],
                      mean_and_deviation([run.history[-1]["valid_roc_auc"] for run in candidate.runs]),
                      rows[-1]["best_epoch"])
    return candidates


def _row(candidate):
    if candidate.diverged:
        return {**candidate.point, "valid_loss": "", "valid_roc_auc": "", "best_epoch": ""}
    history = mean_history([run.history for run in candidate.runs])
    return {**candidate.point, "valid_loss": candidate.last("valid_loss"),
            "valid_roc_auc": candidate.last("valid_roc_auc"),
            "best_epoch": max(history, key=lambda row: row["valid_roc_auc"])["epoch"]}


def best_candidate(candidates):
    """Return the one with the highest mean ROC-AUC on validation data after the last epoch, the first of equals."""
    best = max(candidates, key=lambda one: -math.inf if one.diverged else one.last("valid_roc_auc"))
    if best.diverged:
        raise DivergedError("every candidate diverged; try a smaller learning rate")
    return best
