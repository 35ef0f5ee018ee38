"""How a model's forward is called: the names that its type has for the cache, the mask and the positions.

Most causal models of transformers take past_key_values, attention_mask and position_ids.
Mamba keeps its state in cache_params, RWKV in state.  Some models take no positions: they
count the padding too, or have no positions at all.
"""
import inspect
from typing import Any, NamedTuple

import torch

from minidl.checks import require
from minidl.decoding.candidate import LanguageModel

CACHE_NAMES = ("past_key_values", "cache_params", "state")
# they read the distances between tokens, or nothing, from the mask, so padding needs no positions
PADDED_WITHOUT_POSITIONS = {"bloom", "mpt", "mamba", "mamba2", "falcon_mamba", "moss_transcribe_diarize"}
COUNTING_PADDING = {"git"}  # they take positions, but padding changes their texts


class Interface(NamedTuple):
    """What a model's forward takes; cache: the name of the cache, as an argument and in the output."""

    cache: str
    positions: bool
    last_logits: bool
    padding: bool


def interface(model: LanguageModel) -> Interface:
    """Return how the model is called; raise a TypeError if it is no decoder."""
    kind, config = type(model).__name__, model.config
    require(not getattr(config, "is_encoder_decoder", False), "model", "must be a causal decoder",
            f"the encoder-decoder {kind}", TypeError)
    parameters = inspect.signature(getattr(model, "forward", model)).parameters
    cache = next((name for name in CACHE_NAMES if name in parameters), None)

    def takes(name: str) -> bool:
        return name in parameters or cache is None  # a wrapper, such as peft's, passes all names on

    name = getattr(config, "model_type", "")
    positions, mask = takes("position_ids"), takes("attention_mask")
    padding = mask and name not in COUNTING_PADDING and (positions or name in PADDED_WITHOUT_POSITIONS)
    return Interface(cache or CACHE_NAMES[0], positions, takes("logits_to_keep"), padding)


def cache_of(model: LanguageModel, output: Any, name: str) -> Any:
    """Return the cache that the model's output has; raise a TypeError if there is none."""
    cache = getattr(output, name, None)
    if cache is None:
        way_out = "; is_decoder=True in its config makes it one" if getattr(
            model.config, "is_decoder", None) is False else ""
        raise TypeError("model: must be a causal decoder that keeps a cache, got "
                        f"{type(model).__name__} without one{way_out}")
    return cache


def select_rows(model: LanguageModel, cache: Any, rows: torch.Tensor) -> Any:
    """Return the cache with row rows[r] of the old one as row r, for every r; the old one may change."""
    if hasattr(cache, "reorder_cache"):
        cache.reorder_cache(rows)
        return cache
    valid = isinstance(cache, (list, tuple)) and all(isinstance(state, torch.Tensor) for state in cache)
    require(valid, "model", "must have a cache whose rows can be reordered",
            f"{type(model).__name__} with {type(cache).__name__}; decode one text at a time", TypeError)
    return [state.index_select(0, rows) for state in cache]
