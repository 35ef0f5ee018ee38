"""Slow reference implementations, one line of code per line of the definition; nothing here imports minidl.

tests/test_oracles.py compares each with a library, a worked example, or both.
Those of decoding are in oracles_decoding.py.
"""
import math
from fractions import Fraction

import numpy as np


def roc_auc(labels, scores):
    """Return the share of (positive, negative) pairs in which the positive scores higher; a tie counts 1/2; exact."""
    positives = [score for label, score in zip(labels, scores) if label == 1]
    negatives = [score for label, score in zip(labels, scores) if label != 1]
    twice = sum(2 * (p > n) + (p == n) for p in positives for n in negatives)
    return Fraction(int(twice), 2 * len(positives) * len(negatives))


def delong(labels, *score_sets):
    """Return (AUCs, their covariance matrix) as DeLong, DeLong and Clarke-Pearson (1988) define them; exact."""
    def psi(x, y):
        return Fraction(int(2 * (x > y) + (x == y)), 2)

    def covariance(u, v):
        mean_u, mean_v = sum(u) / len(u), sum(v) / len(v)
        return sum((a - mean_u) * (b - mean_v) for a, b in zip(u, v)) / (len(u) - 1)

    v10, v01 = [], []
    for scores in score_sets:
        positives = [score for label, score in zip(labels, scores) if label == 1]
        negatives = [score for label, score in zip(labels, scores) if label != 1]
        v10.append([sum(psi(x, y) for y in negatives) / len(negatives) for x in positives])
        v01.append([sum(psi(x, y) for x in positives) / len(positives) for y in negatives])
    return [sum(v) / len(v) for v in v10], [
        [covariance(v10[r], v10[s]) / len(v10[r]) + covariance(v01[r], v01[s]) / len(v01[r])
         for s in range(len(score_sets))] for r in range(len(score_sets))]


def roc_curve(labels, scores):
    """Return the points (fpr, tpr, threshold) for the threshold inf and then every score, highest first.

    An inner point is dropped if both counts grow by the same steps before it and after it.
    """
    points = []
    for threshold in sorted(set(scores), reverse=True):
        hits = [label == 1 for label, score in zip(labels, scores) if score >= threshold]
        points.append((len(hits) - sum(hits), sum(hits), threshold))
    kept = [point for i, point in enumerate(points) if i in (0, len(points) - 1) or any(
        points[i + 1][k] - point[k] != point[k] - points[i - 1][k] for k in (0, 1))]
    negatives, positives, _ = points[-1]
    return [(0.0, 0.0, math.inf)] + [(f / negatives, t / positives, s) for f, t, s in kept]


def batch_norm(x, weight, bias, running_mean, running_var, *, eps, momentum):
    """Return (y, running mean, running variance) of one training step in float64, one feature at a time."""
    x = np.asarray(x, dtype=np.float64)
    n, y = len(x), np.empty(x.shape)
    running_mean, running_var = np.array(running_mean, np.float64), np.array(running_var, np.float64)
    for d in range(x.shape[1]):
        mean = math.fsum(x[:, d]) / n
        squares = math.fsum((value - mean) ** 2 for value in x[:, d])
        y[:, d] = (x[:, d] - mean) / math.sqrt(squares / n + eps) * weight[d] + bias[d]
        running_mean[d] += momentum * (mean - running_mean[d])
        running_var[d] += momentum * (squares / (n - 1) - running_var[d])
    return y, running_mean, running_var


def binary_cross_entropy(logits, target):
    """Return the mean of -y log s(z) - (1 - y) log(1 - s(z)) in float64; s is the sigmoid."""
    def log_sigmoid(z):
        return -math.log1p(math.exp(-z)) if z > 0 else z - math.log1p(math.exp(z))
    losses = [-y * log_sigmoid(z) - (1 - y) * log_sigmoid(-z) for z, y in zip(logits, target)]
    return math.fsum(losses) / len(losses)


def sgd(weights, gradient, *, lr, weight_decay, steps):
    """Return the weights after `steps` times w <- w - lr (g(w) + weight_decay w), one number at a time."""
    weights = list(map(float, weights))
    for _ in range(steps):
        weights = [w - lr * (g + weight_decay * w) for w, g in zip(weights, gradient(weights))]
    return weights


def piecewise_linear(values, edges):
    """Return the (N, bins) features of the paper's equation 1: 0 below the first edge, 1 above the last."""
    def feature(x, low, high):
        if x < low:
            return 0.0
        return 1.0 if x >= high else (x - low) / (high - low)

    return np.array([[feature(x, low, high) for low, high in zip(edges[:-1], edges[1:])] for x in values])


def rms_norm(rows, weight, *, eps, partial=1.0):
    """Return each row times weight, divided by the RMS of its first max(1, floor(partial * D)) features."""
    k = max(1, math.floor(partial * len(weight)))
    result = []
    for row in rows:
        rms = math.sqrt(math.fsum(x * x for x in row[:k]) / k + eps)
        result.append([x / rms * w for x, w in zip(row, weight)])
    return result


def lion(weight, gradient, momentum, *, lr, beta1, beta2, weight_decay):
    """Return (weight, momentum) after one step of the paper's program, line by line in float64."""
    def interp(x, y, a):
        return (1 - a) * x + a * y

    update = interp(gradient, momentum, beta1)
    update = np.sign(update)
    momentum = interp(gradient, momentum, beta2)
    weight_decay = weight * weight_decay
    update = update + weight_decay
    update = update * lr
    return weight - update, momentum


def recall_at_k(target, predict, k):
    """Return the share of the queries with the right document among the first k."""
    return sum(right in list(row)[:k] for right, row in zip(target, predict)) / len(target)


def mean_reciprocal_rank(target, predict):
    """Return the mean of 1 / rank of the right document; 0 for a query without it."""
    reciprocal_ranks = [1 / (list(row).index(right) + 1) if right in list(row) else 0
                        for right, row in zip(target, predict)]
    return sum(reciprocal_ranks) / len(target)


def recall_of_several(targets, predict, k):
    """Return the mean over the queries of the share of their right documents that are among the first k."""
    return sum(len(set(right) & set(row[:k])) / len(set(right)) for right, row in zip(targets, predict)) / len(targets)


def mean_average_precision(targets, predict):
    """Return the mean of the average precision: of the precision at each right document, 0 for an absent one."""
    total = 0
    for right, row in zip(targets, predict):
        precisions = [len(set(right) & set(row[:n])) / n for n, document in enumerate(row, 1) if document in right]
        total += sum(precisions) / len(set(right))
    return total / len(targets)


def ndcg(targets, predict, k):
    """Return the mean of the discounted gain of the first k documents, relative to that of the best ranking."""
    def gain(relevances):
        return sum(relevance / math.log2(1 + n) for n, relevance in enumerate(relevances[:k], start=1))

    return sum(gain([document in right for document in row]) / gain([1] * len(set(right)))
               for right, row in zip(targets, predict)) / len(targets)


def ranking(query, documents):
    """Return (document, score) pairs, best first, ties by document; a score is a dot product, term after term."""
    scores = []
    for row in documents:
        score = 0.0
        for q, d in zip(query, row):
            score += float(q) * float(d)
        scores.append(score)
    return sorted(enumerate(scores), key=lambda pair: (-pair[1], pair[0]))


def bm25(query, documents, *, k1, b):
    """Return the BM25 score of each document for a query, in Lucene's variant; a text is a list of terms."""
    mean = sum(map(len, documents)) / len(documents)
    scores = []
    for terms in documents:
        score = 0.0
        for term in query:
            df = sum(term in document for document in documents)
            tf = terms.count(term)
            idf = math.log(1 + (len(documents) - df + 0.5) / (df + 0.5))
            if tf:
                score += idf * tf / (tf + k1 * (1 - b + b * len(terms) / mean))
        scores.append(score)
    return scores
