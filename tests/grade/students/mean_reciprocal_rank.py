"""The mean reciprocal rank as students write it."""
from fractions import Fraction

import numpy as np
import torch

from tests.grade.students import student


@student("mean_reciprocal_rank", "right")
def mrr_loop(target, predict):
    total = 0
    for t, p in zip(target, predict):
        for i, doc in enumerate(p):
            if doc == t:
                total += 1 / (i + 1)
                break
    return total / len(target)


@student("mean_reciprocal_rank", "right")
def mrr_numpy(target, predict):
    hits = predict == target[:, None]
    ranks = hits.argmax(axis=1) + 1
    return np.where(hits.any(axis=1), 1 / ranks, 0).mean()


@student("mean_reciprocal_rank", "right")
def mrr_torch(target, predict):
    hits = (predict == target[:, None]).double()
    weights = 1 / torch.arange(1, predict.shape[1] + 1, dtype=torch.float64)
    return (hits * weights).sum(1).mean()


@student("mean_reciprocal_rank", "right")
def mrr_with_predictions_first(predict, target):
    def reciprocal(row, doc):
        try:
            return 1.0 / (list(row).index(doc) + 1)
        except ValueError:
            return 0.0
    return np.mean([reciprocal(row, doc) for row, doc in zip(predict, target)])


@student("mean_reciprocal_rank", "right")
def mrr_of_fractions(target, predict):
    ranks = (next((Fraction(1, n) for n, doc in enumerate(row, 1) if doc == t), 0) for t, row in zip(target, predict))
    return float(sum(ranks) / Fraction(len(target)))


@student("mean_reciprocal_rank", "right")
def mrr_by_nonzero(target, predict):
    _, stolbec = np.nonzero(np.asarray(predict) == np.asarray(target).reshape(-1, 1))
    return np.array([np.sum(1 / (stolbec + 1)) / len(target)])


@student("mean_reciprocal_rank", "WRONG", "from")
def mrr_from_0(target, predict):
    total = 0
    for t, p in zip(target, predict):
        for rank, doc in enumerate(p):
            if doc == t:
                total += 1 / rank if rank > 0 else 0
    return total / len(target)


@student("mean_reciprocal_rank", "WRONG", "from")
def mrr_from_0_in_numpy(target, predict):
    target, predict = np.asarray(target), np.asarray(predict)
    rows, columns = np.nonzero(predict == target[:, None])
    scores = np.zeros(len(target))
    with np.errstate(divide="ignore"):
        scores[rows] = 1 / columns
    return scores.mean()


@student("mean_reciprocal_rank", "WRONG", "from")
def mrr_from_2(target, predict):
    total = 0
    for t, p in zip(target, predict):
        for rank, doc in enumerate(p, start=1):
            if doc == t:
                total += 1 / (rank + 1)
    return total / len(target)


@student("mean_reciprocal_rank", "WRONG", "from")
def mrr_from_2_in_torch(target, predict):
    hits = (torch.as_tensor(predict) == torch.as_tensor(target)[:, None]).double()
    return (hits / torch.arange(2, hits.shape[1] + 2)).sum(1).mean()


@student("mean_reciprocal_rank", "WRONG", "absent")
def mrr_of_the_queries_with_a_hit(target, predict):
    scores = []
    for t, p in zip(target, predict):
        if t in p:
            scores.append(1 / (list(p).index(t) + 1))
    return sum(scores) / len(scores) if scores else 0.0


@student("mean_reciprocal_rank", "WRONG", "absent")
def mrr_numpy_of_the_queries_with_a_hit(target, predict):
    _, columns = np.where(np.asarray(predict) == np.asarray(target)[:, None])
    return np.mean(1 / (columns + 1)) if len(columns) else 0.0


@student("mean_reciprocal_rank", "WRONG")
def mrr_with_an_absent_document_behind_the_last(target, predict):
    ranks = [list(p).index(t) + 1 if t in p else len(p) + 1 for t, p in zip(target, predict)]
    return sum(1 / rank for rank in ranks) / len(ranks)


@student("mean_reciprocal_rank", "WRONG")
def mrr_with_an_absent_document_first(target, predict):
    """argmax is 0 where nothing matches."""
    ranks = (np.asarray(predict) == np.asarray(target)[:, None]).argmax(1) + 1
    return (1 / ranks).mean()


@student("mean_reciprocal_rank", "WRONG")
def mrr_of_the_mean_rank(target, predict):
    ranks = [list(p).index(t) + 1 for t, p in zip(target, predict) if t in p]
    return len(ranks) / sum(ranks) if ranks else 0


@student("mean_reciprocal_rank", "WRONG")
def mrr_of_whole_numbers(target, predict):
    return sum(1 // (list(p).index(t) + 1) for t, p in zip(target, predict) if t in p) / len(target)


@student("mean_reciprocal_rank", "WRONG")
def mrr_of_the_first_query(target, predict):
    for t, p in zip(target, predict):
        if t in p:
            return 1 / (list(p).index(t) + 1)
    return 0


@student("mean_reciprocal_rank", "WRONG")
def mrr_of_the_worst_first(target, predict):
    return np.mean([1 / (list(p)[::-1].index(t) + 1) if t in p else 0 for t, p in zip(target, predict)])
