"""Greedy decoding and sampling: one token after another, each chosen from the model's distribution.

    greedy    the most likely token; of equals the lowest id
    sample    a token drawn from softmax of the logits, after temperature and nucleus
"""
from collections.abc import Callable, Sequence
from numbers import Integral

import torch

from minidl.decoding.cached import CachedModel, at_work
from minidl.decoding.candidate import Candidate, LanguageModel, Mask, OnToken, check_limits, check_logits, check_prompts
from minidl.decoding.filters import temperature as at_temperature
from minidl.decoding.filters import top_p_filter

SEEDS = 2**63 - 1

Choose = Callable[[torch.Tensor, list[int]], torch.Tensor]


def greedy(model: LanguageModel, input_ids: torch.Tensor, *, attention_mask: Mask = None, max_new_tokens: int = 1000,
           eos_token_id: int | None = 151645, on_token: OnToken | None = None) -> list[list[Candidate]]:
    """Decode each prompt by its most likely tokens.

    Args:
        model: transformers causal language model.
        input_ids: (B, T) int64 prompts; of different lengths, padded on the left.
        attention_mask: (B, T), 0 on padding; None where there is none.
        max_new_tokens: limit, at least 1; the model's last position is one as well.
        eos_token_id: the token that ends a text, or None.  Default: that of Qwen2.5.
        on_token: called with (row, token) as each token is made.

    Returns:
        list of B lists of one Candidate.

    Raises:
        ValueError, TypeError: arguments out of range, before anything is computed;
            logits that are no distribution.
    """
    return _decode(model, input_ids, attention_mask, 1, lambda logits, _: logits.argmax(-1), max_new_tokens,
                   eos_token_id, on_token)


def sample(model: LanguageModel, input_ids: torch.Tensor, *, attention_mask: Mask = None, max_new_tokens: int = 1000,
           eos_token_id: int | None = 151645, on_token: OnToken | None = None, temperature: float = 1.0,
           top_p: float = 1.0, keep_crossing: bool = False, num_samples: int = 1,
           generator: torch.Generator | None = None) -> list[list[Candidate]]:
    """Decode each prompt by tokens drawn at random.

    Args:
        temperature, top_p, keep_crossing: see minidl.decoding.filters; temperature first.
        num_samples: texts for each prompt, at least 1.
        generator: CPU torch.Generator, or None for torch's own.  A single text draws from
            it; of several, each draws from a stream of its own, seeded by it in their order.
        the others: as for `greedy`; on_token's rows count the texts, prompt by prompt.

    Returns:
        list of B lists of num_samples Candidates, those with the highest score first.
    """
    at_temperature(torch.zeros(1, 1), temperature)  # refuses what is out of range before the model runs
    top_p_filter(torch.zeros(1, 1), top_p)
    if not (isinstance(num_samples, (int, Integral)) and num_samples >= 1):
        raise ValueError(f"num_samples: must be a whole number, at least 1, got {num_samples}")
    check_prompts(model, input_ids, attention_mask)  # before anything is drawn
    check_limits(model, input_ids, max_new_tokens, eos_token_id)
    streams = _streams(len(input_ids) * num_samples, generator)

    def choose(logits: torch.Tensor, sequences: list[int]) -> torch.Tensor:
        filtered = top_p_filter(at_temperature(logits, temperature), top_p, keep_crossing=keep_crossing)
        probabilities = filtered.softmax(-1).cpu()
        return torch.cat([probabilities[row].multinomial(1, generator=streams[sequence])
                          for row, sequence in enumerate(sequences)]).to(logits.device)

    found = _decode(model, input_ids, attention_mask, num_samples, choose, max_new_tokens, eos_token_id, on_token)
    return [sorted(candidates, key=lambda candidate: -candidate.score) for candidates in found]


def _streams(count: int, generator: torch.Generator | None) -> Sequence[torch.Generator | None]:
    """Return a generator for each sequence."""
    if count == 1:
        return [generator]
    seeds = torch.randint(SEEDS, (count,), generator=generator)
    return [torch.Generator().manual_seed(seed) for seed in seeds.tolist()]


def _decode(model: LanguageModel, input_ids: torch.Tensor, attention_mask: Mask, copies: int, choose: Choose,
            max_new_tokens: int, eos_token_id: int | None, on_token: OnToken | None) -> list[list[Candidate]]:
    """Decode `copies` sequences for each prompt; choose(logits, sequences) gives the next token of each row.

    logits (R, V) are those of the sequences, a list of R numbers, that have not ended.
    """
    cached = CachedModel(model, input_ids, attention_mask)
    limit = check_limits(model, input_ids, max_new_tokens, eos_token_id)
    tokens: list[list[int]] = [[] for _ in range(len(input_ids) * copies)]
    scores = [0.0] * len(tokens)
    active, rows = list(range(len(tokens))), None
    with at_work(model):
        logits = cached.start()
        if copies > 1:
            rows = torch.arange(len(input_ids), device=logits.device).repeat_interleave(copies)
            logits = logits[rows]
        for step in range(limit):
            check_logits(logits, step)
            chosen = choose(logits, active)  # (R,)
            gained = logits.gather(-1, chosen[:, None])[:, 0] - logits.logsumexp(-1)
            for sequence, token, gain in zip(active, chosen.tolist(), gained.tolist()):
                tokens[sequence].append(token)
                scores[sequence] += gain
                if on_token:
                    on_token(sequence, token)
            going = [row for row, sequence in enumerate(active) if tokens[sequence][-1] != eos_token_id]
            if not going or step == limit - 1:
                break
            if len(going) < len(active):
                kept = torch.tensor(going, device=logits.device)
                rows, chosen = kept if rows is None else rows[kept], chosen[kept]
                active = [active[row] for row in going]
            logits, rows = cached.step(chosen, rows), None
    made = [Candidate(*pair, pair[0][-1] == eos_token_id) for pair in zip(tokens, scores)]
    return [made[start:start + copies] for start in range(0, len(made), copies)]
