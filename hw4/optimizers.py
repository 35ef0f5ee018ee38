"""Task 3: HW1's experiment 3 trained with SGD, torch's AdamW and Lion, on the same data and seed."""
from dataclasses import replace

import hw1
import hw4
import minidl
from hw1.datasets import load_dataset
from hw1.experiments import EXPERIMENTS
from hw1.findings import p_text
from hw1.training import trainer
from minidl.curves import plot_comparison
from minidl.grid_search import best_point, grid_search
from minidl.history import best_row
from minidl.metrics import delong_test, roc_auc_ci
from minidl.results import code_digest
from minidl.tables import print_table
from minidl.training import DivergedError
from minidl.trials import Trial, run_trials

SETTINGS = EXPERIMENTS[3].settings
# learning rates around the usual ones; Lion's are a third to a tenth of AdamW's
GRIDS = {"SGD": (0.003, 0.01, 0.03, 0.1), "AdamW": (3e-4, 1e-3, 3e-3, 1e-2), "Lion": (3e-5, 1e-4, 3e-4, 1e-3)}
VALIDATION_SHARE = 0.2


def choose(parts, seed, folder, depends, **options):
    """Return a dict from optimiser to the Settings with the learning rate that is best on validation data."""
    chosen = {}
    for name, rates in GRIDS.items():
        print(f"\n{name}: the learning rate")
        grid = [({"lr": lr}, replace(SETTINGS, optimizer=name, lr=lr)) for lr in rates]
        points = grid_search(name, grid, **trainer(parts), seeds=[seed], folder=folder / name,
                             depends={**depends, "validation share": VALIDATION_SHARE}, **options)
        chosen[name] = best_point(points).settings
    return chosen


def train_all(parts, chosen, seed, folder, depends, **options):
    """Return a dict from optimiser to the Run on all of train."""
    trials = [Trial(f"experiment 3, {name}", settings, seed, folder / name, depends)
              for name, settings in chosen.items()]
    print("\ntraining on all of train, with the chosen learning rates")
    runs = {}
    for name, run in zip(chosen, run_trials(trials, **trainer(parts), **options)):
        if run.diverged:
            raise DivergedError(f"{name}: {run.diverged}", run.history)
        print(f"{name}: done, test ROC-AUC {run.last['test_roc_auc']:.4f}")
        runs[name] = run
    print("\nafter the last epoch")
    return runs


def compare(runs, chosen):
    """Print one row per optimiser; return the rows as dicts."""
    first, *_ = runs
    rows, cells = [], []
    for name, run in runs.items():
        last, lr = run.last, chosen[name].lr
        _, low, high = roc_auc_ci(run.target, run.score)
        p = delong_test(run.target, run.score, runs[first].score).p_value
        best = best_row(run.history, "test_roc_auc")["epoch"]
        cells.append([name, lr, last["train_loss"], last["test_loss"], last["test_roc_auc"], f"{low:.4f} to {high:.4f}",
                      "" if name == first else p_text(p), best])
        rows.append({"optimiser": name, "lr": lr, **last, "low": low, "high": high, "p": p, "best_epoch": best})
    aucs = [row["test_roc_auc"] for row in rows]
    print_table({"optimiser": "<s", "lr": "g", "train loss": ".4f", "test loss": ".4f", "test ROC-AUC": ".4f",
                 "95 % interval": "s", f"p, against {first}": "s", "best epoch": "d"}, cells,
                best=aucs.index(max(aucs)))
    return rows


def run(seed, folder, *, data="credit", jobs=1, fresh=False):
    """Print the task's tables; return its numbers, and its pictures as a dict from name to drawing function."""
    dataset = load_dataset(data, seed=seed)
    depends = {"name": dataset.name, "sha256": dataset.sha256, "split": seed, "code": code_digest(minidl, hw1, hw4)}
    print(f"HW1's experiment 3 on {dataset.name}, seed {seed}, without weight decay")
    searched = dict(zip(("train", "valid"), dataset.train.split(VALIDATION_SHARE, seed)))
    chosen = choose(searched, seed, folder, depends, jobs=jobs, fresh=fresh)
    runs = train_all({"train": dataset.train, "test": dataset.test}, chosen, seed, folder, depends, jobs=jobs,
                     fresh=fresh)
    rows = compare(runs, chosen)
    histories = {f"{name}, lr {chosen[name].lr:g}": run.history for name, run in runs.items()}
    title = f"Experiment 3 of HW1 on {dataset.name}, standard numbers: three optimisers"
    return {"seed": seed, "data": dataset.name, "optimisers": rows}, {
        "optimisers.png": lambda path: plot_comparison(path, histories, title)}
