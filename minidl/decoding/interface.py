"""How a model's forward is called: the names that its type has for the cache, the mask and the positions.

Most causal models of transformers take past_key_values, attention_mask and position_ids.
Mamba keeps its state in cache_params, RWKV in state.  Some types take no positions: they
count the padding as tokens, or need no positions.
"""
import inspect
from typing import Any, NamedTuple

from minidl.decoding.candidate import LanguageModel

KEYS_AND_VALUES = "past_key_values"
CACHE_NAMES = (KEYS_AND_VALUES, "cache_params", "state")
# these types take no positions and do not need them: the mask alone makes them skip padding
PADDED_BY_MASK = {"bloom", "mpt", "mamba", "mamba2", "falcon_mamba", "moss_transcribe_diarize"}
PADDING_COUNTS = {"git"}  # takes positions, but padding changes its texts all the same
ONE_ROW = {"rwkv", "xlstm"}  # the step of RWKV mixes up the rows of a batch; xLSTM's cache cannot be reordered
REFUSED = {"cpmant": "which takes the whole text at each step", "prophetnet": "whose cache changes its logits"}


class Interface(NamedTuple):
    """What a model's forward takes.

    cache: the name of the cache, as an argument and in the output.
    padding: whether prompts may be padded; batch: whether it may have several rows.
    """

    cache: str
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
    parameters = inspect.signature(getattr(model, "forward", model)).parameters
    cache = next((name for name in CACHE_NAMES if name in parameters), None)

    def takes(name: str) -> bool:
        return name in parameters or cache is None  # a wrapper, such as peft's, passes all names on

    positions = takes("position_ids")
    padding = takes("attention_mask") and (positions or kind in PADDED_BY_MASK) and kind not in PADDING_COUNTS
    return Interface(cache or KEYS_AND_VALUES, positions, takes("logits_to_keep"), padding, kind not in ONE_ROW)


def cache_of(model: LanguageModel, output: Any, name: str) -> Any:
    """Return the cache that the model's output has; raise a TypeError if there is none."""
    cache = getattr(output, name, None)
    if cache is None:
        encoder = getattr(model.config, "is_decoder", None) is False
        raise TypeError(f"model: must be a causal decoder with a cache, got {type(model).__name__} without one"
                        + "; if it was trained as a decoder, set is_decoder in its config" * encoder)
    return cache
