"""Training the tiny model from nothing: Lion on next tokens, text made anew for every epoch.

An epoch is `rows` rows of text that nobody has seen before, made from the seed and the
epoch's number; so a training that was stopped goes on as if it had not been.
"""
import hashlib
import json
from itertools import count
from random import Random
from typing import NamedTuple

import torch
from transformers import Qwen2Config, Qwen2ForCausalLM

from hw2.chats import KINDS, kind_batch, mixed_batch, shares, tokenizer_texts
from hw2.tokenizer import END, PAD, train_tokenizer
from minidl.files import replacing
from minidl.nn import CrossEntropyLoss
from minidl.optim import Lion
from minidl.training import evaluate, train_epoch

HELDOUT_ROWS = 48


class Settings(NamedTuple):
    """What fixes a training; lr: the peak, reached after `warmup` steps, from where the rate falls to 0 in a line."""

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


FULL = Settings()
SMOKE = FULL._replace(epochs=3, rows=40, vocabulary=400, hidden=32, layers=2, warmup=2)


class NextToken(torch.nn.Module):
    """A causal language model as our training loop calls one: ids (N, T) in, logits (N, T, V) float32 out.

    dtype: that of the matrix products; weights and their gradients stay in float32.
    """

    def __init__(self, decoder, dtype):
        super().__init__()
        self.decoder, self.dtype = decoder, dtype

    def forward(self, ids):
        with torch.autocast("cpu", self.dtype, enabled=self.dtype != torch.float32):
            return self.decoder(input_ids=ids, use_cache=False).logits.float()


def make_tokenizer(settings):
    """Return the tokenizer of these settings."""
    return train_tokenizer(tokenizer_texts(Random(f"tokenizer {settings.seed}"), 3000), settings.vocabulary)


def make_decoder(settings, tokenizer):
    """Return an untrained Qwen2 with heads of 32 features, each with keys and values of its own."""
    heads = settings.hidden // 32
    config = Qwen2Config(
        vocab_size=len(tokenizer), hidden_size=settings.hidden, intermediate_size=settings.hidden * 9 // 4,
        num_hidden_layers=settings.layers, num_attention_heads=heads, num_key_value_heads=heads,
        max_position_embeddings=2048, tie_word_embeddings=True, bos_token_id=None,
        eos_token_id=tokenizer.convert_tokens_to_ids(END), pad_token_id=tokenizer.convert_tokens_to_ids(PAD))
    with torch.random.fork_rng():
        torch.manual_seed(settings.seed)
        return Qwen2ForCausalLM._from_config(config, attn_implementation="eager")  # on a CPU the quickest in bfloat16


def rate(step, steps, settings):
    """Return the learning rate of a step among all steps: in a line up to the peak, in a line down to 0.

    >>> [round(rate(step, 1000, Settings(lr=1.0, warmup=100)), 6) for step in (0, 99, 100, 550, 1000)]
    [0.01, 1.0, 1.0, 0.5, 0.0]
    """
    return settings.lr * min((step + 1) / settings.warmup, (steps - step) / (steps - settings.warmup))


def right_share(target, logits):
    """Return the share of learned tokens that are the most likely ones; both come flattened."""
    found = logits.view(len(target), -1).argmax(-1)
    return (found == target)[target >= 0].float().mean().item()


class Training:
    """A training that can be left and taken up: `epoch()` takes it on, `save` and `load` keep it in a file."""

    def __init__(self, settings):
        self.settings = settings
        self.tokenizer = make_tokenizer(settings)
        self.decoder = make_decoder(settings, self.tokenizer)
        self.model, self.loss = NextToken(self.decoder, getattr(torch, settings.dtype)), CrossEntropyLoss()
        self.optimizer = Lion(self.decoder.parameters(), lr=0.0, weight_decay=settings.weight_decay)
        self.history = []
        self.heldout = {kind: kind_batch(self.tokenizer, kind, Random(f"heldout {kind}"), HELDOUT_ROWS, settings.length,
                                         heldout=True) for kind in KINDS}
        self.steps_an_epoch = -(-settings.rows // settings.batch_size)

    def epoch(self, on_batch=None):
        """Train on one epoch's text; return the new row of the history."""
        number, settings = len(self.history), self.settings
        text = mixed_batch(self.tokenizer, Random(f"{settings.seed} {number}"), settings.rows, settings.length,
                           shares(number / max(settings.epochs - 1, 1)))
        steps = count(number * self.steps_an_epoch)

        def set_rate():
            for group in self.optimizer.param_groups:
                group["lr"] = rate(next(steps), settings.epochs * self.steps_an_epoch, settings)

        def after_batch():
            set_rate()
            if on_batch:
                on_batch()

        set_rate()
        train_epoch(self.model, self.loss, self.optimizer, text, batch_size=settings.batch_size,
                    generator=torch.Generator().manual_seed(number), on_batch=after_batch)
        row = {"epoch": number + 1, "tokens": (number + 1) * text[0].numel()}
        for kind, tensors in self.heldout.items():
            row[f"{kind}_loss"], row[f"{kind}_right"] = evaluate(self.model, self.loss, tensors, right_share)
        self.history.append(row)
        return row

    def key(self):
        """Return what must be the same for a saved training to be taken up: the settings and the tokenizer."""
        text = json.dumps([self.settings._asdict(), self.tokenizer.backend_tokenizer.to_str()])
        return hashlib.sha256(text.encode()).hexdigest()

    def save(self, path):
        """Write all that `load` needs."""
        with replacing(path) as temporary:
            torch.save({"key": self.key(), "model": self.decoder.state_dict(), "history": self.history,
                        "optimizer": self.optimizer.state_dict()}, temporary)

    def load(self, path):
        """Take up a saved training; a ValueError where it is not one of these settings."""
        try:
            saved = torch.load(path, weights_only=True)
            same = saved["key"] == self.key()
        except Exception as error:  # a damaged file may end in any kind
            raise ValueError(f"{path}: must be a training's checkpoint, got one that cannot be read "
                             f"({str(error).splitlines()[0]}); --fresh starts anew") from None
        if not same:
            raise ValueError(f"{path}: must be of the same settings and text, got others; --fresh starts anew")
        self.decoder.load_state_dict(saved["model"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.history = saved["history"]

    def export(self, folder):
        """Write the model in half precision, and its tokenizer, in the standard layout."""
        decoder = make_decoder(self.settings, self.tokenizer)
        decoder.load_state_dict(self.decoder.state_dict())
        decoder.half().save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)
