"""The training of the small model: Lion on next tokens, with new text in every epoch.

The text of an epoch depends only on the seed and the epoch's number, so a run that
continues from a checkpoint gives the same model as an uninterrupted run.
"""
from copy import deepcopy
from itertools import count
from random import Random
from typing import NamedTuple

import torch

from hw2.pretraining.chats import KINDS, kind_batch, mixed_batch, shares, tokenizer_texts
from hw2.pretraining.decoder import NextTokenLogits, make_decoder
from hw2.pretraining.tokenizer import train_tokenizer
from minidl.files import replacing_files, write_sums
from minidl.nn import CrossEntropyLoss
from minidl.optim import Lion
from minidl.training import evaluate, train_epoch

HELDOUT_ROWS = 48
TOKENIZER_TURNS = 3000  # of each kind


class TrainingSettings(NamedTuple):
    """All settings of a training run. rows: per epoch; length: tokens per row; lr: the peak, after `warmup` steps."""

    epochs: int = 44
    rows: int = 1750
    batch_size: int = 7
    length: int = 296
    vocabulary: int = 2048
    hidden: int = 192
    layers: int = 4
    lr: float = 6e-4
    warmup: int = 100
    weight_decay: float = 0.1
    dtype: str = "bfloat16"
    seed: int = 0


FULL = TrainingSettings()
SMOKE = FULL._replace(epochs=3, rows=40, vocabulary=400, hidden=32, layers=2, warmup=2)


def make_tokenizer(settings):
    """Return the tokenizer of these settings."""
    return train_tokenizer(tokenizer_texts(Random(f"tokenizer {settings.seed}"), TOKENIZER_TURNS), settings.vocabulary)


def learning_rate(step, steps, settings):
    """Return the learning rate of step 0, 1, ... of `steps`: a line up to the peak, then a line down to 0.

    >>> settings = TrainingSettings(lr=1.0, warmup=100)
    >>> [round(learning_rate(step, 1000, settings), 6) for step in (0, 99, 100, 550, 1000)]
    [0.01, 1.0, 1.0, 0.5, 0.0]
    """
    return settings.lr * min((step + 1) / settings.warmup, (steps - step) / (steps - settings.warmup))


def token_accuracy(target, logits):
    """Return the share of learned tokens whose logit is the highest; target (N * T,), logits (N * T * V,)."""
    predicted = logits.view(len(target), -1).argmax(-1)
    return (predicted == target)[target >= 0].float().mean().item()


class Training:
    """A training run, one epoch at a time: settings, tokenizer, decoder, optimizer and history."""

    def __init__(self, settings):
        self.settings = settings
        self.tokenizer = make_tokenizer(settings)
        self.decoder = make_decoder(settings, self.tokenizer)
        self.model, self.loss = NextTokenLogits(self.decoder, getattr(torch, settings.dtype)), CrossEntropyLoss()
        self.optimizer = Lion(self.decoder.parameters(), lr=0.0, weight_decay=settings.weight_decay)
        self.history = []
        self.heldout = {kind: kind_batch(self.tokenizer, kind, Random(f"heldout {kind}"), HELDOUT_ROWS, settings.length,
                                         heldout=True) for kind in KINDS}
        self.steps_per_epoch = -(-settings.rows // settings.batch_size)

    def epoch(self, on_batch=lambda: None):
        """Train on the text of the next epoch; return the new row of the history."""
        settings, number = self.settings, len(self.history)
        text = mixed_batch(self.tokenizer, Random(f"{settings.seed} {number}"), settings.rows, settings.length,
                           shares(number / max(settings.epochs - 1, 1)))
        steps = count(number * self.steps_per_epoch)

        def set_rate():
            for group in self.optimizer.param_groups:
                group["lr"] = learning_rate(next(steps), settings.epochs * self.steps_per_epoch, settings)

        def after_batch():
            set_rate()
            on_batch()

        set_rate()
        train_epoch(self.model, self.loss, self.optimizer, text, batch_size=settings.batch_size,
                    generator=torch.Generator().manual_seed(number), on_batch=after_batch)
        row = {"epoch": number + 1, "tokens": (number + 1) * text[0].numel()}
        for kind, tensors in self.heldout.items():
            row[f"{kind}_loss"], row[f"{kind}_right"] = evaluate(self.model, self.loss, tensors, token_accuracy)
        self.history.append(row)
        return row

    def export(self, folder):
        """Write the model in half precision and its tokenizer, in the standard layout."""
        with replacing_files(folder) as temporary:
            deepcopy(self.decoder).half().save_pretrained(temporary)
            self.tokenizer.save_pretrained(temporary)
            write_sums(temporary)
