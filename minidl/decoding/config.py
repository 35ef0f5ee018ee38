"""What a model's configuration says: its vocabulary, its positions, and the tokens that end a text."""
from collections.abc import Iterable
from typing import Any, Literal

from minidl.checks import is_whole, require
from minidl.decoding.candidate import LanguageModel

Eos = int | Iterable[int] | Literal["model"] | None

POSITION_NAMES = ("max_position_embeddings", "n_positions", "max_seq_len")  # different models, the same meaning
# their first token has the position after pad_token_id; the positions up to it are not for tokens
FIRST_AFTER_PADDING = {"roberta", "camembert", "data2vec-text", "roberta-prelayernorm", "xlm-roberta", "xlm-roberta-xl",
                       "xmod"}

# settings of a generation_config that no decoder here has, with the values that change nothing
NEUTRAL: dict[str, tuple[Any, ...]] = {
    "repetition_penalty": (None, 1.0), "no_repeat_ngram_size": (None, 0), "min_length": (None, 0),
    "min_new_tokens": (None, 0), "top_k": (None, 0, 50), "min_p": (None, 0.0), "typical_p": (None, 1.0),
    "epsilon_cutoff": (None, 0.0), "eta_cutoff": (None, 0.0), "guidance_scale": (None, 1.0), "bad_words_ids": (None,),
    "suppress_tokens": (None,), "begin_suppress_tokens": (None,), "sequence_bias": (None,),
    "forced_bos_token_id": (None,), "forced_eos_token_id": (None,), "exponential_decay_length_penalty": (None,)}


def text_config(model: LanguageModel) -> Any:
    """Return the configuration of the model's decoder; a model of text and pictures has it inside another one."""
    nested = getattr(model.config, "get_text_config", None)
    return nested(decoder=True) if nested else model.config


def vocabulary_size(model: LanguageModel) -> int:
    """Return V, the number of logits."""
    size: int = text_config(model).vocab_size
    return size


def position_count(model: LanguageModel) -> int | None:
    """Return the largest number of tokens in a text with its prompt; None if there is no limit."""
    config = text_config(model)
    if hasattr(config, "context_length"):  # RWKV: a limit of its training, not of the model
        return None
    counts = [getattr(config, name, None) for name in POSITION_NAMES]
    count = next((count for count in counts if count is not None and count > 0), None)  # XLNet has -1 positions
    return None if count is None else count - first_position(model)


def first_position(model: LanguageModel) -> int:
    """Return the position of a text's first token: 0, or more in the relatives of RoBERTa."""
    config = text_config(model)
    shifted = getattr(config, "model_type", "") in FIRST_AFTER_PADDING
    return config.pad_token_id + 1 if shifted and config.pad_token_id is not None else 0


def end_tokens(model: LanguageModel, eos_token_id: Eos = "model") -> frozenset[int]:
    """Return the tokens that end a text; raise a ValueError if one is not in the vocabulary.

    eos_token_id: "model" for what the model itself says: its generation_config, otherwise its
        config (no token if neither has one; tokens outside the vocabulary are left out).  Or a
        token; or several; or None for no token.
    """
    last = vocabulary_size(model) - 1
    if isinstance(eos_token_id, str) and eos_token_id == "model":
        return frozenset(token for token in model_ends(model) if 0 <= token <= last)
    tokens = token_list(eos_token_id)
    valid = tokens is not None and all(is_whole(token) and 0 <= token <= last for token in tokens)
    valid = valid and (bool(tokens) or eos_token_id is None)
    require(valid, "eos_token_id", f'must be None, "model", a token in 0 .. {last} or a list of them', eos_token_id)
    return frozenset(int(token) for token in tokens or ())


def model_ends(model: LanguageModel) -> list[Any]:
    """Return the tokens that end a text by the model's generation_config, otherwise by its config."""
    for config in (getattr(model, "generation_config", None), model.config, text_config(model)):
        tokens = token_list(getattr(config, "eos_token_id", None))
        if tokens:
            return tokens
    return []


def token_list(tokens: Any) -> list[Any] | None:
    """Return no token, one or several as a list; None if the value is none of these.

    >>> token_list(None), token_list(3), token_list((3, 5)), token_list("3")
    ([], [3], [3, 5], None)
    """
    if tokens is None:
        return []
    if hasattr(tokens, "tolist"):  # a tensor or an array
        tokens = tokens.tolist()
    if not isinstance(tokens, Iterable):
        return [tokens]
    return None if isinstance(tokens, (str, bytes, dict)) else list(tokens)


def ignored_settings(model: LanguageModel) -> dict[str, Any]:
    """Return what the model's generation_config asks for and the decoders here do not do."""
    config = getattr(model, "generation_config", None)
    asked = {name: getattr(config, name, None) for name in NEUTRAL}
    if not getattr(config, "do_sample", False):
        del asked["top_k"], asked["min_p"], asked["typical_p"], asked["epsilon_cutoff"], asked["eta_cutoff"]
    return {name: value for name, value in asked.items() if value not in NEUTRAL[name]}
