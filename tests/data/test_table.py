import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidl.data import binary_target, column_as_numbers, read_csv, take_rows
from minidl.data.table import MISSING
from tests.strategies import cells, numeric_columns

tables = st.integers(1, 4).flatmap(lambda width: st.lists(
    st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=8))


def write(folder, text):
    path = folder / "table.csv"
    path.write_bytes(text.encode("utf-8"))
    return path


@given(rows=tables, mark=st.booleans(), end=st.sampled_from(["\n", "\r\n"]))
def test_reads_what_the_standard_library_writes(tmp_path_factory, rows, mark, end):
    names = [f"column {k}, of {len(rows[0])}" for k in range(len(rows[0]))]
    text = io.StringIO()
    csv.writer(text, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([names, *rows])
    path = write(tmp_path_factory.mktemp("csv"), "\ufeff" * mark + text.getvalue())
    table = read_csv(path)
    assert list(table) == names
    wanted = [["" if cell.lower() in MISSING else cell for cell in row] for row in rows]
    assert [list(row) for row in zip(*table.values())] == wanted


@pytest.mark.parametrize("text, message", [
    ("", "must have a header and at least one row"),
    ("a,b\n", "must have a header and at least one row"),
    ("a,b\n1,2\n3\n", "line 3: must have 2 fields, got 1"),
    ("a,b\n1,2,3\n", "line 2: must have 2 fields, got 3"),
    ("a,b,a\n1,2,3\n", "column names must differ, got 'a' twice"),
])
def test_a_broken_file_is_one_clear_line(tmp_path, text, message):
    with pytest.raises(ValueError, match=message) as error:
        read_csv(write(tmp_path, text))
    assert "table.csv" in str(error.value) and "\n" not in str(error.value)


def test_the_usual_marks_of_a_missing_cell_are_empty(tmp_path):
    table = read_csv(write(tmp_path, "a\nNA\nnan\nNaN\nN/A\nNULL\n''\nNone\n"))
    assert table["a"].tolist() == ["", "", "", "", "", "''", "None"]


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(OSError, match="nowhere.csv"):
        read_csv(tmp_path / "nowhere.csv")


@given(numeric_columns())
def test_numbers_come_back_exactly(column):
    wanted = np.array([float(cell) if cell else np.nan for cell in column])
    np.testing.assert_array_equal(column_as_numbers(column), wanted)


def test_text_is_no_number():
    assert column_as_numbers(np.array(["1", "2", "three"], dtype=object)) is None


def test_take_rows_takes_from_every_column():
    table = {"a": np.array([1, 2, 3]), "b": np.array(["x", "y", "z"])}
    taken = take_rows(table, np.array([2, 0]))
    assert taken["a"].tolist() == [3, 1] and taken["b"].tolist() == ["z", "x"]


def column(*values):
    return {"x": np.arange(len(values)), "y": np.array(values, dtype=object)}


def test_target_is_split_off():
    table, target = binary_target(column("good", "bad", "good"), "y", positive="bad")
    assert list(table) == ["x"] and target.tolist() == [0, 1, 0]


@pytest.mark.parametrize("values, message", [
    (("0", "1", "2"), "column 'y': must have two values, '1' one of them, got '0', '1', '2'"),
    (("1", "1"), "column 'y': must have two values, '1' one of them, got '1'"),
    (("0", "2"), "column 'y': must have two values, '1' one of them, got '0', '2'"),
    (("0", "1", ""), "column 'y': must have two values, '1' one of them, got '', '0', '1'"),
])
def test_a_target_of_other_values_is_refused(values, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        binary_target(column(*values), "y", positive="1")


def test_an_absent_target_is_refused():
    with pytest.raises(ValueError, match="^target: must be one of x, y, got 'z'$"):
        binary_target(column("0", "1"), "z", positive="1")
