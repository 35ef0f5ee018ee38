import numpy as np
import pytest

from minidl.data import MissingTargetError, binary_target


def column(*values):
    return {"x": np.arange(len(values)), "y": np.array(values, dtype=object)}


def test_target_is_split_off():
    table, target, positive = binary_target(column("good", "bad", "good"), "y", positive="bad")
    assert list(table) == ["x"] and target.tolist() == [0, 1, 0] and positive == "bad"


@pytest.mark.parametrize("values, message", [
    (("0", "1", "2"), "table, column 'y': must have two values, one of them '1', got '0', '1', '2'; to tell "
     "one value from the others, make a column of 0 and 1"),
    (("1", "1"), "table, column 'y': must have two values, one of them '1', got '1'"),
    (("0", "2"), "table, column 'y': must have two values, one of them '1', got '0', '2'"),
    (("0", "1", ""), "row 2, column 'y': the target must not be missing, as it is in 1 of 3 rows"),
])
def test_a_target_with_other_values_raises(values, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        binary_target(column(*values), "y", positive="1")


def test_an_absent_target_raises():
    with pytest.raises(ValueError, match="^target: must be a column of table: 'x', 'y', got 'z'$"):
        binary_target(column("0", "1"), "z", positive="1")


@pytest.mark.parametrize("values, positive, expected", [
    (("no", "yes", "no"), "yes", [0, 1, 0]),
    (("10", "9", "9"), "10", [1, 0, 0]),
    (("-1", "1", "1"), "1", [0, 1, 1]),
    (("1.5", "x", "1.5"), "x", [0, 1, 0]),
])
def test_by_default_the_greater_value_is_positive(values, positive, expected):
    _, target, default = binary_target(column(*values), "y")
    assert default == positive and target.tolist() == expected


def test_rows_without_a_target_are_refused_or_dropped():
    with pytest.raises(MissingTargetError, match="^row 1, column 'y': the target must not be missing, as it is in 2 of "
                                                 "4 rows$"):
        binary_target(column("0", "NA", "1", ""), "y")
    table, target, positive = binary_target(column("0", "NA", "1", ""), "y", drop_missing=True)
    assert table["x"].tolist() == [0, 2] and target.tolist() == [0, 1] and positive == "1"


def test_a_mark_of_missing_cells_may_be_one_of_the_two_values():
    assert binary_target(column("NA", "yes", "NA"), "y")[1].tolist() == [0, 1, 0]


def test_the_greater_number_is_found_with_a_decimal_comma():
    assert binary_target(column("10,5", "9,5"), "y", decimal=",")[2] == "10,5"
