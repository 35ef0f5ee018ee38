import numpy as np
import pytest
from hypothesis import example, given
from sklearn.metrics import roc_curve as reference

from minidl.metrics import roc_auc_score, roc_curve
from tests import oracles
from tests.metrics.problems import BAD_PROBLEMS, TRAPEZOIDS
from tests.strategies import binary_problems


@given(binary_problems(infinite=False))
def test_equals_scikit_learn_exactly(problem):
    for ours, theirs in zip(roc_curve(*problem), reference(*problem), strict=True):
        assert ours.dtype == np.float64
        np.testing.assert_array_equal(ours, theirs)


@given(binary_problems())
@example((np.array([0, 1, 1]), np.array([np.inf, -np.inf, 0.0])))
def test_equals_the_definition_exactly(problem):
    labels, scores = problem
    wanted = oracles.roc_curve(labels.tolist(), scores.astype(np.float64).tolist())
    # as float64, int64 scores beyond 2**53 can become equal
    if len(np.unique(scores)) == len(np.unique(scores.astype(np.float64))):
        assert list(zip(*(column.tolist() for column in roc_curve(labels, scores)))) == wanted


@given(binary_problems())
def test_rises_from_0_to_1_and_its_area_is_the_auc(problem):
    fpr, tpr, thresholds = roc_curve(*problem)
    assert (fpr[0], tpr[0], fpr[-1], tpr[-1]) == (0, 0, 1, 1)
    assert (np.diff(fpr) >= 0).all() and (np.diff(tpr) >= 0).all() and thresholds[0] == np.inf
    area = np.sum(np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2)
    assert abs(area - roc_auc_score(*problem)) <= TRAPEZOIDS


@pytest.mark.parametrize("labels, scores, message", BAD_PROBLEMS)
def test_refuses_bad_input_in_one_line(labels, scores, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        roc_curve(labels, scores)
