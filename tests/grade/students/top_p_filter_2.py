"""Wrong nucleus filters."""
import numpy as np
import torch
import torch.nn.functional as F

from tests.grade.students import student


@student("top_p_filter", "WRONG", "rank")
def nucleus_with_an_unscattered_mask(logits, top_p):
    sorted_logits, _ = torch.sort(logits, descending=True)
    cumulative = F.softmax(sorted_logits, dim=-1).cumsum(-1)
    remove = cumulative > top_p
    remove[..., 0] = False
    return logits.masked_fill(remove, -float("inf"))


@student("top_p_filter", "WRONG", "rank")
def nucleus_in_sorted_order(logits, top_p):
    probs, _ = torch.softmax(logits, -1).sort(-1, descending=True)
    keep = probs.cumsum(-1) <= top_p
    keep[..., 0] = True
    probs = probs * keep
    return probs / probs.sum(-1, keepdim=True)


@student("top_p_filter", "WRONG", "rank")
def nucleus_numpy_in_sorted_order(logits, top_p):
    row = np.sort(np.asarray(logits, dtype=float).ravel())[::-1]
    probs = np.exp(row - row.max()) / np.exp(row - row.max()).sum()
    n = max(1, int((np.cumsum(probs) <= top_p).sum()))
    return np.where(np.arange(len(row)) < n, row, -np.inf)


@student("top_p_filter", "WRONG", "permut")
def nucleus_with_weights_in_another_order(logits, top_p):
    """Assignment through a mask goes by id, but the values stand by rank."""
    flat = np.asarray(logits, dtype=float).ravel()
    probs = np.exp(flat - flat.max())
    probs /= probs.sum()
    order = np.argsort(-probs)
    n = max(1, int((np.cumsum(probs[order]) <= top_p).sum()))
    out = np.zeros_like(probs)
    out[np.isin(np.arange(len(probs)), order[:n])] = probs[order][:n] / probs[order][:n].sum()
    return out


@student("top_p_filter", "WRONG", "permut")
def nucleus_torch_with_weights_in_another_order(logits, top_p):
    flat = logits.reshape(-1)
    probs, ids = F.softmax(flat, -1).sort(descending=True)
    n = max(1, int((probs.cumsum(0) <= top_p).sum()))
    kept = sorted(ids[:n].tolist())
    out = torch.zeros_like(flat)
    out[kept] = probs[:n] / probs[:n].sum()
    return out.reshape(logits.shape)


@student("top_p_filter", "WRONG", "sum")
def nucleus_divided_by_running_sums(logits, top_p):
    probs, ids = F.softmax(logits, dim=-1).sort(dim=-1, descending=True)
    sums = probs.cumsum(-1)
    keep = sums <= top_p
    keep[..., 0] = True
    scaled = torch.where(keep, probs / sums, torch.zeros_like(probs))
    return torch.zeros_like(probs).scatter(-1, ids, scaled)


@student("top_p_filter", "WRONG", "sum")
def nucleus_loop_divided_by_running_sums(logits, top_p):
    probs = torch.softmax(torch.as_tensor(logits).double().flatten(), 0).tolist()
    out, total = [0.0] * len(probs), 0.0
    for place, i in enumerate(sorted(range(len(probs)), key=lambda i: -probs[i])):
        total += probs[i]
        if place and total > top_p:
            break
        out[i] = probs[i] / total
    return out


@student("top_p_filter", "WRONG", "softmax")
def nucleus_with_softmax_of_probabilities(logits, top_p):
    probs = F.softmax(logits, dim=-1)
    ranked, ids = probs.sort(-1, descending=True)
    remove = ranked.cumsum(-1) > top_p
    remove[..., 0] = False
    probs = probs.masked_fill(torch.zeros_like(remove).scatter(-1, ids, remove), -float("inf"))
    return F.softmax(probs, dim=-1)


@student("top_p_filter", "WRONG", "softmax")
def nucleus_summed_over_softmax_of_probabilities(logits, top_p):
    probs = torch.softmax(logits, -1)
    ranked, ids = torch.softmax(probs, -1).sort(-1, descending=True)
    remove = ranked.cumsum(-1) > top_p
    remove[..., 0] = False
    return logits.masked_fill(remove.scatter(-1, ids, remove), -float("inf"))


@student("top_p_filter", "WRONG")
def nucleus_that_may_be_empty(logits, top_p):
    """A first token above top_p is removed too."""
    ranked, ids = torch.sort(logits, descending=True)
    remove = ranked.softmax(-1).cumsum(-1) > top_p
    return logits.masked_fill(remove.scatter(-1, ids, remove), -float("inf"))


@student("top_p_filter", "WRONG")
def nucleus_with_two_tokens_more(logits, top_p):
    ranked, ids = torch.sort(logits, descending=True)
    sums = ranked.softmax(-1).cumsum(-1)
    n = (sums <= top_p).sum(-1, keepdim=True) + 2
    remove = torch.arange(logits.shape[-1]).expand_as(sums) >= n
    return logits.masked_fill(remove.scatter(-1, ids, remove), -float("inf"))


@student("top_p_filter", "WRONG")
def nucleus_of_the_least_likely(logits, top_p):
    ranked, ids = torch.sort(logits)
    remove = ranked.softmax(-1).cumsum(-1) > top_p
    remove[..., 0] = False
    return logits.masked_fill(remove.scatter(-1, ids, remove), -float("inf"))


@student("top_p_filter", "WRONG")
def nucleus_of_summed_logits(logits, top_p):
    ranked, ids = torch.sort(logits, descending=True)
    remove = ranked.cumsum(-1) > top_p
    remove[..., 0] = False
    return logits.masked_fill(remove.scatter(-1, ids, remove), -float("inf"))


@student("top_p_filter", "WRONG")
def nucleus_as_a_threshold_on_each_token(logits, top_p):
    probs = torch.softmax(logits, -1)
    keep = (probs >= 1 - top_p) | (probs == probs.max(-1, keepdim=True).values)
    return torch.where(keep, logits, torch.tensor(float("-inf")))


@student("top_p_filter", "WRONG")
def nucleus_as_a_share_of_the_vocabulary(logits, top_p):
    k = max(1, int(top_p * logits.shape[-1]))
    smallest = torch.topk(logits, k).values[..., -1:]
    return logits.masked_fill(logits < smallest, -float("inf"))


@student("top_p_filter", "WRONG")
def nucleus_with_zero_for_minus_infinity(logits, top_p):
    """A logit of 0 is still a chance."""
    ranked, ids = torch.sort(logits, descending=True)
    remove = ranked.softmax(-1).cumsum(-1) > top_p
    remove[..., 0] = False
    return logits.masked_fill(remove.scatter(-1, ids, remove), 0.0)


@student("top_p_filter", "WRONG")
def nucleus_of_equal_chances(logits, top_p):
    """All kept tokens get the same chance."""
    ranked, ids = torch.sort(logits, descending=True)
    keep = ranked.softmax(-1).cumsum(-1) <= top_p
    keep[..., 0] = True
    chances = keep.double() / keep.sum(-1, keepdim=True)
    return torch.zeros_like(chances).scatter(-1, ids, chances)
