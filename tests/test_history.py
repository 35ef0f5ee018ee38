import pytest

from minidl.history import best_row, mean_history
from tests.histories import HISTORY, SHIFTED_HISTORY


def test_best_row_is_the_earliest_of_equals():
    assert best_row(HISTORY, "test_roc_auc")["epoch"] == 2


def test_mean_of_histories():
    mean = mean_history([HISTORY, SHIFTED_HISTORY])
    assert [row["test_roc_auc"] for row in mean] == pytest.approx([0.4, 0.6, 0.8, 0.8])
    assert [row["epoch"] for row in mean] == [0, 1, 2, 3]


def test_the_mean_of_one_history_is_that_history():
    assert mean_history([HISTORY]) == HISTORY
