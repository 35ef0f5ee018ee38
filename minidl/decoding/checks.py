"""Checks of the arguments of all decoders, and of the model's logits."""
from collections.abc import Callable

import numpy.typing as npt
import torch

from minidl.checks import is_whole, require, shown
from minidl.decoding.candidate import LanguageModel, Mask, OnToken


def check_prompts(model: LanguageModel, input_ids: torch.Tensor, attention_mask: Mask) -> torch.Tensor | None:
    """Return the mask as a (B, T) int64 tensor, or None if it has no 0; raise if the prompts cannot be decoded."""
    require(hasattr(getattr(model, "config", None), "vocab_size"), "model", "must be a transformers language model",
            type(model).__name__, TypeError)
    valid = isinstance(input_ids, torch.Tensor) and input_ids.dtype in (torch.int64, torch.int32)
    require(valid, "input_ids", "must be an int64 or int32 tensor", getattr(input_ids, "dtype", input_ids), TypeError)
    if input_ids.ndim != 2 or not input_ids.numel():
        raise ValueError(f"input_ids: must be (B, T), B and T at least 1, got shape {tuple(input_ids.shape)}")
    vocabulary, positions = model.config.vocab_size, getattr(model.config, "max_position_embeddings", None)
    low, high = input_ids.min().item(), input_ids.max().item()
    if low < 0 or high >= vocabulary:
        raise ValueError(f"input_ids: must be in 0 .. {vocabulary - 1}, got {low if low < 0 else high}")
    if positions is not None and input_ids.shape[1] > positions:
        raise ValueError(f"input_ids: must fit into the model's {positions} positions, got a prompt of "
                         f"{input_ids.shape[1]} tokens")
    return None if attention_mask is None else _check_mask(attention_mask, input_ids)


def _check_mask(attention_mask: torch.Tensor | npt.ArrayLike, input_ids: torch.Tensor) -> torch.Tensor | None:
    try:
        mask = torch.as_tensor(attention_mask)
    except (TypeError, ValueError, RuntimeError):
        raise ValueError(f"attention_mask: must hold 0 and 1, got {shown(attention_mask)}") from None
    require(not mask.is_complex(), "attention_mask", "must hold 0 and 1", mask.dtype)
    if mask.shape != input_ids.shape:
        raise ValueError(f"attention_mask: must have input_ids' shape {tuple(input_ids.shape)}, "
                         f"got {tuple(mask.shape)}")
    binary = ((mask == 0) | (mask == 1)).all(-1)
    valid = binary & (mask[:, 1:] >= mask[:, :-1]).all(-1) & (mask[:, -1] == 1)  # (B,)
    if not valid.all():
        raise ValueError(f"attention_mask: must be 0 on left padding and 1 after it, got {mask[~valid][0].tolist()}")
    return None if mask.all() else mask.to(torch.int64)


def check_limits(model: LanguageModel, input_ids: torch.Tensor, max_new_tokens: int, eos_token_id: int | None,
                 on_token: OnToken | None, on_step: Callable[..., object] | None = None) -> int:
    """Return the largest number of new tokens; raise a ValueError or TypeError if an argument is out of range.

    It is max_new_tokens, or less if the model has too few positions.  The last new token
    needs no position, because the model does not run on it.
    """
    valid = is_whole(max_new_tokens) and max_new_tokens >= 1
    require(valid, "max_new_tokens", "must be a whole number, at least 1", max_new_tokens)
    last = model.config.vocab_size - 1
    valid = eos_token_id is None or is_whole(eos_token_id) and 0 <= eos_token_id <= last
    require(valid, "eos_token_id", f"must be None or a token in 0 .. {last}", eos_token_id)
    require(on_token is None or callable(on_token), "on_token", "must be None or a function", on_token, TypeError)
    require(on_step is None or callable(on_step), "on_step", "must be None or a function", on_step, TypeError)
    positions = getattr(model.config, "max_position_embeddings", None)
    return max_new_tokens if positions is None else min(max_new_tokens, positions - input_ids.shape[1] + 1)


def check_logits(logits: torch.Tensor, step: int) -> None:
    """Raise a ValueError if a row is not a distribution: it has NaN or +inf, or only -inf.

    The message counts the rows of the unfinished texts only.
    """
    largest = logits.amax(-1)  # NaN if the row has one
    if not largest.isfinite().all():
        row = int((~largest.isfinite()).nonzero()[0])
        raise ValueError(f"logits: the largest of a row must be finite, got {largest[row].item()} in row {row} "
                         f"for token {step + 1}")
