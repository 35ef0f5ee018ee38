"""A language model, stepped: ids in, next-token logits out.

The keys and values that attention has computed for the tokens so far stay in the
model's cache, so that each step costs one token a row, whatever came before.  Rows may
be dropped, repeated and put in another order between two steps: the cache follows.
"""
import contextlib
from collections.abc import Iterator
from typing import Any

import torch

from minidl.decoding.candidate import LanguageModel, Mask, check_prompts


class CachedModel:
    """A transformers causal language model at work on B prompts, left-padded where they differ in length."""

    def __init__(self, model: LanguageModel, input_ids: torch.Tensor, attention_mask: Mask = None) -> None:
        mask = check_prompts(model, input_ids, attention_mask)
        self.model, self.input_ids = model, input_ids.to(model.device)
        self.mask = None if mask is None else mask.to(model.device)
        self.cache: Any = None

    def start(self) -> torch.Tensor:
        """Run the prompts; return the logits of their next tokens, (B, V) float32."""
        positions = None if self.mask is None else (self.mask.cumsum(-1) - 1).clamp(min=0)
        return self._run(self.input_ids, positions)

    def step(self, tokens: torch.Tensor, rows: torch.Tensor | None = None) -> torch.Tensor:
        """Go on with one more token in each row; return the next logits, (R, V) float32.

        tokens: (R,).  rows: (R,), which of the rows so far each of them continues; None
        for all, in their order.
        """
        if rows is not None:
            self.cache.reorder_cache(rows)
            self.mask = None if self.mask is None else self.mask[rows]
        positions = None
        if self.mask is not None:  # the whole mask at every step, and positions that go on from the prompt's
            self.mask = torch.cat([self.mask, self.mask.new_ones(len(self.mask), 1)], 1)
            positions = self.mask.sum(-1, keepdim=True) - 1
        return self._run(tokens[:, None], positions)

    def _run(self, ids: torch.Tensor, positions: torch.Tensor | None) -> torch.Tensor:
        given = {} if self.mask is None else {"attention_mask": self.mask, "position_ids": positions}
        found = self.model(input_ids=ids, past_key_values=self.cache, use_cache=True, logits_to_keep=1, **given)
        self.cache = found.past_key_values
        logits: torch.Tensor = found.logits
        return logits[:, -1].float()


@contextlib.contextmanager
def at_work(model: LanguageModel) -> Iterator[None]:
    """Without gradients, and the model in eval mode meanwhile."""
    was_training = model.training
    model.eval()
    try:
        with torch.inference_mode():
            yield
    finally:
        model.train(was_training)
