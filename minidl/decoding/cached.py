"""A language model that runs step by step: token ids in, next-token logits out.

The model's cache holds the keys and values of all tokens so far, so a step computes only
one new token per row.  Between two steps, rows may be dropped, repeated and reordered.
"""
import contextlib
from collections.abc import Iterator
from typing import Any

import torch

from minidl.decoding.candidate import LanguageModel, Mask
from minidl.decoding.checks import check_prompts, prompt_lengths
from minidl.decoding.config import position_count
from minidl.decoding.interface import cache_of, interface, select_rows


class CachedModel:
    """A transformers causal language model with the cache of B prompts; shorter prompts are padded on the left."""

    def __init__(self, model: LanguageModel, input_ids: torch.Tensor, attention_mask: Mask = None) -> None:
        mask = check_prompts(model, input_ids, attention_mask)
        self.model, self.interface, self.input_ids = model, interface(model), input_ids.to(model.device)
        if mask is not None and not self.interface.padding:
            raise ValueError("attention_mask: must be 1 everywhere, got padding, which changes the texts of "
                             f"{type(model).__name__}; decode prompts of different lengths one by one")
        self.mask = None if mask is None else mask.to(model.device)
        self.lengths = torch.tensor(prompt_lengths(input_ids, mask), device=model.device)  # (R,), without the padding
        self.cache: Any = None

    def limits(self, max_new_tokens: int) -> list[int]:
        """Return the largest number of new tokens of each prompt: max_new_tokens, or less if the positions are few.

        The last new token needs no position, because the model does not run on it.
        """
        positions = position_count(self.model)
        lengths = self.lengths if self.interface.positions else self.lengths.new_full(
            self.lengths.shape, self.input_ids.shape[1])
        return [max_new_tokens if positions is None else min(max_new_tokens, positions - length + 1)
                for length in lengths.tolist()]

    def start(self, copies: int = 1) -> torch.Tensor:
        """Run the prompts once; return their next-token logits, each row `copies` times, (B * copies, V) float32."""
        size = self.input_ids.shape[1]
        positions = torch.arange(size, device=self.lengths.device) - (size - self.lengths[:, None])
        logits = self._run(self.input_ids, positions.clamp(min=0))  # (B, V)
        if copies == 1:
            return logits
        rows = torch.arange(len(logits), device=logits.device).repeat_interleave(copies)
        self.reorder(rows)
        return logits[rows]

    def reorder(self, rows: torch.Tensor) -> None:
        """Replace row r by row rows[r] for every r; rows may be dropped and repeated."""
        self.cache, self.lengths = select_rows(self.model, self.cache, rows), self.lengths[rows]
        self.mask = None if self.mask is None else self.mask[rows]

    def step(self, tokens: torch.Tensor) -> torch.Tensor:
        """Append one token to each row, tokens (R,); return the next-token logits, (R, V) float32."""
        if self.mask is not None:  # the model needs the whole mask at every step
            self.mask = torch.cat([self.mask, self.mask.new_ones(len(self.mask), 1)], 1)
        self.lengths = self.lengths + 1
        return self._run(tokens[:, None], self.lengths[:, None] - 1)

    def _run(self, ids: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
        """Run the model on new tokens (R, T) at these positions; return the logits of the last, (R, V) float32."""
        named: dict[str, Any] = {self.interface.cache: self.cache, "use_cache": True}
        if self.mask is not None:
            named["attention_mask"] = self.mask
        if self.interface.positions:
            named["position_ids"] = positions
        if self.interface.last_logits:
            named["logits_to_keep"] = 1
        output = self.model(input_ids=ids, **named)
        self.cache = cache_of(self.model, output, self.interface.cache)
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
