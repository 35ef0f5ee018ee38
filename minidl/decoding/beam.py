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

Differs from Hugging Face's generate: it refills the beam from the ranks beyond W.  The
results are the same if no EOS is among the W best before the last step.

Source: Freitag and Al-Onaizan, "Beam Search Strategies for Neural Machine Translation",
2017, arXiv 1702.01806.  Length penalty: Wu et al., "Google's Neural Machine Translation
System", 2016, arXiv 1609.08144, section 7, here as a plain power.
"""
import math
from collections.abc import Sequence
from typing import NamedTuple

import torch

from minidl.checks import is_real, is_whole, require
from minidl.decoding.cached import cached_model, inference_mode
from minidl.decoding.candidate import Candidate, LanguageModel, Mask, OnToken
from minidl.decoding.checks import check_logits, check_options
from minidl.decoding.config import Eos, end_tokens, vocabulary_size

MAX_LENGTH_PENALTY = 100  # length ** a larger number may overflow float64

Tokens = list[list[int]]  # (R, W)
Gains = list[list[float]]  # (R, W), the log-softmax of the tokens


class Hypothesis(NamedTuple):
    """An unfinished text and its score."""

    tokens: list[int]
    score: float


def beam_search(model: LanguageModel, input_ids: torch.Tensor, *, attention_mask: Mask = None,
                max_new_tokens: int = 1000, eos_token_id: Eos = "model", on_token: OnToken | None = None,
                num_beams: int = 4, length_penalty: float = 1.0) -> list[list[Candidate]]:
    """Return the best texts of a beam search for each prompt.

    Args:
        num_beams: W, in 1 .. V; 1 is greedy decoding.
        length_penalty: larger values favour longer texts; at 0 only the score counts.
        other arguments: as for `greedy`; on_token is called with the tokens of each prompt's
            best text when the search has ended.

    Returns:
        list of B lists of at most W Candidates, best first.
    """
    cached = cached_model(model, input_ids, attention_mask)
    check_options(max_new_tokens, on_token)
    check_settings(model, num_beams, length_penalty)
    ends = end_tokens(model, eos_token_id)
    beams = [Beam(num_beams, length_penalty, ends, limit) for limit in cached.limits(max_new_tokens)]
    with inference_mode(model):
        logits, active = cached.start(), beams  # (R, V), one row per hypothesis of the active beams
        for step in range(max_new_tokens):
            check_logits(logits, step)
            tokens, rows = advance(active, *best_tokens(logits, num_beams))
            active = [beam for beam in active if beam.is_active()]
            if not active:
                break
            cached.reorder(torch.tensor(rows, device=logits.device))
            logits = cached.step(torch.tensor(tokens, device=logits.device))
    results = [beam.candidates() for beam in beams]
    if on_token:
        for row, candidates in enumerate(results):
            for token in candidates[0].tokens:
                on_token(row, token)
    return results


def check_settings(model: LanguageModel, num_beams: int, length_penalty: float) -> None:
    """Raise a ValueError if a setting is out of range."""
    vocabulary = vocabulary_size(model)
    valid = is_whole(num_beams) and 1 <= num_beams <= vocabulary
    require(valid, "num_beams", f"must be a whole number in 1 .. {vocabulary}", num_beams)
    valid = is_real(length_penalty) and abs(length_penalty) <= MAX_LENGTH_PENALTY
    require(valid, "length_penalty", f"must be in -{MAX_LENGTH_PENALTY} .. {MAX_LENGTH_PENALTY}", length_penalty)


def advance(beams: Sequence["Beam"], tokens: Tokens, gains: Gains) -> tuple[list[int], list[int]]:
    """Advance all beams by a token; return the last token and the parent's row of each new hypothesis.

    tokens, gains: the rows of the first beam's hypotheses, then those of the next beam's.

    Two beams of one hypothesis each, rows 0 and 1.  Both children of row 0 become
    hypotheses; the better child of row 1 is EOS, here 9.

    >>> beams = [Beam(2, 1.0, ends=frozenset([9]), limit=5) for _ in range(2)]
    >>> advance(beams, [[5, 6], [9, 7]], [[-0.4, -1.2], [-0.1, -2.4]])
    ([5, 6, 7], [0, 0, 1])
    """
    last_tokens: list[int] = []
    rows: list[int] = []
    start = 0
    for beam in beams:
        end = start + len(beam.hypotheses)
        parents = beam.advance(tokens[start:end], gains[start:end])
        if beam.is_active():
            last_tokens += [hypothesis.tokens[-1] for hypothesis in beam.hypotheses]
            rows += [start + parent for parent in parents]
        start = end
    return last_tokens, rows


class Beam:
    """The state of one prompt's search.

    hypotheses: list of Hypothesis, best first; at the start only the empty one.
    finished: list of Candidates.
    ends: the tokens that end a text; limit: the largest number of tokens in one.
    """

    def __init__(self, width: int, length_penalty: float, ends: frozenset[int], limit: int) -> None:
        self.width, self.length_penalty, self.ends, self.limit = width, length_penalty, ends, limit
        self.hypotheses = [Hypothesis([], 0.0)]
        self.finished: list[Candidate] = []

    def is_active(self) -> bool:
        """Return whether the search goes on: it is not decided, and its hypotheses are shorter than the limit."""
        return not self.is_decided() and len(self.hypotheses[0].tokens) < self.limit

    def is_decided(self) -> bool:
        """Return whether no hypothesis is left, or at least W texts are finished."""
        return not self.hypotheses or len(self.finished) >= self.width

    def advance(self, tokens: Tokens, gains: Gains) -> list[int]:
        """Do steps 2 and 3; return the parent of each new hypothesis, as an index into the old ones.

        tokens, gains: the W best tokens of each hypothesis and their log-softmax.
        """
        pool = [(-(hypothesis.score + gain), parent, token) for parent, hypothesis in enumerate(self.hypotheses)
                for token, gain in zip(tokens[parent], gains[parent]) if gain > -math.inf]
        old, self.hypotheses, parents = self.hypotheses, [], []
        for negated_score, parent, token in sorted(pool)[:self.width]:  # equal lengths: the score ranks them
            text = [*old[parent].tokens, token]
            if token in self.ends:
                self.finished.append(Candidate(text, -negated_score, True))
            else:
                self.hypotheses.append(Hypothesis(text, -negated_score))
                parents.append(parent)
        return parents

    def candidates(self) -> list[Candidate]:
        """Return the W best texts, best first; hypotheses are included if the limit ended the search."""
        competing = list(self.finished)
        if not self.is_decided():
            competing += [Candidate(*hypothesis, finished=False) for hypothesis in self.hypotheses]
        competing.sort(key=lambda text: text.score / len(text.tokens) ** self.length_penalty, reverse=True)
        return competing[:self.width]


def best_tokens(logits: torch.Tensor, k: int) -> tuple[Tokens, Gains]:
    """Return the k most likely tokens of each row and their log-softmax, two (R, k) lists; ties go to the lower ids."""
    thresholds = logits.topk(k).values[:, -1:]  # topk does not say which of several tied ids it returns
    normalizers = logits.logsumexp(-1, keepdim=True)
    tokens, gains = [], []
    for row, threshold, normalizer in zip(logits, thresholds, normalizers):
        ids = (row >= threshold).nonzero()[:, 0]  # k ids, or more if some are tied at the threshold
        ids = ids[row[ids].argsort(descending=True, stable=True)[:k]]
        tokens.append(ids.tolist())
        gains.append((row[ids] - normalizer).tolist())
    return tokens, gains
