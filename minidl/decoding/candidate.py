"""The types of decoding: what decoders take and what they return."""
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import numpy.typing as npt
import torch

OnToken = Callable[[int, int], object]  # called with (row, new token)
OnText = Callable[[int, "Candidate"], object]  # called with (row, complete text)
Mask = torch.Tensor | npt.ArrayLike | None


class LanguageModel(Protocol):
    """The part of a transformers causal language model that decoding uses."""

    config: Any
    training: bool

    @property
    def device(self) -> torch.device: ...

    def eval(self) -> Any: ...

    def train(self, mode: bool = True) -> Any: ...

    def __call__(self, *inputs: Any, **named: Any) -> Any: ...


class Candidate(NamedTuple):
    """A decoded sequence.

    tokens: list of new ids, without the prompt; EOS is included if it ended the sequence.
    score: sum of the log-softmax of the tokens, each given all before it.  It is the
        model's own log-probability: temperature and nucleus do not change it.
    finished: True if EOS ended the sequence, False if the limit did.
    """

    tokens: list[int]
    score: float
    finished: bool
