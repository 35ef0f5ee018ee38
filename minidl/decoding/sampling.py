"""Greedy decoding and sampling: choose one token after another from the model's distribution.

    greedy    the most likely token; ties go to the lowest id
    sample    a token drawn from softmax(logits), after temperature and nucleus
"""
from collections.abc import Callable, Sequence

import torch

from minidl.checks import check_flags, is_whole, require
from minidl.decoding.cached import CachedModel, SeparateRows, cached_model, inference_mode
from minidl.decoding.candidate import Candidate, LanguageModel, Mask, OnText, OnToken
from minidl.decoding.checks import check_logits, check_options
from minidl.decoding.config import Eos, end_tokens
from minidl.decoding.filters import check_temperatures, check_top_ps
from minidl.decoding.filters import temperature as at_temperature
from minidl.decoding.filters import top_p_filter
from minidl.decoding.per_row import per_row
from minidl.decoding.trace import Callbacks, OnStep, Step

SEED_BOUND = 2**63 - 1  # all seeds are smaller

Choose = Callable[[torch.Tensor, list[int]], torch.Tensor]
Generators = Sequence[torch.Generator | None]


def greedy(model: LanguageModel, input_ids: torch.Tensor, *, attention_mask: Mask = None, max_new_tokens: int = 1000,
           eos_token_id: Eos = "model", on_token: OnToken | None = None, on_text: OnText | None = None,
           on_step: OnStep | None = None
           ) -> list[list[Candidate]]:
    """Return one text for each prompt: at each step, the most likely token is appended.

    Equals transformers' generate with its greedy settings, where the model's
    generation_config asks for nothing else that changes logits (a repetition penalty, ...):
    minidl.decoding.config.ignored_settings names it.

    Args:
        model: transformers causal language model.
        input_ids: (B, T) int64 prompts; shorter ones are padded on the left.
        attention_mask: (B, T), 0 on padding and 1 elsewhere; None if there is no padding.
        max_new_tokens: limit, at least 1; the model's number of positions is a limit too, for
            each prompt without its padding.
        eos_token_id: a token that ends a text, several, or None for none.  Default: what the
            model's generation_config says, otherwise its config.
        on_token: called with (row, token) as soon as a token is chosen.
        on_text: called with (row, Candidate) as soon as a text is complete.
        on_step: called with a `Step` of minidl.decoding.trace as soon as its tokens are chosen.

    Returns:
        list of B lists of one Candidate.

    Raises:
        ValueError, TypeError: an argument is out of range (before the model runs), or the
            logits are not a distribution.
    """
    cached, numbers = cached_model(model, input_ids, attention_mask)
    check_options(max_new_tokens, on_token=on_token, on_text=on_text, on_step=on_step)
    ends = end_tokens(model, eos_token_id)
    callbacks = Callbacks(on_token, on_text, on_step)
    return [[text] for text in decode(cached, numbers, lambda logits, texts: logits.argmax(-1), max_new_tokens, ends,
                                      callbacks)]


def sample(model: LanguageModel, input_ids: torch.Tensor, *, attention_mask: Mask = None, max_new_tokens: int = 1000,
           eos_token_id: Eos = "model", on_token: OnToken | None = None, on_text: OnText | None = None,
           on_step: OnStep | None = None, temperature: float | Sequence[float] = 1.0,
           top_p: float | Sequence[float] = 1.0, keep_crossing: bool = False, num_samples: int = 1,
           generator: torch.Generator | Generators | None = None) -> list[list[Candidate]]:
    """Return num_samples texts of randomly drawn tokens for each prompt.

    One text with keep_crossing=True equals that of transformers' generate with the same
    seed, temperature and top_p, under the condition that `greedy` states.

    Args:
        temperature, top_p, keep_crossing: see minidl.decoding.filters; temperature is applied
            first.  Both may be a list of B numbers, one per prompt.  A prompt that is repeated
            with other settings runs only once.
        num_samples: texts per prompt, at least 1.
        generator: CPU torch.Generator, or None for torch's own.  A single text draws from
            it; with several, each text has its own generator, seeded from this one in order.
            Or a list of B generators: each prompt's texts are then those of a call with this
            prompt and its generator alone, except where the rounding of a product of more
            rows moves a draw across the border of two tokens.
        other arguments: as for `greedy`; the row of on_token and on_text is the number of the
            text, counted prompt by prompt.

    Returns:
        list of B lists of num_samples Candidates, highest score first.
    """
    valid = is_whole(num_samples) and num_samples >= 1
    require(valid, "num_samples", "must be a whole number, at least 1", num_samples)
    check_flags(keep_crossing=keep_crossing)
    cached, numbers = cached_model(model, input_ids, attention_mask)
    check_options(max_new_tokens, on_token=on_token, on_text=on_text, on_step=on_step)
    ends = end_tokens(model, eos_token_id)
    prompts = [prompt for prompt in range(len(input_ids)) for _ in range(num_samples)]  # one per text
    temperatures, top_ps = check_temperatures(temperature, len(input_ids)), check_top_ps(top_p, len(input_ids))
    generators = text_generators(len(input_ids), num_samples, generator)

    def choose(logits: torch.Tensor, texts: list[int]) -> torch.Tensor:
        logits = at_temperature(logits, [temperatures[prompts[text]] for text in texts])
        logits = top_p_filter(logits, [top_ps[prompts[text]] for text in texts], keep_crossing=keep_crossing)
        return draw(logits.softmax(-1), [generators[text] for text in texts])

    samples = decode(cached, [numbers[prompt] for prompt in prompts], choose, max_new_tokens, ends,
                     Callbacks(on_token, on_text, on_step))
    return [sorted(samples[first:first + num_samples], key=lambda candidate: -candidate.score)
            for first in range(0, len(samples), num_samples)]


def text_generators(prompts: int, num_samples: int, generator: torch.Generator | Generators | None) -> Generators:
    """Return one generator per text; generator: as for `sample`."""
    own: Generators = per_row("generator", generator, prompts, is_generator,
                              "must be None, a torch.Generator on the CPU, or a list of one per prompt", TypeError)
    if isinstance(generator, (list, tuple)):
        return [text for prompt in own for text in spawn(prompt, num_samples)]
    return spawn(own[0], prompts * num_samples)


def is_generator(value: object) -> bool:
    """Return whether the value is None or a generator of the CPU."""
    return value is None or isinstance(value, torch.Generator) and value.device.type == "cpu"


def spawn(generator: torch.Generator | None, count: int) -> Generators:
    """Return `count` generators, seeded from this one in order; if the count is 1, this one itself."""
    if count == 1:
        return [generator]
    seeds = torch.randint(SEED_BOUND, (count,), generator=generator)
    return [torch.Generator().manual_seed(seed) for seed in seeds.tolist()]


def draw(probabilities: torch.Tensor, generators: Generators) -> torch.Tensor:
    """Return one token per row, (R,), drawn from probabilities (R, V) by the row's own generator."""
    tokens = [row.multinomial(1, generator=generator) for row, generator in zip(probabilities.cpu(), generators)]
    return torch.cat(tokens).to(probabilities.device)


def decode(cached: CachedModel | SeparateRows, prompts: Sequence[int], choose: Choose, max_new_tokens: int,
           ends: frozenset[int], callbacks: Callbacks) -> list[Candidate]:
    """Return one text for each number of a prompt.

    prompts: the prompt of each text.
    choose: called with the logits (R, V) and the list of the R unfinished texts that the
        rows belong to; returns each row's next token, (R,).
    ends: the tokens that end a text.
    """
    prompt_limits = cached.limits(max_new_tokens)
    limits = [prompt_limits[prompt] for prompt in prompts]  # one per text
    tokens: list[list[int]] = [[] for _ in limits]
    scores, candidates = [0.0] * len(limits), [Candidate([], 0.0, False)] * len(limits)
    texts = list(range(len(limits)))  # texts[r] is the text that row r of the logits belongs to
    with inference_mode(cached.model):
        logits = cached.start(prompts)  # (R, V)
        for step in range(max_new_tokens):
            check_logits(logits, step)
            chosen = choose(logits, texts)  # (R,)
            gains = logits.gather(-1, chosen[:, None])[:, 0] - logits.logsumexp(-1)
            for text, token, gain in zip(texts, chosen.tolist(), gains.tolist()):
                tokens[text].append(token)
                scores[text] += gain
                if callbacks.on_token:
                    callbacks.on_token(text, token)
            if callbacks.on_step:
                callbacks.on_step(Step(list(texts), logits, chosen.tolist()))
            rows = unfinished_rows(chosen.tolist(), ends, [limits[text] - step - 1 for text in texts])
            for text in sorted(set(texts) - {texts[row] for row in rows}):
                candidates[text] = Candidate(tokens[text], scores[text], tokens[text][-1] in ends)
                if callbacks.on_text:
                    callbacks.on_text(text, candidates[text])
            if not rows:
                break
            if len(rows) < len(texts):
                texts = [texts[row] for row in rows]
                row_indices = torch.tensor(rows, device=logits.device)
                chosen = chosen[row_indices]
                cached.reorder(row_indices)
            logits = cached.step(chosen)
    return candidates


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
