import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidl.data import column_as_numbers
from minidl.data.numbers import decimal_mark, number, read_numbers, same_numbers
from tests.strategies import numeric_columns


def texts(*values):
    return np.array(values, dtype=object)


@given(numeric_columns())
def test_numbers_are_exact(column):
    expected = np.array([float(cell) if cell else np.nan for cell in column])
    np.testing.assert_array_equal(column_as_numbers(column), expected)


@given(st.floats(-1e15, 1e15), st.sampled_from([("", "."), (",", "."), (".", ","), (" ", ","), ("'", ".")]))
def test_a_number_in_any_marks_is_the_same_float(x, marks):
    group, decimal = marks
    plain = np.format_float_positional(x, trim="-")
    whole, _, fraction = plain.lstrip("-").partition(".")
    text = f"{'-' if plain.startswith('-') else ''}{int(whole):,}".replace(",", group)
    text += f"{decimal}{fraction}" if fraction else ""
    assert number(text, decimal, group) == float(plain) == x


@pytest.mark.parametrize("cell, value", [
    ("$5", 5), ("5 €", 5), ("7%", 7), ("1e3", 1000), ("+3", 3), ("(12.5)", -12.5), ("-$1,234", -1234), ("$-2", -2),
    (".5", 0.5), ("5.", 5), ("$.5", 0.5), ("$5.", 5), ("\u2212 4", -4), ("1,234,567", 1234567),
])
def test_numbers_as_people_write_them(cell, value):
    assert number(cell, ".", ",") == value


@pytest.mark.parametrize("cell", ["12k", "1,23", "1,2345", "1 2", "--1", "(-1)", "0x10", "1_000", "$", "(", "1.2.3",
                                  "e5", "12,345,6"])
def test_text_is_not_a_number(cell):
    assert number(cell, ".", ",") is None
    assert column_as_numbers(texts("1", "2", cell)) is None


def test_one_reading_must_fit_the_whole_column():
    values, unread = read_numbers(texts("1,234", "1'234", "12"))
    assert unread in ({"1,234"}, {"1'234"}) and values[2] == 12


@pytest.mark.parametrize("mark", ["", "?", ".", "-", "--", "None", "NULL", "<NA>", "#N/A", "N/A", "NA", "nan", "\\N"])
def test_marks_of_missing_numbers(mark):
    assert np.isnan(column_as_numbers(texts("1", mark))).tolist() == [False, True]


@pytest.mark.parametrize("columns, delimiter, mark", [
    ([["1,5"]], ";", ","), ([["1.5"]], ";", "."), ([["1,234"]], ";", ","), ([["1"]], ";", ","),
    ([["1,5"], ["1.5"], ["2.5"]], ";", "."), ([["1,5"], ["x"]], "\t", ","), ([["1,234"]], "\t", "."),
    ([["1,5"]], ",", "."), ([["1,5"]], "|", "."), ([["1.234"], ["2,5"]], ";", ","),
])
def test_the_decimal_mark_is_that_of_most_columns(columns, delimiter, mark):
    assert decimal_mark([texts(*cells) for cells in columns], delimiter) == mark


def test_whole_numbers_that_float64_cannot_tell_apart_are_found():
    cells = ["9007199254740992", "9007199254740993"]
    assert same_numbers(cells, np.array(cells, dtype=np.float64))
    assert not same_numbers(cells[:1], np.array(cells[:1], dtype=np.float64))
