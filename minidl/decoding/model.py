"""Loading a model and its tokenizer, from the Hub, a folder or a GGUF file, and refusing damaged ones.

transformers fills in what a folder lacks: a missing tensor with random numbers, a
missing tokenizer with an empty one.  What it says of that is looked at here.
"""
import os
from pathlib import Path

import torch

os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

CHATML_END = "<|im_end|>"
SMALLEST_VOCABULARY = 10  # a tokenizer without its files knows one token


def load_model(name, *, dtype="float32", device="cpu"):
    """Return (model in eval mode, tokenizer).

    Args:
        name: a folder, a .gguf file, or a model's name on the Hugging Face Hub.
        dtype: "float32", "bfloat16" or "float16".

    Raises:
        OSError: the Hub cannot be reached, or has no such model.
        ValueError: files are missing or damaged; the message names the folder.
    """
    path = Path(name)
    if path.suffix == ".gguf":
        if not path.is_file():
            raise OSError(f"{name}: there is no such file")
        source, options = str(path.parent), {"gguf_file": path.name}
    elif path.is_dir():
        source, options = str(path), {"local_files_only": True}
    elif path.is_absolute() or name.startswith("."):
        raise OSError(f"{name}: there is no such folder")
    else:
        source, options = name, _hub_options(name)
    model, tokenizer = _load(name, source, options, getattr(torch, dtype))
    _check(name, model, tokenizer)
    return model.eval().to(device), tokenizer


def _hub_options(name):
    """Return how to load a model of this name: from the cache alone, if it is there, else over the network."""
    from huggingface_hub import constants, try_to_load_from_cache
    from huggingface_hub.utils import get_session
    if isinstance(try_to_load_from_cache(name, "config.json"), str):
        return {"local_files_only": True}
    try:
        get_session().head(constants.ENDPOINT, timeout=5)
    except Exception as error:  # of the HTTP library's own kinds, whichever library that is
        raise OSError(f"{name}: the Hugging Face Hub cannot be reached ({_first_line(error)})") from None
    return {}


def _load(name, source, options, dtype):
    from safetensors import SafetensorError
    from transformers import AutoModelForCausalLM, AutoTokenizer
    try:
        model, info = AutoModelForCausalLM.from_pretrained(source, dtype=dtype, output_loading_info=True, **options)
        tokenizer = AutoTokenizer.from_pretrained(source, **options)
    except ImportError as error:
        raise ValueError(f"{name}: needs packages that are not installed ({_first_line(error)}); "
                         "a .gguf file needs gguf and accelerate") from None
    except SafetensorError as error:
        raise ValueError(f"{name}: must have whole .safetensors files, got one that is not ({_first_line(error)})"
                         ) from None
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{name}: must be a whole model, got one that cannot be loaded ({_first_line(error)})"
                         ) from None
    for kind in ("missing_keys", "mismatched_keys"):
        if info.get(kind):
            some = sorted(map(str, info[kind]))
            raise ValueError(f"{name}: must have all weights, got {len(some)} without ({', '.join(some[:3])})")
    return model, tokenizer


def _check(name, model, tokenizer):
    broken = [key for key, weight in model.named_parameters() if not weight.isfinite().all()]
    if broken:
        raise ValueError(f"{name}: weights must be finite, got others in {broken[0]}")
    if len(tokenizer) < SMALLEST_VOCABULARY:
        raise ValueError(f"{name}: must have its tokenizer's files, got a tokenizer of {len(tokenizer)} tokens")
    if end_token(tokenizer) is None:
        raise ValueError(f"{name}: the tokenizer must have a token that ends a text, got none")
    if len(tokenizer) > model.config.vocab_size:
        raise ValueError(f"{name}: the tokenizer has {len(tokenizer)} tokens, the model {model.config.vocab_size}")


def end_token(tokenizer):
    """Return the id of the token that ends an answer: ChatML's, or the tokenizer's own; None where there is none."""
    known = tokenizer.get_vocab().get(CHATML_END)
    return tokenizer.eos_token_id if known is None else known


def encode_chat(tokenizer, system, prompt):
    """Return the ids, (1, T) int64, of a system message and a prompt in ChatML, up to where the answer begins."""
    messages = [{"role": "system", "content": system}, {"role": "user", "content": prompt}]
    if tokenizer.chat_template:
        text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    else:
        text = "".join(f"<|im_start|>{one['role']}\n{one['content']}{CHATML_END}\n" for one in messages)
        text += "<|im_start|>assistant\n"
    return tokenizer(text, return_tensors="pt", add_special_tokens=False)["input_ids"]


def _first_line(error):
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:200] if lines else type(error).__name__
