import math
import pickle

import numpy as np
import pytest
import torch
from hypothesis import assume, example, given
from hypothesis import strategies as st
from scipy import stats

from minidl.metrics import delong_test, roc_auc_ci, roc_auc_score
from tests import oracles
from tests.strategies import paired_problems

ERROR = 1e-15  # relative, of a standard error: about six roundings of 1.1e-16, halved by the square root
BOUND = 1e-14  # of an interval's end: ERROR times z, which is at most 8.3
TAIL = 3e-12  # relative, of a p-value: ERROR times z squared, at most 1,500 before p underflows
RANKS = 1e-9  # against scipy, which sums float64 squares of ranks up to 50; times z squared


@given(paired_problems(), st.floats(0, 1, exclude_min=True, exclude_max=True))
@example((np.array([0, 0, 1, 1]), np.array([-np.inf, 0, 0, np.inf]), np.array([0, np.inf, np.inf, -np.inf])), 0.95)
def test_equals_the_definition(problem, confidence):
    labels, a, b = problem
    aucs, covariance = oracles.delong(*(array.tolist() for array in problem))
    for k, scores in enumerate([a, b]):
        auc, low, high = roc_auc_ci(labels, scores, confidence=confidence)
        margin = stats.norm.isf((1 - confidence) / 2) * math.sqrt(covariance[k][k])
        assert auc == float(aucs[k]) == roc_auc_score(labels, scores)
        assert low == pytest.approx(max(0, auc - margin), abs=BOUND)
        assert high == pytest.approx(min(1, auc + margin), abs=BOUND)
        assert 0 <= low <= auc <= high <= 1
    difference, standard_error, p_value = delong_test(labels, a, b)
    variance = covariance[0][0] - 2 * covariance[0][1] + covariance[1][1]
    assert difference == float(aucs[0] - aucs[1])
    assert standard_error == pytest.approx(math.sqrt(variance), rel=ERROR, abs=0)
    if variance:
        assert p_value == pytest.approx(2 * stats.norm.sf(abs(difference) / math.sqrt(variance)), rel=TAIL, abs=1e-300)
    else:
        assert p_value == (difference == 0)


@given(paired_problems())
def test_equals_scipys_brunner_munzel_test_against_a_constant(problem):
    labels, scores, _ = problem
    test = delong_test(labels, scores, np.zeros(len(labels)))
    assume(test.standard_error > 0)  # scipy divides by it
    wanted = stats.brunnermunzel(scores[labels != 1], scores[labels == 1], distribution="normal")
    assert test.difference / test.standard_error == pytest.approx(wanted.statistic, rel=RANKS)
    assert test.p_value == pytest.approx(wanted.pvalue, rel=RANKS, abs=RANKS)


@given(paired_problems())
def test_swapping_the_scores_changes_only_the_sign(problem):
    labels, a, b = problem
    difference, standard_error, p_value = delong_test(labels, a, b)
    assert delong_test(labels, b, a) == (-difference, standard_error, p_value)


@given(paired_problems())
def test_only_the_order_within_each_score_matters(problem):
    labels, a, b = problem
    ranks_a, ranks_b = (np.unique(scores, return_inverse=True)[1] for scores in (a, b))
    assert roc_auc_ci(labels, ranks_a) == roc_auc_ci(labels, a)
    assert delong_test(labels, ranks_a, np.exp(0.1 * ranks_b)) == delong_test(labels, a, b)


@given(paired_problems())
def test_the_order_of_rows_does_not_matter(problem):
    labels, a, b = problem
    order = np.random.default_rng(0).permutation(len(labels))
    assert roc_auc_ci(labels[order], a[order]) == roc_auc_ci(labels, a)
    assert delong_test(labels[order], a[order], b[order]) == delong_test(labels, a, b)


@given(paired_problems())
def test_swapping_the_classes_changes_only_the_sign(problem):
    labels, a, b = (np.unique(array, return_inverse=True)[1] for array in problem)
    signs = 2 * labels - 1
    difference, standard_error, p_value = delong_test(labels, a, b)
    assert delong_test(signs, a, b) == delong_test(-signs, -a, -b) == (difference, standard_error, p_value)
    assert delong_test(-signs, a, b) == (-difference, standard_error, p_value)
    assert roc_auc_ci(signs, a) == roc_auc_ci(-signs, -a) == roc_auc_ci(labels, a)


@given(paired_problems())
def test_equal_scores_have_a_difference_and_an_error_of_exactly_0(problem):
    labels, a, _ = problem
    assert delong_test(labels, a, np.unique(a, return_inverse=True)[1]) == (0, 0, 1)


@given(paired_problems())
def test_inputs_are_unchanged(problem):
    copies = [array.copy() for array in problem]
    delong_test(*problem)
    roc_auc_ci(*problem[:2])
    for array, copy in zip(problem, copies):
        np.testing.assert_array_equal(array, copy)


def test_accepts_torch_tensors():
    labels, scores = torch.tensor([0, 1, 1, 0]), torch.tensor([0.1, 0.4, 0.35, 0.375], requires_grad=True)
    assert roc_auc_ci(labels, scores) == roc_auc_ci(labels.tolist(), scores.tolist())
    assert delong_test(labels, scores, scores.detach().bfloat16()) == (0, 0, 1)


def test_results_have_named_fields_and_can_be_pickled():
    labels, scores = [0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]
    interval, test = roc_auc_ci(labels, scores), delong_test(labels, scores, labels)
    assert interval == (interval.auc, interval.low, interval.high)
    assert test == (test.difference, test.standard_error, test.p_value)
    for result in (interval, test):
        unpickled = pickle.loads(pickle.dumps(result))
        assert unpickled == result and type(unpickled) is type(result)


@pytest.mark.parametrize("n_positive, n_negative", [(2, 2), (3, 7), (35, 15), (49, 50), (1000, 3)])
def test_perfect_scores_have_no_error(n_positive, n_negative):
    labels = np.repeat([1, 0], [n_positive, n_negative])
    assert roc_auc_ci(labels, labels) == (1, 1, 1)
    assert roc_auc_ci(labels, -labels) == (0, 0, 0)
    assert roc_auc_ci(labels, 0 * labels) == (0.5, 0.5, 0.5)
    assert delong_test(labels, labels, np.cbrt(labels - 0.3)) == (0, 0, 1)
    assert delong_test(labels, labels, -labels) == (1, 0, 0)
    assert delong_test(labels, 0 * labels, labels) == (-0.5, 0, 0)


def test_counts_do_not_overflow():
    n = 200_000  # 1e10 pairs
    labels, rng = np.arange(n) % 2, np.random.default_rng(0)
    a, b = rng.random((2, n), dtype=np.float32)
    null_error = math.sqrt((n + 1) / (12 * (n / 2) ** 2))  # Mann and Whitney, 1947
    auc, low, high = roc_auc_ci(labels, a)
    assert auc == roc_auc_score(labels, a) == pytest.approx(0.5, abs=5 * null_error)
    assert high - low == pytest.approx(2 * 1.96 * null_error, rel=0.01)
    test = delong_test(labels, a, b)
    assert test.standard_error == pytest.approx(math.sqrt(2) * null_error, rel=0.01)
    assert test.p_value == pytest.approx(2 * stats.norm.sf(abs(test.difference) / test.standard_error), rel=TAIL)
    assert 1e-6 < test.p_value < 1


def test_squares_of_counts_do_not_overflow():
    labels = np.arange(3_000_000, dtype=np.uint8) % 2  # 1.5e6 squares of 3e6 sum to 1.35e19, beyond int64
    assert roc_auc_ci(labels, labels) == (1, 1, 1)


def test_a_tiny_p_value_keeps_its_digits():
    labels = np.arange(2000) % 2
    a, b = labels + np.random.default_rng(0).normal(size=(2, 2000)) * [[0.3], [3]]
    difference, standard_error, p_value = delong_test(labels, a, b)
    assert p_value == pytest.approx(2 * stats.norm.sf(difference / standard_error), rel=TAIL, abs=0)
    assert 0 < p_value < 1e-100


def test_a_higher_confidence_is_a_wider_interval():
    labels, scores = np.arange(40) % 2, np.arange(40) * 7 % 13
    tiny, last = 5e-324, np.nextafter(1, 0)
    intervals = [roc_auc_ci(labels, scores, confidence=c) for c in (tiny, 0.5, np.float64(0.9), 0.99, last)]
    for (auc, low, high), (_, lower, higher) in zip(intervals, intervals[1:]):
        assert 0 <= lower < low <= auc <= high < higher <= 1
    assert intervals[0] == 3 * (roc_auc_score(labels, scores),)
    assert all(type(value) is float for interval in intervals for value in interval)
