"""The most likely tokens of each row, for beam search."""
import torch

Tokens = list[list[int]]  # (R, W)
Gains = list[list[float]]  # (R, W), the log-softmax of the tokens


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
