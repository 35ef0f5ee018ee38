"""Beam search, stopped early: the W best beginnings of a text are kept, not the best alone.

    score(text) = sum of the log-softmax of its tokens        rank by score / length ** length_penalty

1. The beams are the W best first tokens.
2. Each unfinished beam is extended by its W best tokens; all of these are the pool.
3. Of the pool's best W, those that end with EOS are finished; the others are the new
   unfinished beams.  They are not refilled, so that there may be fewer than W.
4. Go on from 2 until W beams or more are finished, none is unfinished, or the limit is
   reached; the best finished ones are the answer.

Decided here: length counts the new tokens, EOS among them, not the prompt.  At the limit
the unfinished beams compete with the finished ones.  Equal scores go to the beam that
stood earlier, then to the lower token.

Differs from Hugging Face's generate: it refills the beams from the pool's ranks beyond
W.  Results are the same wherever no EOS comes among the best W before the end.

Source: Freitag and Al-Onaizan, "Beam Search Strategies for Neural Machine Translation",
2017, arXiv 1702.01806; the length penalty: Wu et al., "Google's Neural Machine
Translation System", 2016, arXiv 1609.08144, section 7, here as a plain power.
"""
import math
from collections.abc import Sequence
from numbers import Integral, Real

import torch

from minidl.decoding.cached import CachedModel, at_work
from minidl.decoding.candidate import Candidate, LanguageModel, Mask, OnToken, check_limits, check_logits

STRONGEST = 100  # a length to a higher power may leave float64

Tokens = list[list[int]]  # (R, W)
Gains = list[list[float]]


def beam_search(model: LanguageModel, input_ids: torch.Tensor, *, attention_mask: Mask = None,
                max_new_tokens: int = 1000, eos_token_id: int | None = 151645, on_token: OnToken | None = None,
                num_beams: int = 4, length_penalty: float = 1.0) -> list[list[Candidate]]:
    """Decode each prompt by beam search.

    Args:
        num_beams: W, from 1, which is greedy, to V.
        length_penalty: above 0 longer texts are favoured, the more the larger; at 0 the
            score alone counts.
        the others: as for `greedy`; on_token is called with the tokens of a prompt's best
            candidate, when it is known.

    Returns:
        list of B lists of at most W Candidates, best first.
    """
    cached = CachedModel(model, input_ids, attention_mask)
    limit = check_limits(model, input_ids, max_new_tokens, eos_token_id)
    check_settings(model, num_beams, length_penalty)
    beams = [Beam(num_beams, length_penalty, eos_token_id) for _ in input_ids]
    with at_work(model):
        logits, going = cached.start(), beams
        for step in range(limit):
            check_logits(logits, step)
            chosen, rows = advance(going, *best_tokens(logits, num_beams))
            going = [beam for beam in going if beam.goes_on()]
            if not going or step == limit - 1:
                break
            logits = cached.step(*(torch.tensor(ids, device=logits.device) for ids in (chosen, rows)))
    found = [beam.candidates() for beam in beams]
    if on_token:
        for row, candidates in enumerate(found):
            for token in candidates[0].tokens:
                on_token(row, token)
    return found


def check_settings(model: LanguageModel, num_beams: int, length_penalty: float) -> None:
    """Raise a ValueError where they are out of range."""
    vocabulary = model.config.vocab_size
    if not (isinstance(num_beams, (int, Integral)) and 1 <= num_beams <= vocabulary):
        raise ValueError(f"num_beams: must be a whole number in 1 .. {vocabulary}, got {num_beams}")
    if not (isinstance(length_penalty, (float, Real)) and abs(length_penalty) <= STRONGEST):
        raise ValueError(f"length_penalty: must be in -{STRONGEST} .. {STRONGEST}, got {length_penalty}")


def advance(beams: Sequence["Beam"], tokens: Tokens, gains: Gains) -> tuple[list[int], list[int]]:
    """Advance all beams; return the tokens to go on with, and which of the logits' rows each of them continues.

    tokens, gains: (R, W) lists, the rows of one beam after those of another.
    """
    chosen: list[int] = []
    rows: list[int] = []
    first = 0
    for beam in beams:
        last = first + len(beam.unfinished)
        parents = beam.advance(tokens[first:last], gains[first:last])
        if beam.goes_on():
            rows += [first + parent for parent in parents]
            chosen += [text[-1] for text, _ in beam.unfinished]
        first = last
    return chosen, rows


class Beam:
    """The bookkeeping of one prompt.

    unfinished: list of (tokens, score), in the order of their rank; at first the empty text.
    finished: list of Candidates.
    """

    def __init__(self, width: int, length_penalty: float, eos_token_id: int | None) -> None:
        self.width, self.length_penalty, self.eos_token_id = width, length_penalty, eos_token_id
        self.unfinished: list[tuple[list[int], float]] = [([], 0.0)]
        self.finished: list[Candidate] = []

    def goes_on(self) -> bool:
        """Return whether there is something left to extend, and too little finished."""
        return bool(self.unfinished) and len(self.finished) < self.width

    def advance(self, tokens: Tokens, gains: Gains) -> list[int]:
        """Take steps 2 and 3; return the parent of each new unfinished text, its number among the old ones.

        tokens, gains: for each unfinished text its W best tokens and their log-softmax.
        """
        pool = [(-score - gain, parent, token) for parent, (_, score) in enumerate(self.unfinished)
                for token, gain in zip(tokens[parent], gains[parent]) if gain > -math.inf]  # impossible ones never
        old, self.unfinished, parents = self.unfinished, [], []
        for negated, parent, token in sorted(pool)[:self.width]:  # all of one length: their scores rank them
            text = [*old[parent][0], token]
            if token == self.eos_token_id:
                self.finished.append(Candidate(text, -negated, True))
            else:
                self.unfinished.append((text, -negated))
                parents.append(parent)
        return parents

    def candidates(self) -> list[Candidate]:
        """Return the best W Candidates, best first; the unfinished compete where the limit has cut the search off."""
        competing = list(self.finished)
        if self.goes_on():
            competing += [Candidate(*text, False) for text in self.unfinished]
        competing.sort(key=lambda one: -one.score / len(one.tokens) ** self.length_penalty)
        return competing[:self.width]


def best_tokens(logits: torch.Tensor, k: int) -> tuple[Tokens, Gains]:
    """Return the k most likely tokens of each row and their log-softmax, two (R, k) lists; of equals the lower ids."""
    least = logits.topk(k).values[:, -1:]  # topk leaves open which of several equal ones it takes
    sizes = logits.logsumexp(-1, keepdim=True)
    tokens, gains = [], []
    for row, size, bar in zip(logits, sizes, least):
        ids = (row >= bar).nonzero()[:, 0]
        ids = ids[row[ids].argsort(descending=True, stable=True)[:k]]
        tokens.append(ids.tolist())
        gains.append((row[ids] - size).tolist())
    return tokens, gains
