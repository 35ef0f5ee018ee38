"""Temperature and nucleus as students write them."""
import torch
import torch.nn.functional as F

from tests.grade.students import student


@student("temperature", "right")
def divided(logits, t):
    return logits / t


@student("temperature", "right")
def probabilities(temperature, logits):
    return torch.softmax(torch.as_tensor(logits) / temperature, dim=-1)


@student("temperature", "right")
class Warper:
    def __init__(self, temperature):
        self.temperature = temperature

    def __call__(self, input_ids, scores):
        return scores / self.temperature


@student("temperature", "WRONG", "after the softmax")
def after(logits, t):
    return F.softmax(logits, -1) / t


@student("temperature", "WRONG", "multiplied")
def multiplied(logits, t):
    return logits * t


@student("temperature", "WRONG", "softmax of probabilities")
def twice(logits, t):
    return F.softmax(F.softmax(logits / t, -1), -1)


@student("top_p_filter", "right")
def scattered(logits, top_p):
    values, order = logits.sort(descending=True, dim=-1)
    drop = values.softmax(-1).cumsum(-1) > top_p
    drop[..., 0] = False
    return logits.masked_fill(drop.scatter(-1, order, drop), float("-inf"))


@student("top_p_filter", "right")
def row_of_probabilities(logits, p=0.9):
    probs = torch.softmax(logits, -1)
    values, order = torch.sort(probs, descending=True)
    n = max(1, int((values.cumsum(0) <= p).sum()))
    new = torch.zeros_like(probs)
    new[order[:n]] = probs[order[:n]]
    return new / new.sum()


@student("top_p_filter", "reading", "keeps the token that crosses")
def hugging_face(logits, top_p):
    values, order = torch.sort(logits, descending=False)
    drop = values.softmax(-1).cumsum(-1) <= 1 - top_p
    drop[..., -1:] = False
    return logits.masked_fill(drop.scatter(1, order, drop), -1e9)


@student("top_p_filter", "reading", "keeps the token that crosses")
class TopP:
    def __init__(self, p):
        self.p = p

    def __call__(self, input_ids, scores):
        values, order = torch.sort(scores, descending=True)
        probs = values.softmax(-1)
        drop = probs.cumsum(-1) - probs > self.p
        return scores.masked_fill(drop.scatter(1, order, drop), -float("inf"))


@student("top_p_filter", "WRONG", "ranks taken for ids")
def sorted_order(logits, top_p):
    values = torch.sort(logits.softmax(-1), descending=True).values
    drop = values.cumsum(-1) > top_p
    drop[..., 0] = False
    values[drop] = 0
    return values / values.sum(-1, keepdim=True)


@student("top_p_filter", "WRONG", "ranks taken for ids")
def mask_not_scattered(logits, top_p):
    drop = torch.sort(logits.softmax(-1), descending=True).values.cumsum(-1) > top_p
    drop[..., 0] = False
    return logits.masked_fill(drop, float("-inf"))


@student("top_p_filter", "WRONG", "ascending")
def ascending(logits, top_p):
    values, order = torch.sort(logits.softmax(-1))
    drop = values.cumsum(-1) > top_p
    drop[..., 0] = False
    return logits.masked_fill(drop.scatter(-1, order, drop), float("-inf"))


@student("top_p_filter", "WRONG", "each token")
def each_token(logits, top_p):
    probs = logits.softmax(-1)
    keep = probs >= top_p
    keep |= probs == probs.amax(-1, keepdim=True)
    return logits.masked_fill(~keep, float("-inf"))


@student("top_p_filter", "WRONG", "keeps nothing")
def nothing(logits, top_p):
    values, order = logits.softmax(-1).sort(descending=True)
    values[values.cumsum(-1) > top_p] = 0
    values = values / values.sum(-1, keepdim=True).clamp(min=1e-9)
    return torch.zeros_like(values).scatter(-1, order, values)


@student("top_p_filter", "WRONG", "softmax")
def probabilities_as_logits(logits, top_p):
    return scattered(logits.softmax(-1), top_p)
