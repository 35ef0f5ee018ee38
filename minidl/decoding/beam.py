"""Early-stopped beam search: keep the W best hypotheses at each step.  A hypothesis is an unfinished text.

    score(text) = sum of the log-softmax of its tokens        rank by score / length ** length_penalty

1. The hypotheses are the W best first tokens.
2. Extend each hypothesis by its W best tokens; all of these extensions are the pool.
3. Of the W best in the pool, those that end with EOS are finished; the others are the
   new hypotheses.  There may be fewer than W: the beam is not refilled.
4. Repeat from 2 until at least W texts are finished, no hypothesis is left, or the limit
   is reached.  Return the best finished texts.

Chosen here: the length counts the new tokens and EOS, not the prompt.  At the limit, the
hypotheses compete with the finished texts.  Ties go to the hypothesis of higher rank,
then to the lower token.

All extensions of a step have one length, so the length penalty cannot change their order.
It only ranks the texts of a search that has ended.  So prompts that differ in it alone
share one search.

Differs from Hugging Face's generate: it refills the beam from the ranks beyond W.  The
results are the same if no EOS is among the W best before the last step.

Source: Freitag and Al-Onaizan, "Beam Search Strategies for Neural Machine Translation",
2017, arXiv 1702.01806.  Length penalty: Wu et al., "Google's Neural Machine Translation
System", 2016, arXiv 1609.08144, section 7, here as a plain power.
"""
from collections.abc import Callable, Sequence

import torch

from minidl.checks import is_real, is_whole
from minidl.decoding.best_tokens import best_tokens
from minidl.decoding.cached import CachedModel, SeparateRows, cached_model, inference_mode
from minidl.decoding.candidate import Candidate, LanguageModel, Mask, OnText, OnToken
from minidl.decoding.checks import check_logits, check_options
from minidl.decoding.config import Eos, end_tokens, vocabulary_size
from minidl.decoding.hypotheses import Beam, advance
from minidl.decoding.per_row import numbered, per_row
from minidl.decoding.trace import OnBeamStep

MAX_LENGTH_PENALTY = 100  # length ** a larger number may overflow float64


def beam_search(model: LanguageModel, input_ids: torch.Tensor, *, attention_mask: Mask = None,
                max_new_tokens: int = 1000, eos_token_id: Eos = "model", on_token: OnToken | None = None,
                on_text: OnText | None = None, on_step: OnBeamStep | None = None, num_beams: int | Sequence[int] = 4,
                length_penalty: float | Sequence[float] = 1.0) -> list[list[Candidate]]:
    """Return the best texts of a beam search for each prompt.

    Args:
        num_beams: W, in 1 .. V; 1 is greedy decoding.
        length_penalty: larger values favour longer texts; at 0 only the score counts.
            Both may be a list of B numbers, one per prompt.  A prompt that is repeated with
            other settings runs only once; prompts that differ in length_penalty alone share
            one search.
        other arguments: as for `greedy`; on_token is called with the tokens of a prompt's best
            text when its search has ended, then on_text with this text.  on_step is called
            with a `BeamStep` of minidl.decoding.trace for each search, as soon as its new
            hypotheses are known.

    Returns:
        list of B lists of at most W Candidates, best first.
    """
    cached, numbers = cached_model(model, input_ids, attention_mask)
    check_options(max_new_tokens, on_token=on_token, on_text=on_text, on_step=on_step)
    widths, penalties = check_settings(model, len(input_ids), num_beams, length_penalty)
    ends, limits = end_tokens(model, eos_token_id), cached.limits(max_new_tokens)
    searches = shared_searches(numbers, widths, penalties)
    firsts = [searches.index(search) for search in range(max(searches) + 1)]  # each search's first prompt
    beams = [Beam(widths[prompt], ends, limits[numbers[prompt]], prompt, on_step) for prompt in firsts]
    results: list[list[Candidate]] = [[] for _ in searches]

    def on_end(beam: Beam) -> None:
        for prompt in (prompt for prompt, search in enumerate(searches) if beams[search] is beam):
            results[prompt] = beam.candidates(penalties[prompt])
            best = results[prompt][0]
            if on_token:
                for token in best.tokens:
                    on_token(prompt, token)
            if on_text:
                on_text(prompt, best)

    search_together(cached, [numbers[prompt] for prompt in firsts], beams, on_end)
    return results


def check_settings(model: LanguageModel, prompts: int, num_beams: int | Sequence[int],
                   length_penalty: float | Sequence[float]) -> tuple[list[int], list[float]]:
    """Return num_beams and length_penalty of each prompt; raise a ValueError if one is out of range."""
    vocabulary = vocabulary_size(model)
    widths = per_row("num_beams", num_beams, prompts, lambda width: is_whole(width) and 1 <= width <= vocabulary,
                     f"must be a whole number in 1 .. {vocabulary}")
    penalties = per_row("length_penalty", length_penalty, prompts, lambda penalty: (
        is_real(penalty) and abs(penalty) <= MAX_LENGTH_PENALTY),
        f"must be in -{MAX_LENGTH_PENALTY} .. {MAX_LENGTH_PENALTY}")
    return widths, penalties


def shared_searches(prompts: Sequence[int], widths: Sequence[int], penalties: Sequence[float]) -> list[int]:
    """Return the number of each prompt's search: one for prompts that differ in their penalties alone.

    Prompts without any difference are searched separately, because whoever repeats a prompt
    asks for a repeated search.
    prompts: equal numbers for equal prompts.

    The first three differ in the penalty alone; the fourth repeats the third; the last has another width.

    >>> shared_searches([0, 0, 0, 0, 0], widths=[4, 4, 4, 4, 8], penalties=[1, 0.5, 2, 2, 1])
    [0, 0, 0, 1, 2]
    """
    settings = list(zip(prompts, widths, penalties))
    repeats = [settings[:row].count(setting) for row, setting in enumerate(settings)]
    return numbered(zip(prompts, widths, repeats))


def search_together(cached: CachedModel | SeparateRows, prompts: Sequence[int], beams: Sequence[Beam],
                    on_end: Callable[[Beam], object]) -> None:
    """Run the searches of the beams in one batch.

    prompts: the number of each beam's prompt.  on_end: called with each beam as soon as its search has ended.
    """
    with inference_mode(cached.model):
        logits, active, step = cached.start(prompts), list(beams), 0  # (R, V), one row per hypothesis
        while active:
            check_logits(logits, step)
            tokens, rows = advance(active, *best_tokens(logits, max(beam.width for beam in active)))
            for beam in active:
                if not beam.is_active():
                    on_end(beam)
            active, step = [beam for beam in active if beam.is_active()], step + 1
            if active:
                cached.reorder(torch.tensor(rows, device=logits.device))
                logits = cached.step(torch.tensor(tokens, device=logits.device))
