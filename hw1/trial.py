"""One training run of HW1, from encoded data to the files it leaves."""
import json
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from hw1.experiments import Settings, describe
from hw1.model import build_model
from minidl.data import TabularEncoder
from minidl.files import replacing, write_csv, write_json
from minidl.nn import BCEWithLogitsLoss
from minidl.optim import SGD, Lion
from minidl.plots import plot_curves
from minidl.training import DivergedError, fit, predict

OPTIMIZERS = {"SGD": SGD, "Lion": Lion, "AdamW": torch.optim.AdamW}  # HW4 compares them, with torch's as the yardstick


class Features(NamedTuple):
    """Encoded parts: sets is a dict from name to (numbers, ids, target) tensors."""

    encoder: TabularEncoder
    sets: dict


class Trial(NamedTuple):
    """What to train, and where its files go; `data` names what it is trained on, for config.json."""

    title: str
    settings: Settings
    seed: int
    device: str
    data: dict
    folder: Path

    def config(self):
        """Return all that the result depends on."""
        return {"title": self.title, "settings": asdict(self.settings), "seed": self.seed, "device": self.device,
                "data": self.data}


class Run(NamedTuple):
    """A trial's history; `diverged` says where the loss stopped being finite, or is None."""

    trial: Trial
    history: list
    diverged: str | None


def encode(parts, device, numeric="standard"):
    """Fit an encoder on parts["train"] and apply it to all parts (a dict of hw1.datasets.Part)."""
    encoder = TabularEncoder(numeric).fit(parts["train"].table)
    sets = {}
    for name, part in parts.items():
        numbers, ids = map(torch.from_numpy, encoder.transform(part.table))
        target = torch.from_numpy(part.target).float()[:, None]  # (N, 1), as the logits
        sets[name] = (numbers.to(device), ids.to(device), target.to(device))
    return Features(encoder, sets)


def train(settings, features, *, seed, device, on_batch=None, on_epoch=None):
    """Return (model, history); the same seed gives the same history."""
    weights, order, masks = (int(child.generate_state(1)[0]) for child in np.random.SeedSequence(seed).spawn(3))
    generators = torch.Generator().manual_seed(weights), torch.Generator(device).manual_seed(masks)
    encoder = features.encoder
    model = build_model(settings, len(encoder.number_names), encoder.cardinalities,
                        unfolding=encoder.unfolding(), generators=generators).to(device)
    optimizer = OPTIMIZERS[settings.optimizer](model.parameters(), lr=settings.lr, weight_decay=settings.weight_decay)
    history = fit(model, BCEWithLogitsLoss(), optimizer, features.sets, epochs=settings.epochs,
                  batch_size=settings.batch_size, generator=torch.Generator().manual_seed(order),
                  on_batch=on_batch, on_epoch=on_epoch)
    return model, history


def finished(trial):
    """Return the Run that an earlier call left of the very same trial, or None."""
    try:
        found = json.loads((trial.folder / "result.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    same = isinstance(found, dict) and found.get("config") == trial.config()
    return Run(trial, found["history"], found["diverged"]) if same else None


def run_trial(trial, features, *, on_batch=None, on_epoch=None):
    """Train and return the Run.

    Leaves in the trial's folder config.json, history.csv (which grows with each epoch),
    scores.csv, curves.png and weights.pt, and last of all result.json: a folder without
    it is of a run that was cut short, and is done again.
    """
    folder, rows, diverged = trial.folder, [], None
    for name in ("result.json", "history.csv", "scores.csv", "curves.png", "weights.pt"):
        (folder / name).unlink(missing_ok=True)
    for cut_short in folder.glob(".*.tmp.*"):
        cut_short.unlink(missing_ok=True)
    write_json(folder / "config.json", trial.config())

    def record(row):
        rows.append(row)
        write_csv(folder / "history.csv", rows)
        if on_epoch:
            on_epoch(row)

    try:
        model, _ = train(trial.settings, features, seed=trial.seed, device=trial.device,
                         on_batch=on_batch, on_epoch=record)
    except DivergedError as error:
        diverged = str(error)
    else:
        _write_scores(folder / "scores.csv", model, list(features.sets.values())[-1])
        with replacing(folder / "weights.pt") as temporary:
            torch.save(model.state_dict(), temporary)
        plot_curves(folder / "curves.png", [rows], f"{trial.title}: {describe(trial.settings)}")
    write_json(folder / "result.json", {"config": trial.config(), "diverged": diverged, "history": rows})
    return Run(trial, rows, diverged)


def _write_scores(path, model, tensors):
    *inputs, target = tensors
    logits = predict(model, inputs).flatten().tolist()
    write_csv(path, [{"target": int(y), "score": score} for y, score in zip(target.flatten().tolist(), logits)])


def read_scores(run):
    """Return (target, logits), float64 arrays over the last data set, of a finished run."""
    return np.loadtxt(run.trial.folder / "scores.csv", delimiter=",", skiprows=1, unpack=True)
