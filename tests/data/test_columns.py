import numpy as np
import pytest
from hypothesis import given

from minidl.data import binary_target, column_as_numbers, id_columns
from tests.strategies import numeric_columns


@given(numeric_columns())
def test_numbers_are_exact(column):
    expected = np.array([float(cell) if cell else np.nan for cell in column])
    np.testing.assert_array_equal(column_as_numbers(column), expected)


@pytest.mark.parametrize("cell", ["three", "1_000", "1,5", "0x10", "1 2"])
def test_text_is_not_a_number(cell):
    assert column_as_numbers(np.array(["1", "2", cell], dtype=object)) is None


def test_numbers_in_other_notations():
    assert column_as_numbers([" 7 ", "1e3", "-.5", "+2"]).tolist() == [7, 1000, -0.5, 2]


def column(*values):
    return {"x": np.arange(len(values)), "y": np.array(values, dtype=object)}


def test_target_is_split_off():
    table, target, positive = binary_target(column("good", "bad", "good"), "y", positive="bad")
    assert list(table) == ["x"] and target.tolist() == [0, 1, 0] and positive == "bad"


@pytest.mark.parametrize("values, message", [
    (("0", "1", "2"), "table, column 'y': must have two values, one of them '1', got '0', '1', '2'"),
    (("1", "1"), "table, column 'y': must have two values, one of them '1', got '1'"),
    (("0", "2"), "table, column 'y': must have two values, one of them '1', got '0', '2'"),
    (("0", "1", ""), "row 2, column 'y': the target must not be missing"),
])
def test_a_target_with_other_values_raises(values, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        binary_target(column(*values), "y", positive="1")


def test_an_absent_target_raises():
    with pytest.raises(ValueError, match="^target: must be a column of table: x, y, got 'z'$"):
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


def texts(*values):
    return np.array(values, dtype=object)


@pytest.mark.parametrize("name, cells, is_id", [
    ("id", ["c", "a", "b"], True),
    ("client_id", ["31", "7", "12"], True),
    ("LoanID", ["31", "7", "12"], True),
    ("index", ["5", "3", "4"], True),
    ("id", ["1", "1", "2"], False),  # a repeated value groups rows
    ("paid", ["31", "7", "12"], False),
    ("width", ["31", "7", "12"], False),
    ("covid", ["31", "7", "12"], False),
    ("number", ["7", "8", "9"], True),
    ("income", ["310.5", "7.25", "12"], False),
    ("income", ["7", "9", "11"], False),
    ("name", [f"person {k}" for k in range(20)], True),
    ("name", [f"person {k}" for k in range(19)], False),
    ("name", [f"person {k // 2}" for k in range(40)], False),
])
def test_columns_that_identify_rows(name, cells, is_id):
    assert id_columns({name: texts(*cells)}) == ([name] if is_id else [])
