"""Wrong implementations of ROC-AUC: each has one mistake."""
import numpy as np
import torch

from tests.grade.students import student, trapezoid


@student("roc_auc_score", "WRONG", "tie")
def auc_that_counts_a_tie_as_one(y_true, y_score):
    good, total = 0, 0
    for yi, si in zip(y_true, y_score):
        for yj, sj in zip(y_true, y_score):
            if yi == 1 and yj == 0:
                total += 1
                if si >= sj:
                    good += 1
    return good / total


@student("roc_auc_score", "WRONG", "tie")
def auc_that_counts_a_tie_as_nothing(y_true, y_score):
    pos, neg = y_score[y_true == 1], y_score[y_true == 0]
    return (pos[:, None] > neg[None, :]).mean()


@student("roc_auc_score", "WRONG", "tie")
def auc_torch_that_counts_a_tie_as_nothing(y_true, y_score):
    pos, neg = y_score[y_true == 1], y_score[y_true == 0]
    return (pos.view(-1, 1) > neg.view(1, -1)).float().mean()


@student("roc_auc_score", "WRONG", "tie")
def auc_with_ties_in_input_order(y_true, y_score):
    y_true = np.asarray(y_true)[np.argsort(-np.asarray(y_score), kind="stable")]
    tpr = np.concatenate([[0], np.cumsum(y_true) / y_true.sum()])
    fpr = np.concatenate([[0], np.cumsum(1 - y_true) / (1 - y_true).sum()])
    return trapezoid(tpr, fpr)


@student("roc_auc_score", "WRONG", "tie")
def auc_loop_with_ties_in_input_order(y_true, y_score):
    order = sorted(range(len(y_true)), key=lambda i: y_score[i], reverse=True)
    tp, area = 0, 0
    for i in order:
        if y_true[i] == 1:
            tp += 1
        else:
            area += tp
    return area / (tp * (len(y_true) - tp))


@student("roc_auc_score", "WRONG", "tie")
def auc_of_ordinal_ranks(y_true, y_score):
    y_true, y_score = np.asarray(y_true), np.asarray(y_score)
    ranks = np.argsort(np.argsort(y_score, kind="stable"), kind="stable") + 1
    p = y_true.sum()
    return (ranks[y_true == 1].sum() - p * (p + 1) / 2) / (p * (len(y_true) - p))


@student("roc_auc_score", "WRONG", "tie")
def auc_of_sorted_pairs(y_true, y_score):
    """A sort of (score, label) puts a tied one above a tied zero."""
    zeros, good = 0, 0
    for _, label in sorted(zip(y_score, y_true)):
        if label == 0:
            zeros += 1
        else:
            good += zeros
    return good / (zeros * (len(y_true) - zeros))


@student("roc_auc_score", "WRONG", "tie")
def auc_of_rectangles(y_true, y_score):
    y_true, y_score = np.asarray(y_true), np.asarray(y_score)
    thresholds = np.unique(y_score)[::-1]
    tpr = np.array([0] + [np.mean(y_score[y_true == 1] >= t) for t in thresholds])
    fpr = np.array([0] + [np.mean(y_score[y_true == 0] >= t) for t in thresholds])
    return np.sum(np.diff(fpr) * tpr[1:])


@student("roc_auc_score", "WRONG", "grid")
def auc_on_a_grid_of_probabilities(y_true, y_score):
    y_true, y_score = np.asarray(y_true), np.asarray(y_score)
    tpr, fpr = [1.0], [1.0]
    for threshold in np.linspace(0, 1, 101):
        predicted = y_score >= threshold
        tpr.append(np.sum(predicted & (y_true == 1)) / np.sum(y_true == 1))
        fpr.append(np.sum(predicted & (y_true == 0)) / np.sum(y_true == 0))
    return trapezoid((tpr + [0.0])[::-1], (fpr + [0.0])[::-1])


@student("roc_auc_score", "WRONG", "grid")
def auc_on_a_grid_from_min_to_max(y_true, y_score):
    tochki = []
    shag = (max(y_score) - min(y_score)) / 20
    for i in range(22):
        porog = min(y_score) + i * shag
        tp = sum(1 for y, s in zip(y_true, y_score) if y == 1 and s >= porog)
        fp = sum(1 for y, s in zip(y_true, y_score) if y == 0 and s >= porog)
        tochki.append((fp / (len(y_true) - sum(y_true)), tp / sum(y_true)))
    tochki = sorted(tochki + [(0, 0), (1, 1)])
    return sum((x2 - x1) * (y1 + y2) / 2 for (x1, y1), (x2, y2) in zip(tochki, tochki[1:]))


@student("roc_auc_score", "WRONG", "grid")
def auc_torch_on_a_grid(y_true, y_score):
    thresholds = torch.linspace(1.01, -0.01, 200)
    predicted = y_score[None, :] >= thresholds[:, None]
    tpr = predicted[:, y_true == 1].double().mean(1)
    fpr = predicted[:, y_true == 0].double().mean(1)
    ends = torch.tensor([0.0]), torch.tensor([1.0])
    return torch.trapezoid(torch.cat([ends[0], tpr, ends[1]]), torch.cat([ends[0], fpr, ends[1]])).item()


@student("roc_auc_score", "WRONG")
def auc_with_argsort_taken_for_ranks(y_true, y_score):
    y_true = np.asarray(y_true)
    ranks = np.argsort(np.asarray(y_score)) + 1
    p = y_true.sum()
    return (ranks[y_true == 1].sum() - p * (p + 1) / 2) / (p * (len(y_true) - p))


@student("roc_auc_score", "WRONG")
def auc_with_swapped_axes(y_true, y_score):
    thresholds = sorted(set(y_score), reverse=True)
    points = [(0.0, 0.0)]
    for t in thresholds:
        tp = sum(s >= t for y, s in zip(y_true, y_score) if y == 1)
        fp = sum(s >= t for y, s in zip(y_true, y_score) if y == 0)
        points.append((tp / sum(y_true), fp / (len(y_true) - sum(y_true))))
    return sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in zip(points, points[1:]))


@student("roc_auc_score", "WRONG")
def auc_without_the_point_zero(y_true, y_score):
    y_true, y_score = np.asarray(y_true), np.asarray(y_score)
    thresholds = np.unique(y_score)[::-1]
    tpr = [np.mean(y_score[y_true == 1] >= t) for t in thresholds]
    fpr = [np.mean(y_score[y_true == 0] >= t) for t in thresholds]
    return trapezoid(tpr, fpr)


@student("roc_auc_score", "WRONG")
def auc_without_a_sign(y_true, y_score):
    y_true, y_score = np.asarray(y_true), np.asarray(y_score)
    difference = y_score[y_true == 1][:, None] - y_score[y_true == 0]
    auc = (np.sign(difference).mean() + 1) / 2
    return max(auc, 1 - auc)


@student("roc_auc_score", "WRONG")
def auc_of_clipped_scores(y_true, y_score):
    y_true, y_score = np.asarray(y_true), np.clip(np.asarray(y_score), 0, 1)
    difference = y_score[y_true == 1][:, None] - y_score[y_true == 0]
    return (np.sign(difference).mean() + 1) / 2


@student("roc_auc_score", "WRONG")
def auc_of_hard_predictions(y_true, y_score):
    y_true, predicted = np.asarray(y_true), (np.asarray(y_score) > 0.5).astype(int)
    difference = predicted[y_true == 1][:, None] - predicted[y_true == 0]
    return (np.sign(difference).mean() + 1) / 2


@student("roc_auc_score", "WRONG")
def auc_over_all_pairs_of_objects(y_true, y_score):
    n, good = len(y_true), 0.0
    for i in range(n):
        for j in range(n):
            if y_true[i] > y_true[j]:
                good += (y_score[i] > y_score[j]) + 0.5 * (y_score[i] == y_score[j])
    return good / (n * (n - 1) / 2)


@student("roc_auc_score", "WRONG")
def auc_summed_from_right_to_left(y_true, y_score):
    y_true, y_score = np.asarray(y_true), np.asarray(y_score)
    thresholds = np.append(np.unique(y_score), np.inf)
    tpr = [np.mean(y_score[y_true == 1] >= t) for t in thresholds]
    fpr = [np.mean(y_score[y_true == 0] >= t) for t in thresholds]
    return trapezoid(tpr, fpr)
