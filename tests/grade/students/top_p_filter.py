"""Nucleus filters that are right, or keep the token that crosses top_p."""
import heapq

import numpy as np
import torch
import torch.nn.functional as F

from tests.grade.students import student


@student("top_p_filter", "right")
def nucleus_by_sort_and_scatter(logits, top_p):
    sorted_logits, sorted_indices = torch.sort(logits, descending=True, dim=-1)
    cumulative = torch.softmax(sorted_logits, dim=-1).cumsum(dim=-1)
    remove = cumulative > top_p
    remove[..., 0] = False
    mask = torch.zeros_like(remove).scatter(-1, sorted_indices, remove)
    return logits.masked_fill(mask, float("-inf"))


@student("top_p_filter", "right")
def nucleus_by_threshold(logits, top_p):
    probs = F.softmax(logits, dim=-1)
    ranked = probs.sort(-1, descending=True).values
    size = (ranked.cumsum(-1) <= top_p).sum(-1, keepdim=True).clamp(min=1)
    smallest = ranked.gather(-1, size - 1)
    probs = torch.where(probs < smallest, torch.zeros_like(probs), probs)
    return probs / probs.sum(-1, keepdim=True)


@student("top_p_filter", "right")
def nucleus_by_loop(logits, top_p):
    """One row; a list of probabilities comes back."""
    probs = torch.softmax(torch.as_tensor(logits).double().flatten(), 0).tolist()
    keep, total = [], 0.0
    for i in sorted(range(len(probs)), key=lambda i: -probs[i]):
        if keep and total + probs[i] > top_p:
            break
        keep.append(i)
        total += probs[i]
    return [probs[i] / total if i in keep else 0.0 for i in range(len(probs))]


@student("top_p_filter", "right")
def nucleus_of_numpy_rows(logits, p):
    logits = np.array(logits, dtype=np.float64)
    rows = logits.reshape(-1, logits.shape[-1])
    for row in rows:
        probs = np.exp(row - row.max())
        probs /= probs.sum()
        order = np.argsort(probs)[::-1]
        n = max(1, np.searchsorted(np.cumsum(probs[order]), p, side="right"))
        row[order[n:]] = -np.inf
    return rows.reshape(logits.shape)


@student("top_p_filter", "right")
def nucleus_by_repeated_maximum(logits, top_p):
    """It takes the most likely token away until the next one does not fit."""
    flat = logits.reshape(-1)
    left = torch.softmax(flat, -1)
    out, total = torch.full_like(flat, float("-inf")), 0.0
    while True:
        i = int(left.argmax())
        if left[i] <= 0 or total > 0 and total + left[i].item() > top_p:
            return out.reshape(logits.shape)
        out[i], total = flat[i], total + left[i].item()
        left[i] = 0


@student("top_p_filter", "right")
def nucleus_by_heap(logits, top_p):
    result = torch.zeros_like(logits, dtype=torch.float64)
    for target, row in zip(result.view(-1, logits.shape[-1]), logits.view(-1, logits.shape[-1])):
        heap = [(-p, i) for i, p in enumerate(row.double().softmax(0).tolist())]
        heapq.heapify(heap)
        minus_p, i = heapq.heappop(heap)
        target[i], budget = -minus_p, top_p + minus_p
        while heap and -heap[0][0] <= budget:
            minus_p, i = heapq.heappop(heap)
            target[i], budget = -minus_p, budget + minus_p
        target /= target.sum()
    return result


@student("top_p_filter", "right")
def nucleus_by_inverse_order(logits, top_p):
    """The mask goes back through the argsort of the order; a very small number stands for minus infinity."""
    order = logits.argsort(dim=-1, descending=True)
    inverse = order.argsort(dim=-1)
    cumulative = torch.gather(logits, -1, order).softmax(-1).cumsum(-1)
    fits = cumulative <= top_p
    fits[..., :1] = True
    return torch.where(fits.gather(-1, inverse), logits, torch.tensor(-1e9))


@student("top_p_filter", "reading", "cross")
def nucleus_with_the_crossing_token(logits, top_p=0.9, filter_value=-float("Inf")):
    sorted_logits, sorted_indices = torch.sort(logits, descending=True)
    cumulative_probs = torch.cumsum(F.softmax(sorted_logits, dim=-1), dim=-1)
    sorted_indices_to_remove = cumulative_probs > top_p
    sorted_indices_to_remove[..., 1:] = sorted_indices_to_remove[..., :-1].clone()
    sorted_indices_to_remove[..., 0] = 0
    indices_to_remove = sorted_indices_to_remove.scatter(-1, sorted_indices, sorted_indices_to_remove)
    return logits.masked_fill(indices_to_remove, filter_value)


@student("top_p_filter", "reading", "cross")
def nucleus_of_an_ascending_sort_with_the_crossing_token(logits, top_p):
    values, indices = torch.sort(logits, descending=False)
    drop = values.softmax(-1).cumsum(-1) <= 1 - top_p
    drop[..., -1:] = False
    return logits.masked_fill(drop.scatter(-1, indices, drop), float("-inf"))


@student("top_p_filter", "reading", "cross")
def nucleus_loop_with_the_crossing_token(logits, top_p):
    probs = np.exp(np.asarray(logits, dtype=float).ravel() - np.max(np.asarray(logits)))
    probs /= probs.sum()
    nabor, summa = [], 0.0
    for i in np.argsort(-probs):
        nabor.append(i)
        summa += probs[i]
        if summa >= top_p:
            break
    out = np.zeros_like(probs)
    out[nabor] = probs[nabor] / summa
    return out
