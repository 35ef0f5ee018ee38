"""Calls of a decoder by the names of its parameters, whatever its author calls them."""
from torch import nn

from tests.grade.arguments import arguments_of, single_parameters

SYNONYMS = {
    "model": "model lm language_model causal_lm net llm",
    "tokenizer": "tokenizer tok",
    "prompt": "input_ids ids prompt_ids prompt text prompt_text input_text tokens input_tokens token_ids inputs "
              "encoded model_inputs context x idx user_prompt question query prefix start_ids initial_ids user_text",
    "messages": "messages chat conversation",
    "system": "system system_prompt system_message system_text",
    "attention_mask": "attention_mask mask",
    "max_new_tokens": "max_new_tokens max_length max_len max_tokens limit max_steps n_tokens num_tokens max_new "
                      "max_gen_len max_generated_tokens length steps n_steps n max_iter max_size",
    "eos_token_id": "eos_token_id eos eos_id end_id stop_id eos_token stop_token stop_token_id eos_idx end_token",
    "eos_list": "eos_token_ids eos_ids stop_ids stop_tokens stop_token_ids",
    "temperature": "temperature temp t tau",
    "top_p": "top_p p topp nucleus nucleus_p top_p_threshold threshold",
    "num_beams": "num_beams beam_size beam_width width k n_beams beams beam w b num_beam",
    "length_penalty": "length_penalty alpha penalty len_penalty lp length_alpha power",
    "generator": "generator gen",
    "seed": "seed random_seed",
    "device": "device",
}
KEYS = {name: key for key, names in SYNONYMS.items() for name in names.split()}
ORDER = ("model", "prompt", "max_new_tokens", "eos_token_id", "temperature", "top_p", "num_beams", "length_penalty")
TEXTS = "prompt text prompt_text input_text user_prompt question query user_text".split()  # names that suggest a text
METHODS = ("generate", "__call__", "forward", "decode", "search", "run", "sample")


def keys(function):
    """Return the set of the KEYS of a function's parameters."""
    return {KEYS.get(name.lower()) for name in single_parameters(function)}


def arguments(function, available):
    """Return (positional arguments, keyword arguments, keys used) for a call; a parameter without a value stays unset.

    A parameter without a default whose name says nothing gets the next value in ORDER.  ValueError if there is none.

    >>> arguments(lambda net, x, k=1, strange=2: 0, {"model": "M", "prompt": "P", "num_beams": 4})[1]
    {'net': 'M', 'x': 'P', 'k': 4}
    """
    named = {name: KEYS[name.lower()] for name in single_parameters(function) if KEYS.get(name.lower()) in available}
    spare = [key for key in ORDER if key in available and key not in named.values()]
    for name, parameter in single_parameters(function).items():
        if name not in named and parameter.default is parameter.empty:
            if not spare:
                raise ValueError(f"{name}: no value")
            named[name] = spare.pop(0)
    return *arguments_of(function, named, available), set(named.values())


def call_by_names(function, available):
    """Call a function with those of the values in the dict that it has parameters for."""
    positional, keyword, _ = arguments(function, available)
    return function(*positional, **keyword)


def call_method(cls, name, available):
    """Build an object of a class and call its method; what the class takes, the method gets only by its name."""
    positional, keyword, used = arguments(cls, available)
    method = getattr(cls(*positional, **keyword), name)
    method = method.__self__.forward if name == "__call__" and issubclass(cls, nn.Module) else method
    others = {key: value for key, value in available.items() if key not in used or key in keys(method)}
    return call_by_names(method, others)


def methods(cls):
    """Return the names of a class's methods that may be the decoder, the likely ones first."""
    own = [name for name, member in vars(cls).items() if callable(member)]
    public = [name for name in own if not name.startswith("_")]
    likely = [name for name in METHODS if name in own or (name == "generate" and hasattr(cls, name))]
    return likely + [name for name in public if name not in METHODS and "prompt" in keys(getattr(cls, name))]
