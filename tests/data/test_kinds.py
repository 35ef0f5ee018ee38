import numpy as np
import pytest

from minidl.data import Table, convert, describe
from tests.data.test_numbers import texts


def table(**columns):
    n = len(next(iter(columns.values())))
    return Table({name: texts(*cells) for name, cells in columns.items()}, "my.csv", np.arange(2, n + 2))


def repeated(cells, n=40):
    return [cells[k % len(cells)] for k in range(n)]


@pytest.mark.parametrize("name, cells, kind", [
    ("x", ["310.5", "7.25", "12"], "number"),
    ("x", ["7", "9", "11"], "number"),  # distinct whole numbers, but neither consecutive nor named as an id
    ("paid", ["31", "7", "12"], "number"), ("covid", ["31", "7", "12"], "number"),
    ("id", ["0.5", "0.25", "1.75"], "number"),  # fractions never identify
    ("id", ["1", "1", "2"], "number"),  # a repeated value groups rows
    ("x", repeated(["1", "?", "3"]), "number"),
    ("id", ["31", "7", "12"], "id"), ("client_id", ["31", "7", "12"], "id"), ("LoanID", ["31", "7", "12"], "id"),
    ("index", ["5", "3", "4"], "id"), ("no", ["7", "8", "9"], "id"), ("id", ["c", "a", "b"], "id"),
    ("code", [f"A-{k}" for k in range(20)], "id"),
    ("big", [str(2**53 + k) for k in (0, 1, 3)], "category"),
    ("big", [str(2**53 + k) for k in range(20)], "id"),
    ("name", [f"Person {chr(97 + k)}" for k in range(20)], "free text"),
    ("name", [f"person {k}" for k in range(19)], "category"),
    ("name", [f"person {k // 2}" for k in range(40)], "category"),
    ("x", ["", "NA", "?"], "empty"),
    ("x", repeated(["NA", "None", "yes"]), "category"),
    ("x", repeated(["12k", "1", "2"]), "category"),
    ("when", repeated(["2024-01-31", "", "2024-02-01"]), "date"),
    ("when", [f"2024-01-{k:02d}" for k in range(1, 31)], "date"),
    ("when", repeated(["14:30", "9:05", "NA"]), "time"),
])
def test_kinds(name, cells, kind):
    assert describe({name: texts(*cells)})[name].kind == kind


def test_a_column_counts_its_cells_and_has_an_example():
    column = describe(table(x=["", "?", "5", "5", "6"]))["x"]
    assert (column.distinct, column.missing, column.example) == (2, 2, "5")


@pytest.mark.parametrize("cells, note", [
    (["1", "2", "?", "NA", "?", ""], "3 cells are missing: '?', 'NA'"),
    (["1", "2", "12k", "3", "4"], "looks like numbers, but '12k' in line 4 is not"),
    (repeated([f"c{k}" for k in range(10)], 50), "10 categories in 50 rows"),
    (repeated(["a", "b"]), ""), (["1", "2", ""], ""), (["2024-01-01", "?", "2024-01-01"], "1 cell is missing: '?'"),
])
def test_notes(cells, note):
    assert describe(table(x=cells))["x"].note == note


def test_the_user_can_overrule_each_decision():
    rows = table(no=["1", "2", "3"], key=["a", "b", "c"], group=["1", "2", "2"], x=["1.5", "2", "3"])
    rows.row_label = "no"
    assert [column.kind for column in describe(rows).values()] == ["row label", "category", "number", "number"]
    columns = describe(rows, ids=["x"], keep=["no"], categories=["group"])
    assert [column.kind for column in columns.values()] == ["number", "category", "category", "id"]
    features = convert(rows, columns)
    assert list(features) == ["no", "key", "group"] and features["no"].tolist() == [1, 2, 3]
    assert features["group"].tolist() == ["1", "2", "2"]
    kept = describe(table(text=[f"word {chr(97 + k)}" for k in range(20)]), keep=["text"])
    assert kept["text"].kind == "category"


def test_dates_and_times_become_numbers():
    rows = table(day=["2024-02-01", "2024-01-31", "?"], at=["12:30", "", "0:15"])
    features = convert(rows, describe(rows))
    assert list(features) == ["day year", "day month", "day day of week", "day days", "at"]
    assert features["day days"][:2].tolist() == [1, 0] and features["day day of week"][:2].tolist() == [3, 2]
    assert features["at"][[0, 2]].tolist() == [12.5, 0.25] and np.isnan(features["day year"][2])
    later = convert(table(day=["2024-02-10"], at=["1:00"]), describe(rows))
    assert later["day days"] == [10], "the days are counted from train's first date"


def test_another_file_may_have_another_decimal_mark():
    columns = describe(table(x=["1.5", "2"]))
    assert convert(table(x=["1,5"]), columns, decimal=",")["x"] == [1.5]


@pytest.mark.parametrize("train, test, message", [
    ({"x": ["1", "2"]}, {"x": ["1", "old"]}, "my.csv, line 3, column 'x': must be a number, as in train, got 'old'"),
    ({"x": ["1", "2"]}, {"y": ["1"]}, "my.csv: must have the columns of train, got none named 'x'"),
    ({"x": ["1", "2"]}, {"x": ["", "-inf"]}, "my.csv, line 3, column 'x': must be a finite number, got '-inf'"),
    ({"x": ["2024-01-01"]}, {"x": ["", "soon"]}, "my.csv, line 3, column 'x': must be a date, as in train, got 'soon'"),
    ({"x": ["1:00"]}, {"x": ["NA", "25:00"]},
     "my.csv, line 3, column 'x': must be a time of day, as in train, got '25:00'"),
])
def test_another_file_without_these_columns_is_refused(train, test, message):
    with pytest.raises(ValueError) as error:
        convert(table(**test), describe(table(**train)))
    assert str(error.value) == message
