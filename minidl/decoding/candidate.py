"""A decoded sequence, and what every decoder asks of its arguments."""
from collections.abc import Callable
from numbers import Integral
from typing import Any, NamedTuple, Protocol

import numpy.typing as npt
import torch

OnToken = Callable[[int, int], object]  # called with a row and its new token
Mask = torch.Tensor | npt.ArrayLike | None


class LanguageModel(Protocol):
    """What decoding asks of a transformers causal language model."""

    config: Any
    training: bool

    @property
    def device(self) -> torch.device: ...

    def eval(self) -> Any: ...

    def train(self, mode: bool = True) -> Any: ...

    def __call__(self, *inputs: Any, **named: Any) -> Any: ...


class Candidate(NamedTuple):
    """A sequence of new tokens.

    tokens: list of ids, without the prompt, with EOS where it ended so.
    score: the sum of the log-softmax of the tokens, given all before them: the model's
        own probability of the text, whatever temperature or nucleus it was drawn with.
    finished: whether EOS ended it, and not the limit.
    """

    tokens: list[int]
    score: float
    finished: bool


def check_prompts(model: LanguageModel, input_ids: torch.Tensor, attention_mask: Mask) -> torch.Tensor | None:
    """Raise a ValueError or TypeError where prompts cannot be decoded; return the mask, None where all are whole."""
    if not isinstance(input_ids, torch.Tensor) or input_ids.dtype not in (torch.int64, torch.int32):
        raise TypeError(f"input_ids: must be an int64 or int32 tensor, got {getattr(input_ids, 'dtype', input_ids)}")
    if input_ids.ndim != 2 or not input_ids.numel():
        raise ValueError(f"input_ids: must be (B, T) with a token in each, got shape {tuple(input_ids.shape)}")
    vocabulary, positions = model.config.vocab_size, getattr(model.config, "max_position_embeddings", None)
    low, high = input_ids.min().item(), input_ids.max().item()
    if low < 0 or high >= vocabulary:
        raise ValueError(f"input_ids: must be in 0 .. {vocabulary - 1}, got {low if low < 0 else high}")
    if positions is not None and input_ids.shape[1] > positions:
        raise ValueError(f"input_ids: the model has {positions} positions, got a prompt of {input_ids.shape[1]} tokens")
    return None if attention_mask is None else _check_mask(torch.as_tensor(attention_mask), input_ids)


def _check_mask(mask: torch.Tensor, input_ids: torch.Tensor) -> torch.Tensor | None:
    if mask.shape != input_ids.shape:
        raise ValueError(f"attention_mask: must have input_ids' shape {tuple(input_ids.shape)}, "
                         f"got {tuple(mask.shape)}")
    if not ((mask == 0) | (mask == 1)).all() or (mask[:, 1:] < mask[:, :-1]).any() or not mask[:, -1].all():
        raise ValueError("attention_mask: must be 0 left of each prompt and 1 on it, down to the last token")
    return None if mask.all() else mask.to(torch.int64)


def check_limits(model: LanguageModel, input_ids: torch.Tensor, max_new_tokens: int, eos_token_id: int | None) -> int:
    """Raise a ValueError where the rules for the end are out of range; return the most tokens that a text may have.

    That is max_new_tokens, or what the model's positions leave: the last token needs none.
    """
    if not (isinstance(max_new_tokens, (int, Integral)) and max_new_tokens >= 1):
        raise ValueError(f"max_new_tokens: must be a whole number, at least 1, got {max_new_tokens}")
    last = model.config.vocab_size - 1
    if eos_token_id is not None and not (isinstance(eos_token_id, (int, Integral)) and 0 <= eos_token_id <= last):
        raise ValueError(f"eos_token_id: must be None or one token in 0 .. {last}, got {eos_token_id}")
    positions = getattr(model.config, "max_position_embeddings", None)
    return max_new_tokens if positions is None else min(max_new_tokens, positions - input_ids.shape[1] + 1)


def check_logits(logits: torch.Tensor, step: int) -> None:
    """Raise a ValueError where there is no distribution: NaN, +inf, or a row of -inf alone.

    Rows are those that are still decoded.
    """
    largest = logits.amax(-1)  # NaN, if there is one in the row
    if not largest.isfinite().all():
        row = int((~largest.isfinite()).nonzero()[0])
        raise ValueError(f"logits: must be finite or some of them -inf, got a largest of {largest[row].item()} "
                         f"in row {row} for token {step + 1}")
