"""The grid search of HW1: candidates are compared on a part of train, never on test."""
import json
from pathlib import Path

from hw1.trial import encode, run_trial
from minidl.report import Table, best_row, write_csv, write_json
from minidl.training import DivergedError

VALIDATION_SHARE = 0.2


def search(number, experiment, dataset, *, seed, device, folder):
    """Train every candidate of the grid and return the best one's Settings.

    Best: the highest ROC-AUC on validation data after the last epoch, the first of
    equals.  Leaves candidates/<name>/ for each, search.csv and search.json.
    """
    parts = dict(zip(("train", "valid"), dataset.train.split(VALIDATION_SHARE, seed)))
    features = encode(parts, device)
    candidates = experiment.candidates()
    print(f"{len(candidates)} candidates, trained on {1 - VALIDATION_SHARE:.0%} of train, "
          f"compared on the other {VALIDATION_SHARE:.0%}")
    width = max(map(len, candidates))
    table = Table({f"{'candidate':<{width}}": "s", "valid loss": ".4f", "valid ROC-AUC": ".4f", "best epoch": "d"})
    rows = []
    for name, settings in candidates.items():
        try:
            history = run_trial(settings, features, seed=seed, device=device,
                                folder=folder / "candidates" / name, title=f"experiment {number}, {name}")
        except DivergedError as error:
            rows.append({"candidate": name, "valid_loss": "", "valid_roc_auc": "", "best_epoch": ""})
            table.row(f"{name:<{width}}", "diverged", "", "")
            write_csv(folder / "search.csv", rows)
            print(f"  {error}")
            continue
        last, best = history[-1], best_row(history, "valid_roc_auc")
        rows.append({"candidate": name, "valid_loss": last["valid_loss"], "valid_roc_auc": last["valid_roc_auc"],
                     "best_epoch": best["epoch"]})
        table.row(f"{name:<{width}}", last["valid_loss"], last["valid_roc_auc"], best["epoch"])
        write_csv(folder / "search.csv", rows)
    finished = [row for row in rows if row["valid_roc_auc"] != ""]
    if not finished:
        raise DivergedError(f"experiment {number}: every candidate diverged")
    winner = best_row(finished, "valid_roc_auc")["candidate"]
    write_json(folder / "search.json", {"of": identity(experiment, dataset, seed), "best": winner})
    return candidates[winner]


def identity(experiment, dataset, seed):
    """Return what a search's result depends on, as it stands in search.json."""
    return {"sha256": dataset.sha256, "seed": seed, "epochs": experiment.settings.epochs,
            "candidates": list(experiment.candidates())}


def finished_search(experiment, dataset, *, seed, folder):
    """Return the best Settings of an earlier search of the same experiment, data and seed; else None."""
    try:
        found = json.loads((Path(folder) / "search.json").read_text(encoding="utf-8"))
        return experiment.candidates()[found["best"]] if found["of"] == identity(experiment, dataset, seed) else None
    except (OSError, ValueError, KeyError):
        return None
