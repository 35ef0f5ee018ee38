"""Task 3: HW1's experiment 3 trained with SGD, torch's AdamW and Lion, on the same data and seed."""
import shutil
from dataclasses import replace

import torch

from hw1.datasets import load_dataset
from hw1.environment import code_digest
from hw1.experiments import EXPERIMENTS, Experiment
from hw1.parallel import run_trials
from hw1.search import VALIDATION_SHARE, best_candidate, search
from hw1.trial import Trial, encode, read_scores
from minidl.history import best_row
from minidl.metrics import delong_test, roc_auc_ci
from minidl.plots import plot_comparison
from minidl.tables import TablePrinter
from minidl.training import DivergedError

# learning rates around what each is usually given: Lion's a third to a tenth of AdamW's
GRIDS = {"SGD": (0.003, 0.01, 0.03, 0.1), "AdamW": (3e-4, 1e-3, 3e-3, 1e-2), "Lion": (3e-5, 1e-4, 3e-4, 1e-3)}


def choose(dataset, data, seed, folder, jobs):
    """Return a dict from optimiser to the Settings with the learning rate that is best on validation data."""
    features = encode(dict(zip(("train", "valid"), dataset.train.split(VALIDATION_SHARE, seed))), "cpu")
    data, chosen = {**data, "validation share": VALIDATION_SHARE}, {}
    for name, rates in GRIDS.items():
        print(f"\n{name}: the learning rate")
        experiment = Experiment(3, name, replace(EXPERIMENTS[3].settings, optimizer=name), {"lr": rates})
        candidates = search(experiment, features, seeds=[seed], device="cpu", data=data, folder=folder / name,
                            jobs=jobs)
        chosen[name] = best_candidate(candidates).settings
    return chosen


def train(dataset, data, chosen, seed, folder, jobs):
    """Return a dict from optimiser to the Run on all of train."""
    features = encode({"train": dataset.train, "test": dataset.test}, "cpu")
    trials = [Trial(f"experiment 3, {name}", settings, seed, "cpu", data, folder / name)
              for name, settings in chosen.items()]
    runs = dict(zip(chosen, run_trials(trials, features, jobs=jobs)))
    for name, run in runs.items():
        if run.diverged:
            raise DivergedError(f"{name}: {run.diverged}", run.history)
    return runs


def compare(runs):
    """Print a row an optimiser; return the rows as dicts."""
    names = list(runs)
    table = TablePrinter({f"{'optimiser':<9}": "s", "    lr": "g", "train loss": ".4f", "test loss": ".4f",
                          "test ROC-AUC": ".4f", "95 % interval": "s", f"p, against {names[0]}": "s",
                          "best epoch": "d"})
    rows = []
    for name, run in runs.items():
        last, (target, score) = run.history[-1], read_scores(run)
        _, low, high = roc_auc_ci(target, score)
        p = delong_test(target, score, read_scores(runs[names[0]])[1]).p_value
        best = best_row(run.history, "test_roc_auc")["epoch"]
        table.row(f"{name:<9}", run.trial.settings.lr, last["train_loss"], last["test_loss"], last["test_roc_auc"],
                  f"{low:.4f}, {high:.4f}", "" if name == names[0] else f"{p:.3f}", best)
        rows.append({"optimiser": name, "lr": run.trial.settings.lr, **last, "low": low, "high": high, "p": p,
                     "best_epoch": best})
    return rows


def run(seed, folder, *, data="credit", jobs=1, fresh=False):
    """Print the task's tables; return its numbers and the pictures to draw."""
    torch.set_num_threads(1)
    dataset = load_dataset(data, seed=seed)
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    about = {"code": code_digest(), "name": dataset.name, "sha256": dataset.sha256, "split": seed}
    print(f"HW1's experiment 3 on {dataset.name}, seed {seed}, without weight decay")
    runs = train(dataset, about, choose(dataset, about, seed, folder, jobs), seed, folder, jobs)
    print("\nafter the last epoch, trained on all of train")
    rows = compare(runs)
    histories = {f"{name}, lr {run.trial.settings.lr:g}": run.history for name, run in runs.items()}
    title = f"HW1's experiment 3 on {dataset.name}: three optimisers, same data and seed"
    return {"seed": seed, "data": dataset.name, "optimisers": rows}, {
        "optimisers.png": lambda path: plot_comparison(path, histories, title)}
