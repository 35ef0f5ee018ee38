import numpy as np
import pytest
import torch
from hypothesis import example, given
from sklearn.metrics import roc_auc_score as reference

from minidl.metrics import roc_auc_score
from tests import oracles
from tests.strategies import binary_problems

TRAPEZOIDS = 1e-12  # scikit-learn adds up to 50 float64 areas, we divide two integers


@given(binary_problems())
@example((np.array([0, 1]), np.array([np.inf, np.inf])))
@example((np.array([0, 1]), np.array([-0.0, 0.0])))
@example((np.array([1, 0]), np.array([2**53 + 1, 2**53])))
def test_equals_the_definition_exactly(problem):
    assert roc_auc_score(*problem) == float(oracles.roc_auc(problem[0].tolist(), problem[1].tolist()))


@given(binary_problems(infinite=False))
def test_equals_scikit_learn(problem):
    assert abs(roc_auc_score(*problem) - reference(*problem)) <= TRAPEZOIDS


@given(binary_problems())
def test_only_the_order_matters(problem):
    labels, scores = problem
    ranks = np.unique(scores, return_inverse=True)[1]
    assert roc_auc_score(labels, scores) == roc_auc_score(labels, ranks)


@given(binary_problems())
def test_turning_the_scores_around_mirrors_it(problem):
    labels, scores = problem
    ranks = np.unique(scores, return_inverse=True)[1]
    assert roc_auc_score(labels, -ranks) == pytest.approx(1 - roc_auc_score(labels, ranks), abs=1e-15)


@given(binary_problems())
def test_the_order_of_rows_does_not_matter(problem):
    labels, scores = problem
    assert roc_auc_score(labels[::-1], scores[::-1]) == roc_auc_score(labels, scores)


@given(binary_problems())
def test_inputs_are_left_as_they_are(problem):
    copies = [array.copy() for array in problem]
    roc_auc_score(*problem)
    for array, copy in zip(problem, copies):
        np.testing.assert_array_equal(array, copy)


def test_takes_torch_tensors_as_they_come():
    labels, scores = torch.tensor([0, 1, 1, 0]), torch.tensor([0.1, 0.4, 0.35, 0.375], requires_grad=True)
    assert roc_auc_score(labels, scores) == 0.75
    assert roc_auc_score(labels.bool(), scores.detach().bfloat16()) == 0.75
    assert roc_auc_score(labels.tolist(), scores.tolist()) == 0.75


def test_counts_do_not_overflow():
    n = 200_000  # 1e10 pairs
    labels = np.arange(n) % 2
    assert roc_auc_score(labels, labels) == 1
    assert roc_auc_score(labels, np.zeros(n, dtype=np.float32)) == 0.5


BAD = [
    ([], [], "y_true: must not be empty"),
    ([0, 1], [], "y_score: must not be empty"),
    ([0, 1], [0.5], "y_score: must be as long as y_true, 2, got 1"),
    ([[0, 1]], [0.1, 0.2], r"y_true: must be one-dimensional, got shape \(1, 2\)"),
    ([0, 1], [[0.1], [0.2]], r"y_score: must be one-dimensional, got shape \(2, 1\)"),
    (1, [0.1], r"y_true: must be one-dimensional, got shape \(\)"),
    ([1], [0.1], "y_true: both classes must be present, got only 1"),
    ([1, 1], [0.1, 0.2], "y_true: both classes must be present, got only 1"),
    ([0, 0], [0.1, 0.2], "y_true: both classes must be present, got only 0"),
    ([-1, -1], [0.1, 0.2], "y_true: both classes must be present, got only -1"),
    ([0, 2], [0.1, 0.2], "y_true: labels must be 0 and 1, or -1 and 1, got 0, 2"),
    ([1, 2], [0.1, 0.2], "y_true: labels must be 0 and 1, or -1 and 1, got 1, 2"),
    ([-1, 0], [0.1, 0.2], "y_true: labels must be 0 and 1, or -1 and 1, got -1, 0"),
    ([-1, 0, 1], [0.1, 0.2, 0.3], "y_true: labels must be 0 and 1, or -1 and 1, got -1, 0, 1"),
    ([0.5, 1], [0.1, 0.2], "y_true: labels must be 0 and 1, or -1 and 1, got 0.5, 1.0"),
    ([0, np.nan, 1], [0.1, 0.2, 0.3], "y_true: labels must be 0 and 1, or -1 and 1, got 0.0, 1.0, nan"),
    (range(7), range(7), "y_true: labels must be 0 and 1, or -1 and 1, got 0, 1, 2, 3, 4"),
    (["bad", "good"], [0.1, 0.2], "y_true: must hold real numbers, got dtype <U4"),
    ([0, 1], ["a", "b"], "y_score: must hold real numbers, got dtype <U1"),
    ([0, 1], [1j, 2], "y_score: must hold real numbers, got dtype complex128"),
    ([0, 1], [np.nan, 0.2], "y_score: must not contain NaN"),
    ([0, 1], [0.1, np.nan], "y_score: must not contain NaN"),
    ([0, 1, 0, 1], [np.nan, 0.2, 0.3, 0.4], "y_score: must not contain NaN"),
    ([0, 1, 0, 1], [0.1, np.nan, 0.3, 0.4], "y_score: must not contain NaN"),
]


@pytest.mark.parametrize("labels, scores, message", BAD)
def test_bad_input_is_one_clear_line(labels, scores, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        roc_auc_score(labels, scores)
