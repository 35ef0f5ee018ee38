"""What the pictures of one step and of one search show: values that the decoders hand to on_step."""
import math
from typing import NamedTuple

import torch

from minidl.decoding import beam_search, greedy, temperature, top_p_filter

SEARCH_STEPS = 12
GREEDY_STEPS = 40
WANTED_CHOICES = 6  # the perplexity of the step that is shown


def search_steps(model, ids, ends, num_beams):
    """Return the BeamSteps of the first SEARCH_STEPS tokens of a beam search.  The length penalty changes none."""
    steps = []
    beam_search(model, ids, max_new_tokens=SEARCH_STEPS, eos_token_id=ends or None, num_beams=num_beams,
                on_step=steps.append)
    return steps


class NextToken(NamedTuple):
    """A step of greedy decoding; tokens: those before it, without the prompt; logits: (V,), the next token's."""

    tokens: list
    logits: torch.Tensor


def uncertain_step(model, ids, ends):
    """Return the NextToken of the greedy text at which the model hesitates between about six tokens.

    This is the step whose perplexity is nearest to WANTED_CHOICES, in ratio, among the first GREEDY_STEPS.
    """
    steps = []
    greedy(model, ids, max_new_tokens=GREEDY_STEPS, eos_token_id=ends or None, on_step=steps.append)
    distances = [abs(math.log(perplexity(step.logits[0]) / WANTED_CHOICES)) for step in steps]
    chosen = distances.index(min(distances))
    return NextToken([step.tokens[0] for step in steps[:chosen]], steps[chosen].logits[0])


def perplexity(logits):
    """Return e ** entropy: 6 means as uncertain as between 6 equally likely tokens.

    >>> round(perplexity(torch.zeros(6)), 3)
    6.0
    """
    log_probabilities = logits.log_softmax(-1)
    return math.exp(-(log_probabilities.exp() * log_probabilities.clamp(min=-1e9)).sum().item())


class Nucleus(NamedTuple):
    """What top_p keeps at one temperature.

    ranked: the tokens, most likely first; probabilities: theirs, lists of V.
    kept: number of tokens that the assignment's rule keeps; kept_by_paper: number that the paper's rule keeps.
    """

    t: float
    top_p: float
    ranked: list
    probabilities: list
    kept: int
    kept_by_paper: int


def nucleus_of(logits, t, top_p):
    """Return the Nucleus of one step; logits: (V,)."""
    ranked = logits.argsort(descending=True, stable=True)  # at a low temperature, many probabilities are 0
    logits = temperature(logits[None], t)
    kept, by_paper = (int(top_p_filter(logits, top_p, keep_crossing=rule).isfinite().sum()) for rule in (False, True))
    return Nucleus(t, top_p, ranked.tolist(), logits[0].softmax(-1)[ranked].tolist(), kept, by_paper)
