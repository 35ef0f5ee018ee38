"""Right implementations of ROC-AUC by different algorithms."""
from bisect import bisect_left, bisect_right
from itertools import groupby

import numpy as np
import torch
from scipy.stats import mannwhitneyu, rankdata

from tests.grade.students import student, trapezoid


@student("roc_auc_score", "right")
def auc_of_all_pairs(y_true, y_score):
    pos = [s for y, s in zip(y_true, y_score) if y == 1]
    neg = [s for y, s in zip(y_true, y_score) if y == 0]
    good = 0
    for p in pos:
        for n in neg:
            if p > n:
                good += 1
            elif p == n:
                good += 0.5
    return good / (len(pos) * len(neg))


@student("roc_auc_score", "right")
def auc_of_all_pairs_broadcast(y_true, y_score):
    diff = y_score[y_true == 1][:, None] - y_score[y_true == 0][None, :]
    return ((diff > 0).sum() + 0.5 * (diff == 0).sum()) / diff.size


@student("roc_auc_score", "right")
def auc_of_the_rank_sum(y_true, y_score):
    y_true = np.asarray(y_true)
    ranks = rankdata(np.asarray(y_score))
    n_pos = y_true.sum()
    n_neg = len(y_true) - n_pos
    return (ranks[y_true == 1].sum() - n_pos * (n_pos + 1) / 2) / (n_pos * n_neg)


@student("roc_auc_score", "right")
def auc_of_hand_made_average_ranks(y_true: list, y_score: list) -> float:
    poryadok = sorted(range(len(y_score)), key=y_score.__getitem__)
    rangi = [0.0] * len(y_score)
    i = 0
    while i < len(poryadok):
        j = i
        while j + 1 < len(poryadok) and y_score[poryadok[j + 1]] == y_score[poryadok[i]]:
            j += 1
        for m in range(i, j + 1):
            rangi[poryadok[m]] = (i + j) / 2 + 1
        i = j + 1
    p = sum(y_true)
    summa = sum(r for r, y in zip(rangi, y_true) if y)
    return (summa - p * (p + 1) / 2) / p / (len(y_true) - p)


@student("roc_auc_score", "right")
def auc_by_searchsorted(y_true, y_score):
    y_true, y_score = np.array(y_true).ravel().astype(bool), np.array(y_score, dtype=float).ravel()
    neg = np.sort(y_score[~y_true])
    pos = y_score[y_true]
    below = np.searchsorted(neg, pos, side="left") + np.searchsorted(neg, pos, side="right")
    return np.array([below.mean() / 2 / len(neg)])


@student("roc_auc_score", "right")
def auc_by_bisect_with_scores_first(scores, labels):
    negatives = sorted(float(s) for s, y in zip(scores, labels) if not y)
    total, positives = 0.0, 0
    for s, y in zip(scores, labels):
        if y:
            positives += 1
            total += (bisect_left(negatives, float(s)) + bisect_right(negatives, float(s))) / 2
    return total / positives / len(negatives)


@student("roc_auc_score", "right")
def auc_by_trapezoids_at_unique_thresholds(y_true, y_score):
    y_true, y_score = np.asarray(y_true), np.asarray(y_score)
    tpr, fpr = [0.0], [0.0]
    for threshold in np.unique(y_score)[::-1]:
        predicted = y_score >= threshold
        tpr.append((predicted & (y_true == 1)).sum() / (y_true == 1).sum())
        fpr.append((predicted & (y_true == 0)).sum() / (y_true == 0).sum())
    return float(trapezoid(tpr, fpr))


@student("roc_auc_score", "right")
def auc_by_sweep_over_groups_of_ties(targets, probs):
    pairs = sorted(zip(probs, targets), reverse=True)
    tp = area = fp = 0
    for _, group in groupby(pairs, key=lambda pair: pair[0]):
        labels = [label for _, label in group]
        ones = sum(labels)
        zeros = len(labels) - ones
        area += zeros * (tp + ones / 2)
        tp, fp = tp + ones, fp + zeros
    return area / (tp * fp)


@student("roc_auc_score", "right")
def auc_of_torch_tensors(y_true: torch.Tensor, y_score: torch.Tensor) -> torch.Tensor:
    positive, negative = y_score[y_true == 1], y_score[y_true == 0]
    difference = positive.unsqueeze(1) - negative.unsqueeze(0)
    return (torch.sign(difference).double().mean() + 1) / 2


@student("roc_auc_score", "right")
def auc_of_the_torch_curve(y_true, y_score):
    score, order = torch.sort(y_score, descending=True)
    label = y_true[order].double()
    tps, fps = label.cumsum(0), (1 - label).cumsum(0)
    last = torch.cat([score[1:] != score[:-1], torch.tensor([True])])
    tpr = torch.cat([torch.zeros(1), tps[last] / tps[-1]])
    fpr = torch.cat([torch.zeros(1), fps[last] / fps[-1]])
    return torch.trapezoid(tpr, fpr).item()


@student("roc_auc_score", "right")
def auc_by_halving(y_true, y_score):
    """The pairs of a list are the pairs of its lower half, of its upper half, and across."""
    def count(items):
        if items[0][0] == items[-1][0]:
            ones = sum(label for _, label in items)
            return ones * (len(items) - ones) / 2
        split = next(i for i in range(len(items) // 2, -1, -1) if i == 0 or items[i - 1][0] < items[i][0])
        split = split or next(i for i in range(1, len(items)) if items[i - 1][0] < items[i][0])
        low, high = items[:split], items[split:]
        ones, zeros = sum(label for _, label in high), sum(1 - label for _, label in low)
        return count(low) + count(high) + ones * zeros

    items = sorted((float(s), int(y)) for s, y in zip(y_score, y_true))
    ones = sum(label for _, label in items)
    return count(items) / (ones * (len(items) - ones))


@student("roc_auc_score", "right")
class RocAucMetric:
    def __call__(self, y_true, y_pred):
        y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
        positives, negatives = y_pred[y_true == 1], y_pred[y_true == 0]
        return mannwhitneyu(positives, negatives, method="asymptotic").statistic / len(positives) / len(negatives)


@student("roc_auc_score", "right")
def auc_with_printed_progress_and_sorted_input(y_true, y_score):
    """It sorts its copy, prints, and compares each negative with the positives seen so far."""
    table = np.stack([np.asarray(y_score, dtype=np.float64), np.asarray(y_true, dtype=np.float64)], axis=1)
    table = table[np.argsort(table[:, 0])]
    print("objects:", len(table))
    area, seen_negatives, start = 0.0, 0.0, 0
    while start < len(table):
        block = table[table[:, 0] == table[start, 0]]
        ones = block[:, 1].sum()
        zeros = len(block) - ones
        area += ones * seen_negatives + ones * zeros / 2
        seen_negatives += zeros
        start += len(block)
    return area / (table[:, 1].sum() * seen_negatives)
