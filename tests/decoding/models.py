"""Language models for tests: one that looks its logits up in a random table, and small random Qwen2 models."""
from types import SimpleNamespace

import torch
from transformers import Qwen2Config, Qwen2ForCausalLM


class TokenCache:
    """A cache that holds the tokens of each row, so that a wrong order of rows changes the logits."""

    def __init__(self, rows):
        self.rows = rows

    def reorder_cache(self, indices):
        self.rows = [self.rows[index] for index in indices.tolist()]


class LookupModel(torch.nn.Module):
    """A model whose logits depend on all unpadded tokens so far, through a random table fixed by `seed`.

    levels: None for normal logits, or the number of distinct values, which makes ties.
    calls: the number of rows in each forward pass.
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
        """Return the function that tests.oracles_decoding.beam_search needs, in float32 as in decoding."""
        def next_log_probabilities(tokens):
            logits = self.logits((*prompt, *tokens))
            return (logits - logits.logsumexp(-1)).tolist()
        return next_log_probabilities

    def forward(self, input_ids, past_key_values=None, use_cache=False, logits_to_keep=0, attention_mask=None,
                position_ids=None):
        assert use_cache and logits_to_keep == 1 and not torch.is_grad_enabled() and not self.training
        if past_key_values is None:
            mask = torch.ones_like(input_ids) if attention_mask is None else attention_mask
            past_key_values = TokenCache([tuple(row[kept.bool()].tolist()) for row, kept in zip(input_ids, mask)])
        else:
            assert input_ids.shape[1] == 1 and len(input_ids) == len(past_key_values.rows)
            past_key_values.rows = [(*row, *new) for row, new in zip(past_key_values.rows, input_ids.tolist())]
        if attention_mask is not None:
            assert position_ids[:, -1].tolist() == [len(row) - 1 for row in past_key_values.rows]
        self.calls.append(len(input_ids))
        logits = torch.stack([self.logits(row) for row in past_key_values.rows])
        return SimpleNamespace(logits=logits[:, None], past_key_values=past_key_values)


def tiny_qwen2(seed, vocabulary=13, positions=64):
    """Return a random Qwen2 of two layers whose distributions are neither flat nor concentrated on one token."""
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


def left_padded(prompts):
    """Return prompts of different lengths as one (B, T) tensor, padded on the left with 0, and their mask."""
    length = max(map(len, prompts))
    return (torch.tensor([[0] * (length - len(ids)) + ids for ids in prompts]),
            torch.tensor([[0] * (length - len(ids)) + [1] * len(ids) for ids in prompts]))


NEUTRAL = {"repetition_penalty": 1.0, "pad_token_id": 0, "top_k": 0, "top_p": 1.0, "temperature": 1.0}


def generate(model, ids, **options):
    """Return the new tokens of transformers' generate with neutral settings, one list per returned sequence."""
    options = {**NEUTRAL, **options}
    if not options.get("do_sample"):
        options.update(do_sample=False, top_k=None, top_p=None, temperature=None)
    rows = model.generate(ids, attention_mask=torch.ones_like(ids), **options)[:, ids.shape[1]:].tolist()
    ends = options.get("eos_token_id")
    ends = ends if isinstance(ends, list) else [ends]
    first = [next((index for index, token in enumerate(row) if token in ends), len(row)) for row in rows]
    return [row[:index + 1] for row, index in zip(rows, first)]
