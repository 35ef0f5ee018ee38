"""The steps of the assignment: encode the columns, build the network, fit it, score the test rows.

    h = Linear(numbers) + sum over the categorical columns of Embedding(id)     (B, H)
    h = f(h), or h + f(h) with skip connections, for each block                 (B, H)
    f = [BatchNorm], Linear(H, 4H), ReLU, [Dropout], Linear(4H, H)
    logit = Linear(h)                                                           (B, 1)
"""
from functools import partial
from typing import NamedTuple

import numpy as np
import torch

from hw1.input_layer import TabularInput
from minidl.data import TabularEncoder
from minidl.device import without_subnormals
from minidl.nn import BatchNorm1d, BCEWithLogitsLoss, Dropout, Linear, ReLU, Residual, Sequential
from minidl.optim import SGD, Lion
from minidl.training import DivergedError, fit, predict
from minidl.trials import Run

OPTIMIZERS = {"SGD": SGD, "Lion": Lion, "AdamW": torch.optim.AdamW}  # HW4 compares them; AdamW is the reference


class Features(NamedTuple):
    """Encoded data: sets is a dict from name to (numbers, ids, target) tensors, "train" first."""

    encoder: TabularEncoder
    sets: dict


def encode(parts, device="cpu", numeric="standard"):
    """Return the Features of parts, a dict from name to hw1.datasets.Part; the encoder is fitted on "train"."""
    table = parts["train"].table
    encoder = TabularEncoder(numeric).fit(table, [name for name, cells in table.items() if cells.dtype == object])
    sets = {}
    for name, part in parts.items():
        numbers, ids = map(torch.from_numpy, encoder.transform(part.table))
        target = torch.from_numpy(part.target).float()[:, None]  # (N, 1), like the logits
        sets[name] = (numbers.to(device), ids.to(device), target.to(device))
    return Features(encoder, sets)


def block(hidden, *, skip, batch_norm, dropout, generators):
    """Return one block; `generators` are a pair: for the weights, and for the dropout masks."""
    weights, masks = generators
    f = Sequential(
        *([BatchNorm1d(hidden)] if batch_norm else []),
        Linear(hidden, 4 * hidden, generator=weights),
        ReLU(),
        *([Dropout(dropout, generator=masks)] if dropout else []),
        Linear(4 * hidden, hidden, generator=weights),
    )
    return Residual(f) if skip else f


def build_model(settings, encoder, generators):
    """Return the network for columns encoded by a fitted encoder; `generators` as for `block`."""
    weights, _ = generators
    blocks = [block(settings.hidden, skip=settings.skip, batch_norm=settings.batch_norm,
                    dropout=settings.dropout, generators=generators) for _ in range(settings.blocks)]
    inputs = TabularInput(len(encoder.number_names), encoder.cardinalities, settings.hidden,
                          unfolding=encoder.unfolding(), generator=weights)
    return Sequential(inputs, *blocks, Linear(settings.hidden, 1, generator=weights))


def train(settings, seed, tick=None, *, features, device="cpu", on_epoch=None):
    """Train a model; return the Run with its history, its scores of the last set, its weights.

    The same settings, features and seed give the same run.  tick is called after each
    batch, on_epoch with each row of the history.
    """
    torch.set_num_threads(1)  # a second thread is slower at these sizes; one thread is reproducible
    weights, order, masks = (int(child.generate_state(1)[0]) for child in np.random.SeedSequence(seed).spawn(3))
    generators = torch.Generator().manual_seed(weights), torch.Generator(device).manual_seed(masks)
    model = build_model(settings, features.encoder, generators).to(device)
    optimizer = OPTIMIZERS[settings.optimizer](model.parameters(), lr=settings.lr, weight_decay=settings.weight_decay)
    try:
        with without_subnormals():
            history = fit(model, BCEWithLogitsLoss(), optimizer, features.sets, epochs=settings.epochs,
                          batch_size=settings.batch_size, generator=torch.Generator().manual_seed(order),
                          on_batch=tick, on_epoch=on_epoch)
    except DivergedError as error:
        return Run(error.history, np.empty(0), np.empty(0), diverged=str(error))
    *inputs, target = list(features.sets.values())[-1]
    score = predict(model, inputs)
    return Run(history, target[:, 0].cpu().double().numpy(), score[:, 0].cpu().double().numpy(), model.state_dict())


def train_on(settings, seed, tick=None, *, splits, split=0, **options):
    """Train a model on one of several Features; other arguments as for `train`."""
    return train(settings, seed, tick, features=splits[split], **options)


def steps(settings, rows):
    """Return the number of steps, one per batch, of a training run on so many rows."""
    return -(-rows // settings.batch_size) * settings.epochs


def batches(settings, features):
    """Return the number of batches of a training run."""
    return steps(settings, len(features.sets["train"][0]))


def trainer(*splits, device="cpu", numeric="standard", on_epoch=None):
    """Return the arguments of run_trials and grid_search that train on `splits`, dicts from name to Part."""
    features = [encode(parts, device, numeric) for parts in splits]
    return {"train": partial(train_on, splits=features, device=device, on_epoch=on_epoch),
            "batches": partial(batches, features=features[0])}
