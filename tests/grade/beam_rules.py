"""Beam search by the assignment's rule and by others: the oracles of readings and mistakes.

`search` without options is tests.oracles_decoding.beam_search, step for step: tests/grade/test_decoding.py compares
them.
"""
import math
from typing import NamedTuple

from tests.grade.decoding import logits_after
from tests.grade.toy import DEAD, LIVE
from tests.grade.toy_tokenizer import EOS


class Hypothesis(NamedTuple):
    """A text, EOS included, and the sum of its tokens' gains."""

    tokens: tuple[int, ...]
    score: float

    @property
    def ended(self):
        return self.tokens[-1:] == (EOS,)


class Rules(NamedTuple):
    """What may differ from the assignment's rule.

    refill: the beam is refilled from the ranks beyond num_beams: True, or "pool" if a parent has num_beams children.
    any_rank: every child that ends with EOS is finished, whatever its rank.
    shrink: each finished text takes a slot from the beam.
    carry: finished texts stay in the beam and compete for its slots.
    ignore_eos: EOS is a token like the others.
    enough: number of finished texts that stops the search; None is num_beams.
    extend_first: an EOS among the first tokens is not noticed.
    gain: function from six logits to the gains of the six tokens.
    """

    refill: bool | str = False
    any_rank: bool = False
    shrink: bool = False
    carry: bool = False
    ignore_eos: bool = False
    enough: float | None = None
    extend_first: bool = False
    gain: object = None


def log_softmax(logits):
    """Return the logits minus the logarithm of the sum of their exponentials."""
    top = max(logits)
    normalizer = top + math.log(math.fsum(math.exp(z - top) for z in logits))
    return [z - normalizer for z in logits]


def children(case, parent, width, gain):
    """Return the `width` best children of a hypothesis; those of dead tokens are left out."""
    gains = (gain or log_softmax)(logits_after(case, parent.tokens))
    best = sorted(range(len(LIVE)), key=lambda i: -gains[i])[:width]
    return [Hypothesis(parent.tokens + (LIVE[i],), parent.score + gains[i]) for i in best]


def search(case, width, limit, rank, rules=Rules()):
    """Return (finished, unfinished, list of each step's ranked pool) when the search ends.

    rank: function from a hypothesis to the number by which it is ranked.
    """
    beam, finished, pools = [Hypothesis((), 0.0)], [], []
    enough = width if rules.enough is None else rules.enough
    wider = width + (rules.refill is True)
    for step in range(limit):
        pool = [child for parent in beam for child in (
            [parent] if parent.ended and rules.carry else children(case, parent, wider, rules.gain))]
        pool.sort(key=rank, reverse=True)
        pools.append(pool)
        slots = width - rules.shrink * len(finished)
        top, beyond = pool[:slots], pool[slots:]
        if rules.carry:
            beam = top
            if all(text.ended for text in beam):
                break
            continue
        if rules.ignore_eos or (rules.extend_first and not step):
            beam = top
            continue
        finished += [text for text in (pool if rules.any_rank else top) if text.ended]
        if rules.any_rank and step == 1:  # the dead tokens of the first step have children too
            finished += [Hypothesis((0, EOS), DEAD)] * (width - len(LIVE))
        beam = [text for text in top if not text.ended]
        if rules.refill:
            beam += [text for text in beyond if not text.ended][:width - len(beam)]
        if len(finished) >= enough or not beam:
            break
    if rules.carry:
        finished, beam = [text for text in beam if text.ended], [text for text in beam if not text.ended]
    return finished, beam, pools


def power(case, count_prompt=False, penalty=None, count_eos=True):
    """Return the function that ranks a hypothesis: score / length ** penalty."""
    penalty = dict(case.settings)["length_penalty"] if penalty is None else penalty
    extra = count_prompt * len(case.prompt)

    def rank(text):
        length = len(text.tokens) + extra - (text.ended and not count_eos)
        return text.score / max(length, 1) ** penalty
    return rank


def best(finished, unfinished, rank):
    """Return the tuple of the texts that may be the answer: the best finished one, and the best of all."""
    pools = [pool for pool in (finished, finished + unfinished) if pool]
    texts = [max(pool, key=rank).tokens for pool in pools]
    return tuple(dict.fromkeys(text[:-1] if text[-1:] == (EOS,) else text for text in texts)) or ((),)


def limit_of(case, limit_counts_prompt=False):
    return case.limit - limit_counts_prompt * len(case.prompt)
