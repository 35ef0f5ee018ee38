"""Checks of the arguments of all decoders, and of the model's logits."""
import numpy.typing as npt
import torch

from minidl.checks import is_whole, require, shown
from minidl.decoding.candidate import LanguageModel, Mask, OnToken
from minidl.decoding.config import position_count, text_config, vocabulary_size


def is_language_model(model: LanguageModel) -> bool:
    """Return whether the model has a configuration with a vocabulary."""
    return hasattr(model, "config") and hasattr(text_config(model), "vocab_size")


def check_prompts(model: LanguageModel, input_ids: torch.Tensor, attention_mask: Mask) -> torch.Tensor | None:
    """Return the mask as a (B, T) int64 tensor, or None if it has no 0; raise if the prompts cannot be decoded."""
    require(is_language_model(model), "model", "must be a transformers language model", type(model).__name__,
            TypeError)
    valid = isinstance(input_ids, torch.Tensor) and input_ids.dtype in (torch.int64, torch.int32)
    require(valid, "input_ids", "must be an int64 or int32 tensor", getattr(input_ids, "dtype", input_ids), TypeError)
    if input_ids.ndim != 2 or not input_ids.numel():
        raise ValueError(f"input_ids: must be (B, T), B and T at least 1, got shape {tuple(input_ids.shape)}")
    vocabulary = vocabulary_size(model)
    low, high = input_ids.min().item(), input_ids.max().item()
    if low < 0 or high >= vocabulary:
        raise ValueError(f"input_ids: must be in 0 .. {vocabulary - 1}, got {low if low < 0 else high}")
    mask = None if attention_mask is None else _check_mask(attention_mask, input_ids)
    positions, longest = position_count(model), max(prompt_lengths(input_ids, mask))
    if positions is not None and longest > positions:
        raise ValueError(f"input_ids: must fit into the model's {positions} positions, got a prompt of "
                         f"{longest} tokens")
    return mask


def prompt_lengths(input_ids: torch.Tensor, mask: torch.Tensor | None) -> list[int]:
    """Return the number of tokens of each prompt without the padding."""
    lengths: list[int] = len(input_ids) * [input_ids.shape[1]] if mask is None else mask.sum(-1).tolist()
    return lengths


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


def check_options(max_new_tokens: int, on_token: OnToken | None) -> None:
    """Raise a ValueError or TypeError if an argument is out of range."""
    valid = is_whole(max_new_tokens) and max_new_tokens >= 1
    require(valid, "max_new_tokens", "must be a whole number, at least 1", max_new_tokens)
    require(on_token is None or callable(on_token), "on_token", "must be None or a function", on_token, TypeError)


def check_logits(logits: torch.Tensor, step: int) -> None:
    """Raise a ValueError if a row is not a distribution: it has NaN or +inf, or only -inf.

    The message counts the rows of the unfinished texts only.
    """
    largest = logits.amax(-1)  # NaN if the row has one
    if not largest.isfinite().all():
        row = int((~largest.isfinite()).nonzero()[0])
        raise ValueError(f"logits: the largest of a row must be finite, got {largest[row].item()} in row {row} "
                         f"for token {step + 1}")
