"""Language models for tests: one whose logits are looked up, and small random Qwen2 ones."""
from types import SimpleNamespace

import torch
from transformers import Qwen2Config, Qwen2ForCausalLM


class History:
    """A cache that keeps each row's tokens, so that a wrong order of rows shows."""

    def __init__(self, rows):
        self.rows = rows

    def reorder_cache(self, numbers):
        self.rows = [self.rows[number] for number in numbers.tolist()]


class LookupModel(torch.nn.Module):
    """Logits that depend on all real tokens so far, by a random table that `seed` fixes.

    levels: None for normal logits; else so many distinct values, for ties.
    """

    def __init__(self, seed, vocabulary, levels=None):
        super().__init__()
        self.config = SimpleNamespace(vocab_size=vocabulary, max_position_embeddings=1000)
        self.seed, self.levels, self.device, self.calls = seed, levels, torch.device("cpu"), []

    def logits(self, tokens):
        generator = torch.Generator().manual_seed(hash((self.seed, *tokens)) % 2**60)
        if self.levels:
            return torch.randint(self.levels, (self.config.vocab_size,), generator=generator).float()
        return 2 * torch.randn(self.config.vocab_size, generator=generator)

    def log_probabilities(self, prompt):
        """Return what tests.oracles.beam_search asks for: float32 numbers, as decoding computes them."""
        def found(tokens):
            logits = self.logits((*prompt, *tokens))
            return (logits - logits.logsumexp(-1)).tolist()
        return found

    def forward(self, input_ids, past_key_values=None, use_cache=False, logits_to_keep=0, attention_mask=None,
                position_ids=None):
        assert use_cache and logits_to_keep == 1 and not torch.is_grad_enabled() and not self.training
        if past_key_values is None:
            mask = torch.ones_like(input_ids) if attention_mask is None else attention_mask
            past_key_values = History([tuple(row[kept.bool()].tolist()) for row, kept in zip(input_ids, mask)])
        else:
            assert input_ids.shape[1] == 1 and len(input_ids) == len(past_key_values.rows)
            past_key_values.rows = [(*row, *new) for row, new in zip(past_key_values.rows, input_ids.tolist())]
        if attention_mask is not None:
            assert position_ids[:, -1].tolist() == [len(row) - 1 for row in past_key_values.rows]
        self.calls.append(len(input_ids))
        logits = torch.stack([self.logits(row) for row in past_key_values.rows])
        return SimpleNamespace(logits=logits[:, None], past_key_values=past_key_values)


def tiny_qwen2(seed, vocabulary=13, positions=64):
    """A random Qwen2 of two layers whose distributions are neither flat nor one-sided."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = Qwen2ForCausalLM(Qwen2Config(
            vocab_size=vocabulary, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
            num_key_value_heads=1, max_position_embeddings=positions, eos_token_id=None, pad_token_id=None,
            bos_token_id=None)).eval()
        with torch.no_grad():
            for weight in model.parameters():
                if weight.ndim == 2:
                    weight.normal_(std=0.6)
    return model


NEUTRAL = {"repetition_penalty": 1.0, "pad_token_id": 0, "top_k": 0, "top_p": 1.0, "temperature": 1.0}


def generate(model, ids, **options):
    """Return the new tokens of transformers' generate with neutral settings, a list a returned sequence."""
    options = {**NEUTRAL, **options}
    if not options.get("do_sample"):
        options.update(do_sample=False, top_k=None, top_p=None, temperature=None)
    found = model.generate(ids, attention_mask=torch.ones_like(ids), **options)[:, ids.shape[1]:].tolist()
    eos = options.get("eos_token_id")
    return [row[:row.index(eos) + 1] if eos in row else row for row in found]
