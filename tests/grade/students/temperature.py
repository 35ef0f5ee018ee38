"""Temperature as students write it."""
import math

import numpy as np
import torch
import torch.nn.functional as F

from tests.grade.students import student


@student("temperature", "right")
def temperature_of_logits(logits, temperature):
    return logits / temperature


@student("temperature", "right")
def temperature_to_probabilities(logits: torch.Tensor, temp: float = 1.0) -> torch.Tensor:
    return F.softmax(logits / temp, dim=-1)


@student("temperature", "right")
def temperature_with_the_number_first(t, logits):
    shifted = np.asarray(logits, dtype=np.float64) / t
    shifted -= shifted.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


@student("temperature", "right")
def temperature_of_a_list(logits, t):
    """One row of numbers."""
    row = [float(x) / t for x in logits]
    biggest = max(row)
    exps = [math.exp(x - biggest) for x in row]
    return [e / sum(exps) for e in exps]


@student("temperature", "right")
def temperature_as_a_power(logits, t):
    log_p = torch.log_softmax(logits.double(), dim=-1) / t
    powers = torch.exp(log_p - log_p.max(dim=-1, keepdim=True).values)  # p ** (1 / t), scaled
    return powers / powers.sum(dim=-1, keepdim=True)


@student("temperature", "right")
def temperature_in_place(logits, t):
    return logits.clone().div_(t)


@student("temperature", "WRONG", "softmax")
def temperature_after_softmax(logits, t):
    return torch.softmax(logits, dim=-1) / t


@student("temperature", "WRONG", "softmax")
def temperature_after_softmax_rescaled(logits, t):
    """The second division undoes the first one."""
    probs = F.softmax(logits, dim=-1) / t
    return probs / probs.sum(dim=-1, keepdim=True)


@student("temperature", "WRONG", "softmax")
def temperature_between_two_softmaxes(logits, t):
    probs = torch.softmax(logits, -1)
    return torch.softmax(probs / t, -1)


@student("temperature", "WRONG", "softmax")
def temperature_with_softmax_of_probabilities(logits, t):
    veroyatnosti = torch.softmax(logits / t, -1)
    return torch.softmax(veroyatnosti, -1)


@student("temperature", "WRONG")
def temperature_that_multiplies(logits, t):
    return logits * t


@student("temperature", "WRONG")
def temperature_as_a_power_without_the_inverse(logits, t):
    probs = torch.softmax(logits, -1) ** t
    return probs / probs.sum(-1, keepdim=True)


@student("temperature", "WRONG")
def temperature_over_the_wrong_axis(logits, t):
    """Of one row this makes ones; of several rows it mixes prompts."""
    return torch.softmax(torch.atleast_2d(logits) / t, dim=0)


@student("temperature", "WRONG")
def temperature_plus_one(logits, t):
    return torch.softmax((logits - logits.max()) / (1 + t), -1)


@student("temperature", "WRONG")
def temperature_that_is_ignored(logits, t):
    logits / t
    return logits


@student("temperature", "WRONG")
def temperature_of_exp_without_the_shift(logits, t):
    """exp(x / 0.001) is infinite, and inf / inf is NaN."""
    e = torch.exp(logits / t)
    return e / e.sum(-1, keepdim=True)
