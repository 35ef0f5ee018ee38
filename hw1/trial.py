"""One training run of HW1, from encoded data to the files it leaves."""
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from tqdm import tqdm

from hw1.experiments import describe
from hw1.model import build_model
from minidl.data import TabularEncoder
from minidl.nn import BCEWithLogitsLoss
from minidl.optim import SGD
from minidl.report import plot_curves, replacing, write_csv, write_json
from minidl.training import fit


class Features(NamedTuple):
    """Encoded parts: sets is a dict from name to (numbers, ids, target) tensors."""

    encoder: TabularEncoder
    sets: dict


def encode(parts, device):
    """Fit an encoder on parts["train"] and apply it to all parts (a dict of hw1.datasets.Part)."""
    encoder = TabularEncoder().fit(parts["train"].table)
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
    model = build_model(settings, len(encoder.number_names), encoder.cardinalities, generators=generators).to(device)
    optimizer = SGD(model.parameters(), lr=settings.lr, weight_decay=settings.weight_decay)
    history = fit(model, BCEWithLogitsLoss(), optimizer, features.sets, epochs=settings.epochs,
                  batch_size=settings.batch_size, generator=torch.Generator().manual_seed(order),
                  on_batch=on_batch, on_epoch=on_epoch)
    return model, history


def run_trial(settings, features, *, seed, device, folder, title, on_epoch=None):
    """Train with a progress bar, and leave config.json, history.csv, curves.png, weights.pt in `folder`.

    history.csv grows with each epoch.  Returns the history.
    """
    folder, rows = Path(folder), []
    write_json(folder / "config.json", {"title": title, "settings": asdict(settings), "seed": seed, "device": device,
                                        "numbers": features.encoder.number_names,
                                        "categories": dict(zip(features.encoder.category_names,
                                                               features.encoder.cardinalities))})
    batches = -(-len(features.sets["train"][0]) // settings.batch_size)
    with tqdm(total=batches, leave=False, disable=None, unit="batch") as bar:

        def record(row):
            rows.append(row)
            write_csv(folder / "history.csv", rows)
            if on_epoch:
                bar.clear()
                on_epoch(row)
            bar.reset()
            bar.set_description(f"epoch {row['epoch'] + 1}/{settings.epochs}")

        model, history = train(settings, features, seed=seed, device=device, on_batch=bar.update, on_epoch=record)
    with replacing(folder / "weights.pt") as temporary:
        torch.save(model.state_dict(), temporary)
    plot_curves(folder / "curves.png", history, f"{title}: {describe(settings)}")
    return history
