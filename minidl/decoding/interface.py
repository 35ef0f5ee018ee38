"""How a model's forward is called: the names that its type has for the cache, the mask and the positions.

Most causal models of transformers take past_key_values, attention_mask and position_ids.
Mamba keeps its state in cache_params, RWKV in state.  From transformers 5.24 on,
past_key_values and cache_params are both called cache.  Some types take no positions: they
count the padding as tokens, or need no positions.
"""
import inspect
from collections.abc import Collection
from itertools import chain
from typing import Any, NamedTuple

import torch

from minidl.decoding.candidate import LanguageModel

KEYS_AND_VALUES = "past_key_values"
CACHE_NAMES = (KEYS_AND_VALUES, "cache_params", "state", "cache")
STATES = {"mamba", "mamba2", "falcon_mamba", "xlstm", "rwkv"}  # types that keep a state, and no keys and values
# these types take no positions and do not need them: the mask alone makes them skip padding
PADDED_BY_MASK = {"bloom", "mpt", "mamba", "mamba2", "falcon_mamba", "moss_transcribe_diarize"}
PADDING_COUNTS = {"git"}  # takes positions, but padding changes its texts all the same
ONE_ROW = {"rwkv", "xlstm"}  # the step of RWKV mixes up the rows of a batch; xLSTM's cache cannot be reordered
REFUSED = {"cpmant": "which takes the whole text at each step", "prophetnet": "whose cache changes its logits"}


class Interface(NamedTuple):
    """What a model's forward takes.

    cache: the name of the cache, as an argument and in the output.
    masked_steps: whether each step needs the mask of the prompt, not only the first run.
    padding: whether prompts may be padded; batch: whether it may have several rows.
    """

    cache: str
    masked_steps: bool
    positions: bool
    last_logits: bool
    padding: bool
    batch: bool


def interface(model: LanguageModel) -> Interface:
    """Return how the model is called; raise a TypeError if it is no decoder."""
    config, kind = model.config, getattr(model.config, "model_type", "")
    if getattr(config, "is_encoder_decoder", False):
        raise TypeError(f"model: must be a causal decoder, got the encoder-decoder {type(model).__name__}")
    if kind in REFUSED:
        raise TypeError(f"model: must be a causal decoder with a cache, got {type(model).__name__}, {REFUSED[kind]}")
    parameters = parameters_of(model)
    cache = next((name for name in CACHE_NAMES if name in parameters), None)

    def takes(name: str) -> bool:
        return name in parameters or cache is None  # a function that passes all names on

    positions = takes("position_ids")
    padding = takes("attention_mask") and (positions or kind in PADDED_BY_MASK) and kind not in PADDING_COUNTS
    return Interface(cache or KEYS_AND_VALUES, kind not in STATES, positions, takes("logits_to_keep"), padding,
                     kind not in ONE_ROW)


def parameters_of(model: Any) -> Collection[str]:
    """Return the names that a model's forward takes; of a wrapper, such as peft's, those of the model inside."""
    parts = model.modules() if isinstance(model, torch.nn.Module) else [model]
    named = (inspect.signature(getattr(part, "forward", part)).parameters for part in parts)
    first = next(named)
    return next((names for names in chain([first], named) if not {*CACHE_NAMES}.isdisjoint(names)), first)


def cache_of(model: LanguageModel, output: Any, name: str) -> Any:
    """Return the cache that the model's output has; raise a TypeError if there is none."""
    cache = getattr(output, name, None)
    if cache is None:
        encoder = getattr(model.config, "is_decoder", None) is False
        raise TypeError(f"model: must be a causal decoder with a cache, got {type(model).__name__} without one"
                        + "; if it was trained as a decoder, set is_decoder in its config" * encoder)
    return cache
