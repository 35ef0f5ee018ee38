"""The oracles are code too: each is compared with a library, a worked example, or both."""
import math

import bm25s
import lion_pytorch
import numpy as np
import pytest
import scipy.sparse
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from rtdl_num_embeddings import PiecewiseLinearEncoding
from sklearn import metrics

from tests import oracles
from tests.strategies import binary_problems, normal, paired_problems, seeds, sparse_rows


@given(binary_problems(infinite=False))
def test_roc(problem):
    labels, scores = problem
    assert abs(float(oracles.roc_auc(labels, scores)) - metrics.roc_auc_score(labels, scores)) <= 1e-12
    points = np.array(oracles.roc_curve(labels.tolist(), scores.tolist()), dtype=np.float64)
    np.testing.assert_array_equal(points.T, metrics.roc_curve(labels, scores))


@given(paired_problems(infinite=False, longest=9))
def test_delong_equals_the_jackknife(problem):
    """The covariance by components equals the jackknife's, which leaves out one row at a time (Arvesen, 1969)."""
    labels, *score_sets = problem
    wanted = np.zeros((2, 2))
    for row_class in (labels == 1, labels != 1):
        without = [[metrics.roc_auc_score(np.delete(labels, row), np.delete(scores, row)) for scores in score_sets]
                   for row in np.flatnonzero(row_class)]
        wanted += np.cov(without, rowvar=False, bias=True) * (len(without) - 1)
    aucs, covariance = oracles.delong(labels.tolist(), *(scores.tolist() for scores in score_sets))
    np.testing.assert_allclose(np.array(covariance, dtype=np.float64), wanted, rtol=0, atol=1e-12)
    assert aucs == [oracles.roc_auc(labels.tolist(), scores.tolist()) for scores in score_sets]


@given(seeds, st.integers(2, 6), st.integers(1, 4))
def test_batch_norm(seed, n, d):
    x, weight, bias, mean = (normal(seed + k, *shape) for k, shape in enumerate([(n, d), (d,), (d,), (d,)]))
    var = normal(seed + 4, d).square()
    running = mean.clone(), var.clone()
    wanted = torch.nn.functional.batch_norm(x, *running, weight, bias, training=True, momentum=0.3, eps=0.01)
    results = oracles.batch_norm(*(v.numpy() for v in (x, weight, bias, mean, var)), eps=0.01, momentum=0.3)
    for ours, theirs in zip(results, (wanted, *running)):
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
    weights = oracles.sgd(start, lambda ws: [0.1 * w * w for w in ws], lr=lr, weight_decay=weight_decay, steps=3)
    np.testing.assert_allclose(weights, weight.detach(), rtol=1e-10, atol=1e-12)


def test_piecewise_linear():
    rows = oracles.piecewise_linear([-1.0, 0.0, 1.0, 2.0, 3.5, 9.0], [0.0, 2.0, 3.0, 4.0])
    assert rows.tolist() == [[0, 0, 0], [0, 0, 0], [0.5, 0, 0], [1, 0, 0], [1, 1, 0.5], [1, 1, 1]]


@given(st.sets(st.integers(-10, 10), min_size=3).map(sorted), st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_piecewise_linear_equals_the_authors_package(edges, fractions):
    values = [edges[0] + fraction * (edges[-1] - edges[0]) for fraction in fractions]  # the package clips no ends
    theirs = PiecewiseLinearEncoding([torch.tensor(edges, dtype=torch.float32)])(torch.tensor(values)[:, None])
    # float32: the package subtracts numbers of up to 10
    np.testing.assert_allclose(oracles.piecewise_linear(values, edges), theirs, rtol=0, atol=1e-5)


@given(seeds, st.integers(1, 6), st.floats(0, 1))
def test_rms_norm(seed, d, eps):
    rows, weight = normal(seed, 3, d), normal(seed + 1, d)
    wanted = torch.nn.functional.rms_norm(rows, (d,), weight, eps)
    np.testing.assert_allclose(oracles.rms_norm(rows.tolist(), weight.tolist(), eps=eps), wanted, rtol=1e-12)


@pytest.mark.parametrize("partial, rms", [(1.0, 6.5**0.5), (0.75, 5**0.5), (0.74, 2.5**0.5), (0.1, 1.0)])
def test_rms_norm_of_the_first_features(partial, rms):
    (row,) = oracles.rms_norm([[1, 2, 10**0.5, 11**0.5]], [1, 1, 1, 2], eps=0.0, partial=partial)
    assert row == pytest.approx([1 / rms, 2 / rms, 10**0.5 / rms, 2 * 11**0.5 / rms])


@given(seeds, st.floats(1e-4, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_lion(seed, lr, beta1, beta2, weight_decay):
    start = normal(seed, 3)
    theirs = torch.nn.Parameter(start.clone())
    optimizer = lion_pytorch.Lion([theirs], lr=lr, betas=(beta1, beta2), weight_decay=weight_decay)
    weight, momentum = start.numpy(), np.zeros(3)
    for step in range(3):
        theirs.grad = normal(seed + 1 + step, 3)
        optimizer.step()
        weight, momentum = oracles.lion(weight, theirs.grad.numpy(), momentum, lr=lr, beta1=beta1, beta2=beta2,
                                        weight_decay=weight_decay)
    np.testing.assert_allclose(weight, theirs.detach(), rtol=1e-12, atol=1e-12)


def test_retrieval_metrics_of_four_queries():
    target, predict = ["a", "b", "c", "d"], [["a", "b"], ["a", "b"], ["b", "a", "c"], ["a", "b"]]
    assert [oracles.recall_at_k(target, predict, k) for k in (1, 2, 3)] == [0.25, 0.5, 0.75]
    assert oracles.mean_reciprocal_rank(target, predict) == pytest.approx((1 + 1 / 2 + 1 / 3 + 0) / 4)


@given(st.lists(st.tuples(st.integers(0, 4), st.permutations(range(5))), min_size=1, max_size=8), st.integers(1, 4))
def test_retrieval_metrics(queries, k):
    target, rankings = zip(*queries)
    scores = -np.argsort(rankings, axis=1)
    recall = metrics.top_k_accuracy_score(target, scores, k=k, labels=range(5))
    mrr = metrics.label_ranking_average_precision_score(np.eye(5)[list(target)], scores)
    assert oracles.recall_at_k(target, rankings, k) == pytest.approx(recall)
    assert oracles.mean_reciprocal_rank(target, rankings) == pytest.approx(mrr)


@given(st.lists(st.tuples(st.sets(st.integers(0, 4), min_size=1, max_size=4), st.permutations(range(5))),
                min_size=1, max_size=8), st.integers(1, 6))
def test_retrieval_metrics_of_several_targets(queries, k):
    targets, rankings = zip(*queries)
    relevant = np.array([[document in right for document in range(5)] for right in targets], float)
    scores = -np.argsort(rankings, axis=1)
    assert oracles.mean_average_precision(targets, rankings) == pytest.approx(
        metrics.label_ranking_average_precision_score(relevant, scores))
    assert oracles.ndcg(targets, rankings, k) == pytest.approx(metrics.ndcg_score(relevant, scores, k=k))
    found = [np.take(row, ranking)[:k].sum() / row.sum() for row, ranking in zip(relevant, rankings)]
    assert oracles.recall_of_several(targets, rankings, k) == pytest.approx(np.mean(found))


@given(sparse_rows(4), st.lists(st.sampled_from([0.0, 0.1, 1.0, 3.0]), min_size=4, max_size=4))
def test_ranking(documents, query):
    scores = scipy.sparse.csr_array(documents) @ np.array(query)  # adds the terms in the same order
    order = np.lexsort((np.arange(len(scores)), -scores))
    assert oracles.ranking(query, documents) == list(zip(order.tolist(), scores[order].tolist()))


def test_bm25_of_two_documents():
    scores = oracles.bm25(["red", "red", "sky"], [["red", "sea"], ["sea", "sea", "fish", "sea"]], k1=1.0, b=0.5)
    assert scores == pytest.approx([2 * math.log(1 + 1.5 / 1.5) / (1 + 1.0 * (0.5 + 0.5 * 2 / 3)), 0.0])


@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=6), min_size=1, max_size=5).filter(any),
       st.lists(st.sampled_from("abcd"), min_size=1, max_size=4), st.floats(0, 5), st.floats(0, 1))
def test_bm25(corpus, query, k1, b):
    engine = bm25s.BM25(method="lucene", k1=k1, b=b, dtype="float64")
    engine.index(corpus, show_progress=False)
    query = [term for term in query if term in engine.vocab_dict]
    assume(query)  # bm25s refuses a query without a known term
    np.testing.assert_allclose(oracles.bm25(query, corpus, k1=k1, b=b), engine.get_scores(query), rtol=1e-12)
