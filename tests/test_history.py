import pytest

from minidl.history import best_row, check_history, mean_history
from tests.histories import HISTORY, SHIFTED_HISTORY


def test_best_row_is_the_earliest_of_equals():
    assert best_row(HISTORY, "test_roc_auc")["epoch"] == 2


def test_mean_of_histories():
    mean = mean_history([HISTORY, SHIFTED_HISTORY])
    assert [row["test_roc_auc"] for row in mean] == pytest.approx([0.4, 0.6, 0.8, 0.8])
    assert [row["epoch"] for row in mean] == [0, 1, 2, 3]


def test_the_mean_of_one_history_is_that_history():
    assert mean_history([HISTORY]) == HISTORY


@pytest.mark.parametrize("history", [
    None, {}, [], [1], [{}], [{"loss": 1.0}], [{"epoch": 0, "loss": 1.0}, {"epoch": 1}], [{"epoch": 0, "loss": "1"}],
    [{"epoch": True}], [{"epoch": 0}, None]])
def test_rows_that_are_no_history_are_refused(history):
    with pytest.raises(ValueError, match="^history: must be rows with the same columns of numbers, got [^\\n]*$"):
        check_history(history)
    check_history(HISTORY)
