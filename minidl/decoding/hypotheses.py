"""The state of one beam search, and how it advances by a token: steps 2, 3 and 4 of minidl.decoding.beam."""
import math
from collections.abc import Sequence
from typing import NamedTuple

from minidl.decoding.best_tokens import Gains, Tokens
from minidl.decoding.candidate import Candidate
from minidl.decoding.trace import BeamStep, Extension, OnBeamStep


class Hypothesis(NamedTuple):
    """An unfinished text and its score."""

    tokens: list[int]
    score: float


def advance(beams: Sequence["Beam"], tokens: Tokens, gains: Gains) -> tuple[list[int], list[int]]:
    """Advance all beams by a token; return the last token and the parent's row of each new hypothesis.

    tokens, gains: the rows of the first beam's hypotheses, then those of the next beam's.

    Two beams of one hypothesis each, rows 0 and 1.  Both children of row 0 become
    hypotheses; the better child of row 1 is EOS, here 9.

    >>> beams = [Beam(2, ends=frozenset([9]), limit=5) for _ in range(2)]
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
    on_step: called with the BeamStep of each step; prompt is its number.
    """

    def __init__(self, width: int, ends: frozenset[int], limit: int, prompt: int = 0,
                 on_step: OnBeamStep | None = None) -> None:
        self.width, self.ends, self.limit = width, ends, limit
        self.prompt, self.on_step = prompt, on_step
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

        tokens, gains: at least the W best tokens of each hypothesis, best first, and their log-softmax.
        """
        pool = [(-(hypothesis.score + gain), parent, token) for parent, hypothesis in enumerate(self.hypotheses)
                for token, gain in zip(tokens[parent][:self.width], gains[parent]) if gain > -math.inf]
        pool.sort()  # equal lengths: the score ranks them
        old, self.hypotheses, parents = self.hypotheses, [], []
        for negated_score, parent, token in pool[:self.width]:
            text = [*old[parent].tokens, token]
            if token in self.ends:
                self.finished.append(Candidate(text, -negated_score, True))
            else:
                self.hypotheses.append(Hypothesis(text, -negated_score))
                parents.append(parent)
        if self.on_step:
            self.on_step(BeamStep(self.prompt, self._extensions(pool)))
        return parents

    def _extensions(self, pool: list[tuple[float, int, int]]) -> list[Extension]:
        """Return the ranked pool for on_step."""
        fates = ["finished" if token in self.ends else "kept" for _, _, token in pool[:self.width]]
        fates += ["dropped"] * (len(pool) - len(fates))
        return [Extension(parent, token, -negated_score, fate)
                for (negated_score, parent, token), fate in zip(pool, fates)]

    def candidates(self, length_penalty: float) -> list[Candidate]:
        """Return the W best texts, best first; hypotheses are included if the limit ended the search."""
        competing = list(self.finished)
        if not self.is_decided():
            competing += [Candidate(*hypothesis, finished=False) for hypothesis in self.hypotheses]
        competing.sort(key=lambda text: text.score / len(text.tokens) ** length_penalty, reverse=True)
        return competing[:self.width]
