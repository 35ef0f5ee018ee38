"""Load a model and its tokenizer from the Hub, a folder or a GGUF file; raise if they are damaged.

transformers replaces missing tensors by random numbers and a missing tokenizer by an
empty one.  It loads the decoder of an encoder-decoder, and encoders, as if they were made
for decoding.  The checks here raise an error instead.
"""
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from minidl.checks import require
from minidl.decoding.cached import cached_model, inference_mode
from minidl.errors import first_line
from minidl.files import check_sums
from minidl.tensors import check_factory

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

MIN_VOCABULARY = 10  # transformers makes a tokenizer of one token if its files are missing

Loaded = tuple["PreTrainedModel", "PreTrainedTokenizerBase"]


def load_model(name: str, *, dtype: str = "float32", device: torch.device | str = "cpu") -> Loaded:
    """Return (model in eval mode, tokenizer).

    Args:
        name: a folder, a .gguf file, or a model's name on the Hugging Face Hub.
        dtype: "float32", "bfloat16" or "float16".

    Raises:
        FileNotFoundError: the folder or file does not exist.
        OSError: the Hub cannot be reached or does not have the model.
        ValueError: files are missing or damaged; the message begins with the name.
    """
    require(isinstance(name, str), "name", "must be a folder, a .gguf file or a model's name, as text", name, TypeError)
    torch_dtype: Any = getattr(torch, dtype, None) if isinstance(dtype, str) else None
    require(isinstance(torch_dtype, torch.dtype), "dtype", "must be a torch dtype's name, as 'float32'", dtype)
    check_factory(device, torch_dtype)  # and the dtype must be floating
    path = Path(name)
    if path.suffix == ".gguf":
        if not path.is_file():
            raise FileNotFoundError(f"{name}: there is no such file")
        model, tokenizer = _load(name, str(path.parent), torch_dtype, gguf_file=path.name)
    elif path.is_dir():
        check_sums(path)
        model, tokenizer = _load(name, str(path), torch_dtype, local_files_only=True)
    elif path.is_absolute() or name.startswith(".") or name.count("/") > 1:
        raise FileNotFoundError(f"{name}: there is no such folder")
    else:
        model, tokenizer = _load_from_hub(name, torch_dtype)
    _check_model(name, model, tokenizer)
    model = model.eval().to(device)
    _check_runs(name, model)
    return model, tokenizer


def _load_from_hub(name: str, dtype: torch.dtype) -> Loaded:
    """Load the model from the local cache if it is complete there, otherwise over the network."""
    from huggingface_hub import constants, try_to_load_from_cache
    from huggingface_hub.utils import get_session  # type: ignore[attr-defined]  # its __all__ is computed
    if isinstance(try_to_load_from_cache(name, "config.json"), str):
        try:
            return _load(name, name, dtype, local_files_only=True)
        except ValueError:  # an earlier download was interrupted
            pass
    try:
        get_session().head(constants.ENDPOINT, timeout=5)
    except Exception as error:  # the type depends on the HTTP library in use
        raise OSError(f"{name}: the Hugging Face Hub cannot be reached ({first_line(error)})") from None
    try:
        return _load(name, name, dtype)
    except ValueError as error:
        raise OSError(f"{error}: from the Hugging Face Hub") from None


def _load(name: str, source: str, dtype: torch.dtype, **options: Any) -> Loaded:
    """Return (model, tokenizer); turn any failure into a one-line ValueError.  Code in the folder is never run."""
    options = {**options, "trust_remote_code": False}
    from safetensors import SafetensorError
    from transformers import AutoModelForCausalLM, AutoTokenizer
    try:
        kind = None if "gguf_file" in options else _other_kind(source, **options)
        if kind:
            raise NotADecoder(kind)
        with _without_report():
            pair: Any = AutoModelForCausalLM.from_pretrained(source, dtype=dtype, output_loading_info=True,
                                                             ignore_mismatched_sizes=True, **options)
        model, info = pair  # what output_loading_info returns; the annotation of transformers says otherwise
        tokenizer = AutoTokenizer.from_pretrained(source, **options)
    except NotADecoder as error:
        raise ValueError(f"{name}: model: must be a causal decoder, got {error}") from None
    except ImportError as error:
        raise ValueError(f"{name}: needs packages that are not installed ({first_line(error)})"
                         + "; a .gguf file needs gguf and accelerate" * ("gguf_file" in options)) from None
    except SafetensorError as error:
        raise ValueError(f"{name}: must have undamaged .safetensors files, got a damaged one ({first_line(error)})"
                         ) from None
    except Exception as error:  # damaged files raise any type: struct.error, EOFError, ZeroDivisionError ...
        raise ValueError(f"{name}: must be a complete model, got one that cannot be loaded ({first_line(error)})"
                         ) from None
    _check_keys(name, info)
    return model, tokenizer


@contextlib.contextmanager
def _without_report() -> Iterator[None]:
    """Keep transformers from printing its table of missing weights; `_check_keys` says in one line what is wrong."""
    from transformers.utils import logging
    verbosity = logging.get_verbosity()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)


class NotADecoder(Exception):
    """The folder has a model of another kind; the message names it."""


def _other_kind(source: str, **options: Any) -> str | None:
    """Return what the model is if transformers does not count it among the causal decoders."""
    from transformers import MODEL_FOR_CAUSAL_LM_MAPPING, AutoConfig
    config = AutoConfig.from_pretrained(source, **options)
    if config.is_encoder_decoder:
        return f"an encoder-decoder ({config.model_type})"
    return None if type(config) in MODEL_FOR_CAUSAL_LM_MAPPING else f"a model of type {config.model_type}"


def _check_keys(name: str, info: dict[str, Any]) -> None:
    """Raise a ValueError if the file's weights and the config's layers differ; info is output_loading_info's."""
    mismatched = sorted(str(key[0]) for key in info.get("mismatched_keys", ()))
    if mismatched:
        raise ValueError(f"{name}: must have weights of the config's shapes, got {len(mismatched)} of others "
                         f"({', '.join(mismatched[:3])})")
    missing = sorted(map(str, info.get("missing_keys", ())))
    if missing:
        raise ValueError(f"{name}: must have all weights, got {len(missing)} missing ({', '.join(missing[:3])})")
    unexpected = sorted(str(key) for key in info.get("unexpected_keys", ()) if ".layers." in str(key))
    if unexpected:
        raise ValueError(f"{name}: must have only the layers of its config, got {len(unexpected)} weights of other "
                         f"layers ({', '.join(unexpected[:3])})")


def _check_model(name: str, model: "PreTrainedModel", tokenizer: "PreTrainedTokenizerBase") -> None:
    not_finite = [key for key, weight in model.named_parameters()  # float8 has no isfinite
                  if not (weight.float() if weight.itemsize == 1 else weight).isfinite().all()]
    if not_finite:
        raise ValueError(f"{name}: weights must be finite, got NaN or infinity in {not_finite[0]}")
    if len(tokenizer) < MIN_VOCABULARY:
        raise ValueError(f"{name}: must have the files of its tokenizer, got a tokenizer of {len(tokenizer)} tokens")


def _check_runs(name: str, model: "PreTrainedModel") -> None:
    """Raise a ValueError unless the model decodes two tokens."""
    try:
        with inference_mode(model):
            cached, numbers = cached_model(model, torch.zeros(1, 1, dtype=torch.int64))
            cached.step(cached.start(numbers).argmax(-1))
    except TypeError as error:
        raise ValueError(f"{name}: {first_line(error)}") from None
    except Exception as error:  # kernels that do not exist for a dtype or a device raise any type
        raise ValueError(f"{name}: must run on {model.device.type} in {str(model.dtype).removeprefix('torch.')}, got "
                         f"an error ({first_line(error)})") from None
