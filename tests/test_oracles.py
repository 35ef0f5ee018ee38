"""The oracles are code too: each is held against a library."""
import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from tests import oracles
from tests.strategies import binary_problems, normal, paired_problems, seeds


@given(binary_problems(infinite=False))
def test_roc(problem):
    labels, scores = problem
    assert abs(float(oracles.roc_auc(labels, scores)) - metrics.roc_auc_score(labels, scores)) <= 1e-12
    found = np.array(oracles.roc_curve(labels.tolist(), scores.tolist()), dtype=np.float64)
    np.testing.assert_array_equal(found.T, metrics.roc_curve(labels, scores))


@given(paired_problems(infinite=False, longest=9))
def test_delong_is_the_jackknife(problem):
    """A U-statistic's components and its values without one row say the same (Arvesen, 1969)."""
    labels, *score_sets = problem
    wanted = np.zeros((2, 2))
    for row_class in (labels == 1, labels != 1):
        without = [[metrics.roc_auc_score(np.delete(labels, row), np.delete(scores, row)) for scores in score_sets]
                   for row in np.flatnonzero(row_class)]
        wanted += np.cov(without, rowvar=False, bias=True) * (len(without) - 1)
    aucs, found = oracles.delong(labels.tolist(), *(scores.tolist() for scores in score_sets))
    np.testing.assert_allclose(np.array(found, dtype=np.float64), wanted, rtol=0, atol=1e-12)
    assert aucs == [oracles.roc_auc(labels.tolist(), scores.tolist()) for scores in score_sets]


@given(seeds, st.integers(2, 6), st.integers(1, 4))
def test_batch_norm(seed, n, d):
    x, weight, bias, mean = (normal(seed + k, *shape) for k, shape in enumerate([(n, d), (d,), (d,), (d,)]))
    var = normal(seed + 4, d).square()
    running = mean.clone(), var.clone()
    wanted = torch.nn.functional.batch_norm(x, *running, weight, bias, training=True, momentum=0.3, eps=0.01)
    found = oracles.batch_norm(*(v.numpy() for v in (x, weight, bias, mean, var)), eps=0.01, momentum=0.3)
    for ours, theirs in zip(found, (wanted, *running)):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


@given(st.lists(st.tuples(st.floats(-700, 700), st.floats(0, 1)), min_size=1, max_size=9))
def test_binary_cross_entropy(pairs):
    logits, target = torch.tensor(pairs, dtype=torch.float64).T
    wanted = torch.nn.functional.binary_cross_entropy_with_logits(logits, target).item()
    np.testing.assert_allclose(oracles.binary_cross_entropy(logits.tolist(), target.tolist()), wanted, rtol=1e-12,
                               atol=1e-12)  # torch adds terms of the size of z that cancel


@given(seeds, st.floats(0, 1), st.floats(0, 1))
def test_sgd(seed, lr, weight_decay):
    start = normal(seed, 3)
    weight = torch.nn.Parameter(start.clone())
    optimizer = torch.optim.SGD([weight], lr=lr, weight_decay=weight_decay)
    for _ in range(3):
        weight.grad = 0.1 * weight.detach() ** 2
        optimizer.step()
    found = oracles.sgd(start, lambda ws: [0.1 * w * w for w in ws], lr=lr, weight_decay=weight_decay, steps=3)
    np.testing.assert_allclose(found, weight.detach(), rtol=1e-10, atol=1e-12)
