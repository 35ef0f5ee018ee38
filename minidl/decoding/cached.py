"""A language model that runs step by step: token ids in, next-token logits out.

The model's cache holds the keys and values of all tokens so far, so a step computes only
one new token per row.  Between two steps, rows may be dropped, repeated and reordered.
"""
import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import torch

from minidl.decoding.candidate import LanguageModel, Mask
from minidl.decoding.checks import check_prompts, prompt_lengths
from minidl.decoding.config import position_count
from minidl.decoding.per_row import numbered


class CachedModel:
    """A transformers causal language model with the cache of B prompts; shorter prompts are padded on the left."""

    def __init__(self, model: LanguageModel, input_ids: torch.Tensor, attention_mask: Mask = None) -> None:
        mask = check_prompts(model, input_ids, attention_mask)
        self.model, self.input_ids = model, input_ids.to(model.device)
        self.mask = None if mask is None else mask.to(model.device)
        self.cache: Any = None

    def limits(self, max_new_tokens: int) -> list[int]:
        """Return the largest number of new tokens of each prompt: max_new_tokens, or less if the positions are few.

        The last new token needs no position, because the model does not run on it.
        """
        positions = position_count(self.model)
        return [max_new_tokens if positions is None else min(max_new_tokens, positions - length + 1)
                for length in prompt_lengths(self.input_ids, self.mask)]

    def start(self, prompts: Sequence[int]) -> torch.Tensor:
        """Run the prompts; return next-token logits, (R, V) float32: row r is that of prompt prompts[r].

        prompts: R numbers of prompts, each any number of times.  Equal prompts run once.
        """
        same = self.equal_prompts()
        rows = [same[prompt] for prompt in prompts]  # row r of the logits is row rows[r] of the distinct prompts
        ids, distinct = self.input_ids, [same.index(number) for number in range(max(same) + 1)]
        if len(distinct) < len(ids):
            ids, self.mask = ids[distinct], None if self.mask is None else self.mask[distinct]
        positions = None if self.mask is None else (self.mask.cumsum(-1) - 1).clamp(min=0)
        logits = self._run(ids, positions)
        if rows == list(range(len(logits))):
            return logits
        indices = torch.tensor(rows, device=logits.device)
        self.reorder(indices)
        return logits[indices]

    def equal_prompts(self) -> list[int]:
        """Return a number for each prompt: equal prompts have equal numbers, see `numbered`."""
        ids = self.input_ids if self.mask is None else self.input_ids.masked_fill(self.mask == 0, -1)
        return numbered(map(tuple, ids.tolist()))

    def reorder(self, rows: torch.Tensor) -> None:
        """Replace row r by row rows[r] for every r; rows may be dropped and repeated."""
        self.cache.reorder_cache(rows)
        self.mask = None if self.mask is None else self.mask[rows]

    def step(self, tokens: torch.Tensor) -> torch.Tensor:
        """Append one token to each row, tokens (R,); return the next-token logits, (R, V) float32."""
        positions = None
        if self.mask is not None:  # the model needs the whole mask at every step, and positions without the padding
            self.mask = torch.cat([self.mask, self.mask.new_ones(len(self.mask), 1)], 1)
            positions = self.mask.sum(-1, keepdim=True) - 1
        return self._run(tokens[:, None], positions)

    def _run(self, ids: torch.Tensor, positions: torch.Tensor | None) -> torch.Tensor:
        padding = {} if self.mask is None else {"attention_mask": self.mask, "position_ids": positions}
        output = self.model(input_ids=ids, past_key_values=self.cache, use_cache=True, logits_to_keep=1, **padding)
        self.cache = output.past_key_values
        logits: torch.Tensor = output.logits
        return logits[:, -1].float()


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
