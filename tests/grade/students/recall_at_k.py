"""Recall@K as students write it."""
import numpy as np
import torch

from tests.grade.students import student


@student("recall_at_k", "right")
def recall_loop(target, predict, k):
    hits = 0
    for t, p in zip(target, predict):
        if t in p[:k]:
            hits += 1
    return hits / len(target)


@student("recall_at_k", "right")
def recall_numpy(target, predict, k=10):
    target, predict = np.asarray(target), np.asarray(predict)
    return (predict[:, :k] == target[:, None]).any(axis=1).mean()


@student("recall_at_k", "right")
def recall_torch(target: torch.Tensor, predict: torch.Tensor, k: int) -> torch.Tensor:
    return (predict[:, :k] == target.unsqueeze(-1)).any(dim=-1).float().mean()


@student("recall_at_k", "right")
def recall_with_predictions_first(predictions, targets, k):
    return float(np.mean([int(target) in {int(doc) for doc in row[:k]} for row, target in zip(predictions, targets)]))


@student("recall_at_k", "right")
def recall_by_position(target, predict, k):
    naydeno = []
    for nuzhnyy, spisok in zip(target, predict):
        try:
            naydeno.append(list(spisok).index(nuzhnyy) < k)
        except ValueError:
            naydeno.append(False)
    return sum(naydeno) / len(naydeno)


@student("recall_at_k", "right")
def recall_by_cumulative_hits(target, predict, k):
    """All cut-offs are computed at once; the wanted one is picked at the end."""
    hits = np.asarray(predict) == np.reshape(target, (-1, 1))
    curve = np.cumsum(hits, axis=1).clip(max=1).mean(axis=0)
    return curve[k - 1]


@student("recall_at_k", "WRONG")
def recall_of_one_document_more(target, predict, k):
    return sum(t in p[:k + 1] for t, p in zip(target, predict)) / len(target)


@student("recall_at_k", "WRONG")
def recall_of_ranks_below_k(target, predict, k):
    hits = 0
    for t, p in zip(target, predict):
        for rank, doc in enumerate(p, start=1):
            if doc == t and rank < k:
                hits += 1
    return hits / len(target)


@student("recall_at_k", "WRONG")
def recall_divided_by_k(target, predict, k):
    target, predict = np.asarray(target), np.asarray(predict)
    return (predict[:, :k] == target[:, None]).mean()


@student("recall_at_k", "WRONG")
def recall_that_ignores_k(target, predict, k):
    return np.mean([t in list(p) for t, p in zip(target, predict)])


@student("recall_at_k", "WRONG")
def recall_of_the_sets_of_all_queries(target, predict, k):
    shown = {doc for row in predict for doc in row[:k]}
    return len(set(target) & shown) / len(target)


@student("recall_at_k", "WRONG")
def recall_at_exactly_k(target, predict, k):
    return sum(row[k - 1] == t for t, row in zip(target, predict)) / len(target)


@student("recall_at_k", "WRONG")
def recall_of_the_first_k_queries(target, predict, k):
    return sum(t in row for t, row in zip(target[:k], predict[:k])) / len(target)


@student("recall_at_k", "WRONG")
def recall_of_the_last_k(target, predict, k):
    target, predict = torch.as_tensor(target), torch.as_tensor(predict)
    return (predict[:, -k:] == target[:, None]).any(1).double().mean().item()


@student("recall_at_k", "WRONG")
def recall_that_sorts_the_ids(target, predict, k):
    """It takes the ids for scores."""
    best = np.argsort(-np.asarray(predict), axis=1)[:, :k]
    return (best == np.asarray(target)[:, None]).any(1).mean()


@student("recall_at_k", "WRONG")
def recall_that_returns_the_count(target, predict, k):
    return sum(int(t in row[:k]) for t, row in zip(target, predict))
