"""Independent training runs: each has its own settings, seed and folder.

A run's numbers depend only on its trial, not on the number of processes or on which
process trains it.  A later call reuses finished runs.
"""
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from minidl.arrays import Floats
from minidl.checks import as_array, check_count, check_flags, check_form, require
from minidl.curves import plot_curves
from minidl.files import write_csv, write_json
from minidl.history import History, check_history
from minidl.metrics import roc_auc_ci
from minidl.parallel import Tick, Workers, run_tasks
from minidl.plots import have_matplotlib
from minidl.results import load_result, save_result
from minidl.tensors import save_tensors
from minidl.terminal import wrapped

NAMED = 3  # finished runs that are named; the others are counted


class Trial(NamedTuple):
    """What to train.

    settings: a dataclass.  folder: where the run is kept.  depends: JSON data, everything
    else that the result depends on: data, device, code.  split: which of several splits of
    the data to train on; None if there is only one.
    """

    title: str
    settings: Any
    seed: int
    folder: Path
    depends: Mapping[str, Any]
    split: int | None = None

    def config(self) -> dict[str, Any]:
        """Return everything that the result depends on."""
        split = {} if self.split is None else {"split": self.split}
        return {"title": self.title, "settings": asdict(self.settings), "seed": self.seed, **split, **self.depends}


class Run(NamedTuple):
    """A trained model's record.

    history: one row per epoch.  target, score: (N,) of the last data set, the score in
    logits.  weights: the state_dict, None for a reused run.  diverged: a message that says
    when the loss stopped being finite, None if it did not; a diverged run has no scores.
    """

    history: History
    target: Floats
    score: Floats
    weights: Mapping[str, torch.Tensor] | None = None
    diverged: str | None = None

    @property
    def last(self) -> Mapping[str, float]:
        """The history's last row."""
        return self.history[-1]


# train(settings, seed, tick), with a tick after each batch; with a keyword `split` if the trial has one
Train = Callable[..., Run]


def run_trials(trials: Sequence[Trial], *, train: Train, batches: Callable[[Any], int], jobs: int = 1,
               fresh: bool = False, workers: Workers | None = None) -> Iterator[Run]:
    """Return an iterator over the Run of every trial, in order, each as soon as it and all before it are done.

    Args:
        train: with several jobs it must be picklable.
        batches: how many batches a run with given settings takes, for the progress bar.
        jobs: how many processes may train at a time.
        fresh: whether to train finished runs again.
        workers: processes that this call shares with others, instead of `jobs` of its own; the trials begin now.
    """
    valid = isinstance(trials, (list, tuple)) and all(isinstance(trial, Trial) for trial in trials)
    require(valid, "trials", "must be a list of Trials", trials, TypeError)
    for name, function in (("train", train), ("batches", batches)):
        require(callable(function), name, "must be a function", function, TypeError)
    check_count("jobs", jobs)
    check_flags(fresh=fresh)
    require(workers is None or isinstance(workers, Workers), "workers", "must be None or Workers", workers, TypeError)
    finished = {} if fresh else {number: run for number, run in enumerate(map(load_run, trials)) if run}
    if finished:
        print(wrapped(taken_up([trials[number].title for number in finished], len(trials))))
    missing = [trial for number, trial in enumerate(trials) if number not in finished]
    function, total = partial(_train_and_save, train), sum(batches(trial.settings) for trial in missing)
    trained = (workers.map(function, missing, total) if workers else
               run_tasks(function, missing, jobs=jobs, total=total, unit="batch"))
    return (finished[number] if number in finished else next(trained) for number in range(len(trials)))


def taken_up(titles: Sequence[str], total: int) -> str:
    """Return the line that says which of the runs an earlier call has finished, and why they are not trained again."""
    more = [f"and {len(titles) - NAMED} more"] if len(titles) > NAMED else []
    names = "; ".join([*titles[:NAMED], *more])
    which = "all" if len(titles) == total else f"{len(titles)} of {total}"
    return (f"finished by an earlier call with the same settings, data and code: {which} ({names}); --fresh trains "
            "again")


def _train_and_save(train: Train, trial: Trial, tick: Tick) -> Run:
    split = {} if trial.split is None else {"split": trial.split}
    run = train(trial.settings, trial.seed, tick, **split)
    save_run(trial, run)
    return run._replace(weights=None)  # they are on disk, and too large to send to another process


def save_run(trial: Trial, run: Run) -> None:
    """Write config.json, history.csv, result.json; if it did not diverge, scores.csv, weights.pt, curves.png."""
    files: dict[str, Callable[[Path], object]] = {
        "config.json": lambda path: write_json(path, trial.config()),
        "history.csv": lambda path: write_csv(path, run.history)}
    if not run.diverged:
        files["scores.csv"] = lambda path: write_csv(path, [
            {"target": int(y), "score": score} for y, score in zip(run.target.tolist(), run.score.tolist())])
        files["weights.pt"] = lambda path: save_tensors(path, run.weights)
        if have_matplotlib() and trial.split is None:  # the picture of a search has the curves of all splits
            _, low, high = roc_auc_ci(run.target, run.score)
            files["curves.png"] = lambda path: plot_curves(path, [run.history], trial.title, interval=(low, high))
    value = {"history": run.history, "diverged": run.diverged, "target": run.target.tolist(),
             "score": run.score.tolist()}
    save_result(trial.folder / "result.json", trial.config(), value, files)


def load_run(trial: Trial) -> Run | None:
    """Return the Run that an earlier call saved for the same trial; None if there is none."""
    run: Run | None = load_result(trial.folder / "result.json", trial.config(), read=_run_of)
    return run


def _run_of(value: Any) -> Run:
    """Return the Run of a saved value; raise ValueError if it has another form."""
    check_form(value, {"history": list, "diverged": (str, type(None)), "target": list, "score": list})
    history, diverged = value["history"], value["diverged"]
    target, score = (as_array(name, value[name], float) for name in ("target", "score"))
    if history or not diverged:
        check_history(history)
    rows = target.ndim == 1 and target.shape == score.shape and bool(len(score)) != bool(diverged)
    require(rows, "target, score", "must have the same number of rows, none if the run diverged",
            f"{target.shape} and {score.shape}")
    require(bool(np.isfinite([target, score]).all()), "target, score", "must be finite", "NaN or infinity")
    return Run(history, target, score, diverged=diverged)
