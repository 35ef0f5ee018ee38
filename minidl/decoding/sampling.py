"""Greedy decoding and sampling: choose one token after another from the model's distribution.

    greedy    the most likely token; ties go to the lowest id
    sample    a token drawn from softmax(logits), after temperature and nucleus
"""
from collections.abc import Callable, Sequence

import torch

from minidl.checks import is_whole, require
from minidl.decoding.cached import CachedModel, SeparateRows, cached_model, inference_mode
from minidl.decoding.candidate import Candidate, LanguageModel, Mask, OnToken
from minidl.decoding.checks import check_logits, check_options
from minidl.decoding.config import Eos, end_tokens
from minidl.decoding.filters import temperature as at_temperature
from minidl.decoding.filters import top_p_filter

SEED_BOUND = 2**63 - 1  # all seeds are smaller

Choose = Callable[[torch.Tensor, list[int]], torch.Tensor]
Generators = Sequence[torch.Generator | None]


def greedy(model: LanguageModel, input_ids: torch.Tensor, *, attention_mask: Mask = None, max_new_tokens: int = 1000,
           eos_token_id: Eos = "model", on_token: OnToken | None = None) -> list[list[Candidate]]:
    """Return one text for each prompt: at each step, the most likely token is appended.

    Args:
        model: transformers causal language model.
        input_ids: (B, T) int64 prompts; shorter ones are padded on the left.
        attention_mask: (B, T), 0 on padding and 1 elsewhere; None if there is no padding.
        max_new_tokens: limit, at least 1; the model's number of positions is a limit too, for
            each prompt without its padding.
        eos_token_id: a token that ends a text, several, or None for none.  Default: what the
            model's generation_config says, otherwise its config.
        on_token: called with (row, token) as soon as a token is chosen.

    Returns:
        list of B lists of one Candidate.

    Raises:
        ValueError, TypeError: an argument is out of range (before the model runs), or the
            logits are not a distribution.
    """
    cached = cached_model(model, input_ids, attention_mask)
    check_options(max_new_tokens, on_token)
    ends = end_tokens(model, eos_token_id)
    return decode(cached, lambda logits, texts: logits.argmax(-1), 1, max_new_tokens, ends, on_token)


def sample(model: LanguageModel, input_ids: torch.Tensor, *, attention_mask: Mask = None, max_new_tokens: int = 1000,
           eos_token_id: Eos = "model", on_token: OnToken | None = None, temperature: float = 1.0,
           top_p: float = 1.0, keep_crossing: bool = False, num_samples: int = 1,
           generator: torch.Generator | None = None) -> list[list[Candidate]]:
    """Return num_samples texts of randomly drawn tokens for each prompt.

    Args:
        temperature, top_p, keep_crossing: see minidl.decoding.filters; temperature is applied first.
        num_samples: texts per prompt, at least 1.
        generator: CPU torch.Generator, or None for torch's own.  A single text draws from
            it; with several, each text has its own generator, seeded from this one in order.
        other arguments: as for `greedy`; on_token's row is the number of the text, counted prompt by prompt.

    Returns:
        list of B lists of num_samples Candidates, highest score first.
    """
    at_temperature(torch.zeros(1, 1), temperature)  # both lines raise now if a setting is out of range
    top_p_filter(torch.zeros(1, 1), top_p, keep_crossing=keep_crossing)
    valid = is_whole(num_samples) and num_samples >= 1
    require(valid, "num_samples", "must be a whole number, at least 1", num_samples)
    valid = generator is None or isinstance(generator, torch.Generator)
    require(valid, "generator", "must be None or a torch.Generator", generator, TypeError)
    cached = cached_model(model, input_ids, attention_mask)
    check_options(max_new_tokens, on_token)
    ends = end_tokens(model, eos_token_id)
    generators = text_generators(len(input_ids) * num_samples, generator)

    def choose(logits: torch.Tensor, texts: list[int]) -> torch.Tensor:
        filtered = top_p_filter(at_temperature(logits, temperature), top_p, keep_crossing=keep_crossing)
        return draw(filtered.softmax(-1), [generators[text] for text in texts])

    samples = decode(cached, choose, num_samples, max_new_tokens, ends, on_token)
    return [sorted(candidates, key=lambda candidate: -candidate.score) for candidates in samples]


def text_generators(count: int, generator: torch.Generator | None) -> Generators:
    """Return one generator per text."""
    if count == 1:
        return [generator]
    seeds = torch.randint(SEED_BOUND, (count,), generator=generator)
    return [torch.Generator().manual_seed(seed) for seed in seeds.tolist()]


def draw(probabilities: torch.Tensor, generators: Generators) -> torch.Tensor:
    """Return one token per row, (R,), drawn from probabilities (R, V) by the row's own generator."""
    tokens = [row.multinomial(1, generator=generator) for row, generator in zip(probabilities.cpu(), generators)]
    return torch.cat(tokens).to(probabilities.device)


def decode(cached: CachedModel | SeparateRows, choose: Choose, copies: int, max_new_tokens: int, ends: frozenset[int],
           on_token: OnToken | None) -> list[list[Candidate]]:
    """Return `copies` texts for each prompt, in the order of their numbers.

    choose: called with the logits (R, V) and the list of the R unfinished texts that the
        rows belong to; returns each row's next token, (R,).
    ends: the tokens that end a text.
    """
    limits = [limit for limit in cached.limits(max_new_tokens) for _ in range(copies)]  # one per text
    tokens: list[list[int]] = [[] for _ in limits]
    scores = [0.0] * len(tokens)
    texts = list(range(len(tokens)))  # texts[r] is the text that row r of the logits belongs to
    with inference_mode(cached.model):
        logits = cached.start(copies)  # (R, V)
        for step in range(max_new_tokens):
            check_logits(logits, step)
            chosen = choose(logits, texts)  # (R,)
            gains = logits.gather(-1, chosen[:, None])[:, 0] - logits.logsumexp(-1)
            for text, token, gain in zip(texts, chosen.tolist(), gains.tolist()):
                tokens[text].append(token)
                scores[text] += gain
                if on_token:
                    on_token(text, token)
            rows = unfinished_rows(chosen.tolist(), ends, [limits[text] - step - 1 for text in texts])
            if not rows:
                break
            if len(rows) < len(texts):
                texts = [texts[row] for row in rows]
                row_indices = torch.tensor(rows, device=logits.device)
                chosen = chosen[row_indices]
                cached.reorder(row_indices)
            logits = cached.step(chosen)
    candidates = [Candidate(ids, score, ids[-1] in ends) for ids, score in zip(tokens, scores)]
    return [candidates[first:first + copies] for first in range(0, len(candidates), copies)]


def unfinished_rows(chosen: Sequence[int], ends: frozenset[int], left: Sequence[int]) -> list[int]:
    """Return the rows whose new token ends no text and that may have more; they become rows 0, 1, ... of the next step.

    left: how many more tokens each row may have.

    Rows 0, 1 and 2 belong to the texts 3, 5 and 8.  Row 1 draws EOS, here 7, so text 5 is
    finished.  In the next step there are two rows, for the texts 3 and 8.

    >>> texts = [3, 5, 8]
    >>> rows = unfinished_rows([4, 7, 1], ends=frozenset([7]), left=[9, 9, 9])
    >>> rows, [texts[row] for row in rows]
    ([0, 2], [3, 8])
    """
    return [row for row, token in enumerate(chosen) if token not in ends and left[row] > 0]
