"""What a decoder did at a step: the values that on_step is called with.

A decoder calls on_step only if it is given, so that a trace costs nothing when it is absent.

    steps = []
    sample(model, input_ids, on_step=steps.append)

Shapes: R unfinished texts, V vocabulary, W beams.
"""
from collections.abc import Callable
from typing import NamedTuple

import torch

from minidl.decoding.candidate import OnText, OnToken


class Step(NamedTuple):
    """One step of `greedy` or `sample`.

    texts: list of the R unfinished texts: their numbers, counted prompt by prompt.
    logits: (R, V) float32, the model's own: temperature and nucleus do not change them.
    tokens: list of the R tokens that were chosen.
    """

    texts: list[int]
    logits: torch.Tensor
    tokens: list[int]


class Extension(NamedTuple):
    """A hypothesis of the step before, extended by one token.

    parent: the hypothesis, as an index into those that the step before kept, best first.
    score: the sum of the log-softmax of the text's tokens.
    fate: "kept": it is a hypothesis of the next step; "finished": it ended with EOS; or "dropped".
    """

    parent: int
    token: int
    score: float
    fate: str


class BeamStep(NamedTuple):
    """One step of the search of one prompt.

    prompt: number of the prompt; of prompts that share a search, the first.
    pool: list of at most W * W Extensions, best first.
    """

    prompt: int
    pool: list[Extension]

    def kept(self) -> list[Extension]:
        """Return the extensions that are the hypotheses of the next step."""
        return [extension for extension in self.pool if extension.fate == "kept"]


OnStep = Callable[[Step], object]
OnBeamStep = Callable[[BeamStep], object]


class Callbacks(NamedTuple):
    """The functions that `greedy` and `sample` call, or None."""

    on_token: OnToken | None
    on_text: OnText | None
    on_step: OnStep | None
