"""A language model that runs step by step: token ids in, next-token logits out.

The model's cache holds the keys and values of all tokens so far, so a step computes only
one new token per row.  Between two steps, rows may be dropped, repeated and reordered.
"""
import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import torch

from minidl.decoding.candidate import LanguageModel, Mask
from minidl.decoding.checks import check_prompts


class CachedModel:
    """A transformers causal language model with the cache of B prompts; shorter prompts are padded on the left."""

    def __init__(self, model: LanguageModel, input_ids: torch.Tensor, attention_mask: Mask = None) -> None:
        mask = check_prompts(model, input_ids, attention_mask)
        self.model, self.input_ids = model, input_ids.to(model.device)
        self.mask = None if mask is None else mask.to(model.device)
        self.cache: Any = None

    def start(self, prompts: Sequence[int] | None = None) -> torch.Tensor:
        """Run the prompts; return next-token logits, (R, V) float32: row r is that of prompt prompts[r].

        prompts: R numbers of prompts; a prompt may have any number of rows.  Default: each has one.
        Equal prompts run once.
        """
        distinct, same = equal_rows(self.input_ids, self.mask)
        rows = same if prompts is None else [same[prompt] for prompt in prompts]
        if len(distinct) < len(self.input_ids):
            self.input_ids = self.input_ids[distinct]
            self.mask = None if self.mask is None else self.mask[distinct]
        positions = None if self.mask is None else (self.mask.cumsum(-1) - 1).clamp(min=0)
        logits = self._run(self.input_ids, positions)
        if rows == list(range(len(logits))):
            return logits
        indices = torch.tensor(rows, device=logits.device)
        self.reorder(indices)
        return logits[indices]

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


def equal_rows(input_ids: torch.Tensor, mask: torch.Tensor | None) -> tuple[list[int], list[int]]:
    """Return the rows that are the first of their kind, and for each row the index of its equal among these.

    >>> equal_rows(torch.tensor([[5, 6], [7, 8], [5, 6]]), None)
    ([0, 1], [0, 1, 0])
    """
    texts = input_ids if mask is None else input_ids.masked_fill(mask == 0, -1)
    distinct: dict[tuple[int, ...], int] = {}  # from a row's ids to its index among the distinct rows
    same = [distinct.setdefault(tuple(ids), len(distinct)) for ids in texts.tolist()]
    return [same.index(number) for number in range(len(distinct))], same


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
