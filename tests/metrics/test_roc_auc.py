import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score as reference

from minidl.metrics import roc_auc_score
from minidl.metrics.roc_auc import fast_placement_counts, placement_counts
from tests import oracles
from tests.metrics.problems import BAD_PROBLEMS, TRAPEZOIDS
from tests.strategies import binary_problems


@given(binary_problems())
@example((np.array([0, 1]), np.array([np.inf, np.inf])))
@example((np.array([0, 1]), np.array([-0.0, 0.0])))
@example((np.array([1, 0]), np.array([2**53 + 1, 2**53])))
def test_equals_the_definition_exactly(problem):
    assert roc_auc_score(*problem) == float(oracles.roc_auc(problem[0].tolist(), problem[1].tolist()))


@given(binary_problems(), st.booleans())
def test_fast_placement_counts_equal_the_definition(problem, sort):
    labels, scores = problem
    positives, negatives = scores[labels == 1], np.sort(scores[labels != 1])
    if sort:
        positives = np.sort(positives)
    counts = fast_placement_counts(positives, negatives)
    assert counts.dtype == placement_counts(positives, negatives).dtype == np.int64
    np.testing.assert_array_equal(counts, placement_counts(positives, negatives))
    assert roc_auc_score(labels, scores) == counts.sum() / (2 * len(positives) * len(negatives))


@given(binary_problems(infinite=False))
def test_equals_scikit_learn(problem):
    assert abs(roc_auc_score(*problem) - reference(*problem)) <= TRAPEZOIDS


@given(binary_problems())
def test_inputs_are_unchanged(problem):
    copies = [array.copy() for array in problem]
    roc_auc_score(*problem)
    for array, copy in zip(problem, copies):
        np.testing.assert_array_equal(array, copy)


def test_accepts_torch_tensors():
    labels, scores = torch.tensor([0, 1, 1, 0]), torch.tensor([0.1, 0.4, 0.35, 0.375], requires_grad=True)
    assert roc_auc_score(labels, scores) == 0.75
    assert roc_auc_score(labels.bool(), scores.detach().bfloat16()) == 0.75
    assert roc_auc_score(labels.tolist(), scores.tolist()) == 0.75


def test_counts_do_not_overflow():
    n = 200_000  # 1e10 pairs
    labels = np.arange(n) % 2
    assert roc_auc_score(labels, labels) == 1
    assert roc_auc_score(labels, np.zeros(n, dtype=np.float32)) == 0.5


@pytest.mark.parametrize("labels, scores, message", BAD_PROBLEMS)
def test_refuses_bad_input_in_one_line(labels, scores, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        roc_auc_score(labels, scores)
