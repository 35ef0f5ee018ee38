"""A language model that runs step by step: token ids in, next-token logits out.

The model's cache holds the keys and values of all tokens so far (or a state, in models
without attention), so a step computes only one new token per row.  Between two steps, rows
may be dropped, repeated and reordered.
"""
import contextlib
import copy
from collections.abc import Iterator, Sequence
from typing import Any

import torch

from minidl.decoding.candidate import LanguageModel, Mask
from minidl.decoding.checks import check_prompts
from minidl.decoding.config import first_position, position_count
from minidl.decoding.interface import cache_of, interface
from minidl.decoding.per_row import numbered


def cached_model(model: LanguageModel, input_ids: torch.Tensor, attention_mask: Mask = None
                 ) -> tuple["CachedModel | SeparateRows", list[int]]:
    """Return the model with the cache of the distinct prompts of (B, T), and the number of each prompt among these.

    Shorter prompts are padded on the left.  The rows are run in one batch if the model's type
    allows it, otherwise one after another.
    """
    mask = check_prompts(model, input_ids, attention_mask)
    numbers = numbered(map(tuple, (input_ids if mask is None else input_ids.masked_fill(
        mask.to(input_ids.device) == 0, -1)).tolist()))
    if len(set(numbers)) < len(numbers):
        distinct = [numbers.index(number) for number in range(max(numbers) + 1)]
        input_ids, mask = input_ids[distinct], None if mask is None else mask[distinct]
    takes = interface(model)
    if takes.batch and (takes.padding or mask is None):
        return CachedModel(model, input_ids, mask), numbers
    rows = [ids[None] for ids in input_ids] if mask is None else [
        ids[kept.bool()][None] for ids, kept in zip(input_ids, mask.to(input_ids.device))]
    return SeparateRows([CachedModel(model, row) for row in rows]), numbers


class CachedModel:
    """A transformers causal language model with the cache of B prompts, all in one batch."""

    def __init__(self, model: LanguageModel, input_ids: torch.Tensor, mask: torch.Tensor | None = None) -> None:
        self.model, self.interface, self.input_ids = model, interface(model), input_ids.to(model.device)
        self.mask = None if mask is None else mask.to(model.device)
        self.lengths = self.input_ids.new_full((len(input_ids),), input_ids.shape[1]) if self.mask is None else (
            self.mask.sum(-1))  # (R,), without the padding
        self.first = first_position(model)
        self.cache: Any = None

    def limits(self, max_new_tokens: int) -> list[int]:
        """Return the largest number of new tokens of each prompt: max_new_tokens, or less if the positions are few.

        The last new token needs no position, because the model does not run on it.
        """
        positions = position_count(self.model)
        lengths = self.lengths.tolist() if self.interface.positions else [self.input_ids.shape[1]] * len(self.lengths)
        return [max_new_tokens if positions is None else min(max_new_tokens, positions - length + 1)
                for length in lengths]

    def start(self, prompts: Sequence[int]) -> torch.Tensor:
        """Run the prompts once; return next-token logits (R, V) float32, row r for prompt prompts[r].

        prompts: R numbers of prompts, each any number of times; the cache gets these rows.
        """
        size = self.input_ids.shape[1]
        positions = torch.arange(size, device=self.lengths.device) - (size - self.lengths[:, None])
        return select_rows(self, self._run(self.input_ids, positions.clamp(min=0)), prompts)

    def reorder(self, rows: torch.Tensor) -> None:
        """Replace row r by row rows[r] for every r; rows may be dropped and repeated."""
        self.cache.reorder_cache(rows)
        self.lengths = self.lengths[rows]
        self.mask = None if self.mask is None else self.mask[rows]

    def step(self, tokens: torch.Tensor) -> torch.Tensor:
        """Append one token to each row, tokens (R,); return the next-token logits, (R, V) float32."""
        if self.mask is not None:  # keys and values need the whole mask at every step
            self.mask = torch.cat([self.mask, self.mask.new_ones(len(self.mask), 1)], 1)
        self.lengths = self.lengths + 1
        return self._run(tokens[:, None], self.lengths[:, None] - 1)

    def _run(self, ids: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
        """Run the model on new tokens (R, T) at these positions; return the logits of the last, (R, V) float32."""
        takes, named = self.interface, dict[str, Any]()
        if self.mask is not None and (self.cache is None or takes.masked_steps):
            named["attention_mask"] = self.mask
        if takes.positions:
            named["position_ids"] = positions + self.first
        if takes.last_logits:
            named["logits_to_keep"] = 1
        output = self.model(input_ids=ids, use_cache=True, **{takes.cache: self.cache}, **named)
        cache = cache_of(self.model, output, takes.cache)
        if self.cache is None and hasattr(cache, "layers"):
            from minidl.decoding.growing import give_room  # here, since it imports transformers
            give_room(cache)
        self.cache = cache
        logits: torch.Tensor = output.logits
        return logits[:, -1].float()


class SeparateRows:
    """Prompts that the model runs one after another, each with its own cache; the methods are CachedModel's."""

    def __init__(self, rows: list[CachedModel]) -> None:
        self.rows, self.model = rows, rows[0].model

    def limits(self, max_new_tokens: int) -> list[int]:
        """Return the largest number of new tokens of each prompt."""
        return [limit for row in self.rows for limit in row.limits(max_new_tokens)]

    def start(self, prompts: Sequence[int]) -> torch.Tensor:
        """Run the prompts once; return next-token logits (R, V) float32, row r for prompt prompts[r]."""
        return select_rows(self, torch.cat([row.start([0]) for row in self.rows]), prompts)

    def reorder(self, rows: torch.Tensor) -> None:
        """Replace row r by row rows[r] for every r."""
        self.rows = [copy.copy(self.rows[row]) for row in rows.tolist()]
        for row in self.rows:
            row.cache = copy.deepcopy(row.cache)

    def step(self, tokens: torch.Tensor) -> torch.Tensor:
        """Append one token to each row, tokens (R,); return the next-token logits, (R, V) float32."""
        return torch.cat([row.step(token[None]) for row, token in zip(self.rows, tokens)])


def select_rows(cached: CachedModel | SeparateRows, logits: torch.Tensor, rows: Sequence[int]) -> torch.Tensor:
    """Let the cache have these rows, in this order; return the logits (B, V) of these rows."""
    if list(rows) == list(range(len(logits))):
        return logits
    indices = torch.tensor(rows, device=logits.device)
    cached.reorder(indices)
    return logits[indices]


@contextlib.contextmanager
def inference_mode(model: LanguageModel) -> Iterator[None]:
    """Put the model into eval mode and turn gradients off; restore the model's mode at the end."""
    was_training = model.training
    model.eval()
    try:
        with torch.inference_mode():
            yield
    finally:
        model.train(was_training)
