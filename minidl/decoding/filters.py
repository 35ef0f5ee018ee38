"""Temperature and nucleus: two ways to reshape a distribution before drawing from it.

    temperature    p_i = softmax(z_i / t): below 1 sharper, above 1 flatter
    nucleus        the most likely tokens whose probabilities sum to top_p, the others never

The handout's nucleus is the largest set of most likely tokens whose sum does not exceed
top_p, at least one token.  The paper's and Hugging Face's is the smallest set whose sum
reaches it: as a rule, one token more, the one that crosses the line (keep_crossing).

Source of the nucleus: Holtzman, Buys, Du, Forbes and Choi, "The Curious Case of Neural
Text Degeneration", 2019, arXiv 1904.09751.
"""
import numpy as np
import torch

FIRST = 256  # tokens that are looked at first: only where they do not decide, all are sorted
ROUNDING = 1e-6  # float32 sums are off by less: a sum that should be exactly top_p does not exceed it
COLDEST = 1e-30  # below it a division leaves float32; the likeliest token has all the probability long before


def temperature(logits: torch.Tensor, t: float) -> torch.Tensor:
    """Return the logits at temperature t, float32, the largest of each row moved to 0.

    logits: (B, V).  t: above 0.

    >>> temperature(torch.tensor([[3.0, 1.0]]), 0.5).tolist()
    [[0.0, -4.0]]
    """
    if not 0 < t < float("inf"):
        raise ValueError(f"temperature: must be finite and above 0, got {t}")
    logits = logits.float()
    return (logits - logits.amax(-1, keepdim=True)) / max(t, COLDEST)


def top_p_filter(logits: torch.Tensor, top_p: float, *, keep_crossing: bool = False) -> torch.Tensor:
    """Return the logits, float32, with -inf for the tokens outside the nucleus.

    logits: (B, V).  top_p: in (0, 1]; 1 keeps all.  Of equally likely tokens those with
    the lower ids are kept.

    Probabilities 0.5, 0.3 and 0.2: the first two sum to 0.8, which exceeds 0.7.

    >>> logits = torch.tensor([[0.5, 0.3, 0.2]]).log()
    >>> top_p_filter(logits, 0.7).isfinite().tolist(), top_p_filter(logits, 0.7, keep_crossing=True).isfinite().tolist()
    ([[True, False, False]], [[True, True, False]])
    """
    if isinstance(top_p, bool) or not 0 < top_p <= 1:
        raise ValueError(f"top_p: must be in (0, 1], got {top_p}")
    logits = logits.float()
    if top_p == 1:  # float32 sums over a large vocabulary may pass 1
        return logits
    probabilities = logits.detach().softmax(-1)  # (B, V)
    best = probabilities.topk(min(FIRST, logits.shape[-1])).values  # (B, k), descending, NaN before all others
    if best[:, 0].isnan().any():
        raise ValueError("logits: must be finite or some of them -inf, got a row that is no distribution")
    kept = nucleus_size(best, top_p, keep_crossing)  # (B,)
    if (kept == best.shape[-1]).any():  # more may belong to it
        best = descending(probabilities)
        kept = nucleus_size(best, top_p, keep_crossing)
    least = best.gather(-1, kept[:, None] - 1)  # (B, 1), the smallest probability that is kept
    inside = probabilities >= least
    if (inside.sum(-1) > kept).any():  # equals on both sides of the line
        inside &= (probabilities > least) | (
            (probabilities == least).cumsum(-1) <= kept[:, None] - (probabilities > least).sum(-1, keepdim=True))
    return logits.masked_fill(~inside, float("-inf"))


def descending(probabilities: torch.Tensor) -> torch.Tensor:
    """Return the rows sorted, the largest first; on the CPU by numpy, whose sort is many times torch's in speed."""
    if probabilities.device.type == "cpu":
        return torch.from_numpy(-np.sort(-probabilities.numpy(), axis=-1))
    return probabilities.sort(-1, descending=True).values


def nucleus_size(best: torch.Tensor, top_p: float, keep_crossing: bool) -> torch.Tensor:
    """Return how many of the most likely tokens, best (B, k), descending, are in the nucleus, (B,), at least 1."""
    sums = best.cumsum(-1)
    if keep_crossing:
        return (sums - best < top_p).sum(-1).clamp(min=1)
    return (sums <= top_p + ROUNDING).sum(-1).clamp(min=1)
