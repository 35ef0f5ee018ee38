"""Loading a model and its tokenizer, from the Hub, a folder or a GGUF file, and refusing damaged ones.

transformers fills in what a folder lacks: a missing tensor with random numbers, a
missing tokenizer with an empty one.  What it says of that is looked at here.
"""
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

CHATML_END = "<|im_end|>"
SMALLEST_VOCABULARY = 10  # a tokenizer without its files knows one token

Loaded = tuple["PreTrainedModel", "PreTrainedTokenizerBase"]


def load_model(name: str, *, dtype: str = "float32", device: torch.device | str = "cpu") -> Loaded:
    """Return (model in eval mode, tokenizer).

    Args:
        name: a folder, a .gguf file, or a model's name on the Hugging Face Hub.
        dtype: "float32", "bfloat16" or "float16".

    Raises:
        FileNotFoundError: there is no such folder or file.
        OSError: the Hub cannot be reached, or has no such model.
        ValueError: files are missing or damaged; the message names the folder.
    """
    path, torch_dtype = Path(name), getattr(torch, dtype)
    if path.suffix == ".gguf":
        if not path.is_file():
            raise FileNotFoundError(f"{name}: there is no such file")
        model, tokenizer = _load(name, str(path.parent), torch_dtype, gguf_file=path.name)
    elif path.is_dir():
        model, tokenizer = _load(name, str(path), torch_dtype, local_files_only=True)
    elif path.is_absolute() or name.startswith(".") or name.count("/") > 1:
        raise FileNotFoundError(f"{name}: there is no such folder")
    else:
        model, tokenizer = _load_from_hub(name, torch_dtype)
    _check(name, model, tokenizer)
    return model.eval().to(device), tokenizer


def _load_from_hub(name: str, dtype: torch.dtype) -> Loaded:
    """Load what the cache has whole, else over the network."""
    from huggingface_hub import constants, try_to_load_from_cache
    from huggingface_hub.utils import get_session  # type: ignore[attr-defined]  # its __all__ is computed
    if isinstance(try_to_load_from_cache(name, "config.json"), str):
        try:
            return _load(name, name, dtype, local_files_only=True)
        except ValueError:  # an earlier download was cut
            pass
    try:
        get_session().head(constants.ENDPOINT, timeout=5)
    except Exception as error:  # of the HTTP library's own kinds, whichever library that is
        raise OSError(f"{name}: the Hugging Face Hub cannot be reached ({_first_line(error)})") from None
    try:
        return _load(name, name, dtype)
    except ValueError as error:
        raise OSError(f"{error}: from the Hugging Face Hub") from None


def _load(name: str, source: str, dtype: torch.dtype, **options: Any) -> Loaded:
    """Return (model, tokenizer); whatever goes wrong becomes one line."""
    from safetensors import SafetensorError
    from transformers import AutoModelForCausalLM, AutoTokenizer
    try:
        loaded: Any = AutoModelForCausalLM.from_pretrained(source, dtype=dtype, output_loading_info=True, **options)
        model, info = loaded  # with output_loading_info it is a pair, whatever its type says
        tokenizer = AutoTokenizer.from_pretrained(source, **options)
    except ImportError as error:
        raise ValueError(f"{name}: needs packages that are not installed ({_first_line(error)}); "
                         "a .gguf file needs gguf and accelerate") from None
    except SafetensorError as error:
        raise ValueError(f"{name}: must have whole .safetensors files, got one that is not ({_first_line(error)})"
                         ) from None
    except Exception as error:  # a damaged file may end in any kind: struct.error, EOFError, ZeroDivisionError ...
        raise ValueError(f"{name}: must be a whole model, got one that cannot be loaded ({_first_line(error)})"
                         ) from None
    lost = [str(key) for key in info.get("unexpected_keys", ()) if ".layers." in str(key)]
    for kind, keys in (("all weights, got {} without", info.get("missing_keys", ())),
                       ("the layers that its config names, got {} weights of others", lost)):
        if keys:
            some = ", ".join(sorted(map(str, keys))[:3])
            raise ValueError(f"{name}: must have {kind.format(len(keys))} ({some})")
    return model, tokenizer


def _check(name: str, model: "PreTrainedModel", tokenizer: "PreTrainedTokenizerBase") -> None:
    broken = [key for key, weight in model.named_parameters() if not weight.isfinite().all()]
    if broken:
        raise ValueError(f"{name}: weights must be finite, got others in {broken[0]}")
    if len(tokenizer) < SMALLEST_VOCABULARY:
        raise ValueError(f"{name}: must have its tokenizer's files, got a tokenizer of {len(tokenizer)} tokens")
    if end_token(tokenizer) is None:
        raise ValueError(f"{name}: the tokenizer must have a token that ends a text, got none")
    if len(tokenizer) > model.config.vocab_size:
        raise ValueError(f"{name}: the tokenizer has {len(tokenizer)} tokens, the model {model.config.vocab_size}")


def end_token(tokenizer: "PreTrainedTokenizerBase") -> int | None:
    """Return the id of the token that ends an answer: ChatML's, or the tokenizer's own; None where there is none."""
    known = tokenizer.get_vocab().get(CHATML_END)
    return tokenizer.eos_token_id if known is None else known


def encode_chat(tokenizer: "PreTrainedTokenizerBase", system: str, prompt: str) -> torch.Tensor:
    """Return the ids, (1, T) int64, of a system message and a prompt in ChatML, up to where the answer begins."""
    messages = [{"role": "system", "content": system}, {"role": "user", "content": prompt}]
    if tokenizer.chat_template:
        try:
            text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        except Exception as error:  # a template may raise what it likes, and some refuse a system message
            raise ValueError(f"tokenizer: its chat template must take a system message ({_first_line(error)})"
                             ) from None
    else:
        text = "".join(f"<|im_start|>{one['role']}\n{one['content']}{CHATML_END}\n" for one in messages)
        text += "<|im_start|>assistant\n"
    ids: torch.Tensor = tokenizer(text, return_tensors="pt", add_special_tokens=False)["input_ids"]
    return ids


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:200] if lines else type(error).__name__
