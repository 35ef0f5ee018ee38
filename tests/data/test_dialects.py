"""The same table, however it is written, gives the same features."""
import numpy as np
import pytest
from hypothesis import example, given

from minidl.data import convert, describe, file_decimal, read_csv
from tests.data.dialects import Dialect, dialects, file_of, tables


def features(path):
    table = read_csv(path)
    decimal = file_decimal(table)
    return convert(table, describe(table, keep=list(table)[-3:], decimal=decimal), decimal)


TABLE = {"size (h, w)": [1234.0, 5.0, -7.0], "x": [None, 2.5, 1000.25], "home": ["a;b", "NA", "own"]}


@given(tables(), dialects())
@example((TABLE, 3), Dialect(";", ",", "."))
@example((TABLE, 3), Dialect("\t", ",", "'", encoding="utf-16", before="sep=\t\n", empty=2, labels=""))
def test_the_same_table_gives_the_same_features(tmp_path_factory, drawn, dialect):
    table, n = drawn
    folder = tmp_path_factory.mktemp("table")
    path = folder / ("table.csv.gz" if dialect.compressed else "table.csv")
    path.write_bytes(file_of(table, n, dialect))
    found = features(path)
    assert list(found) == list(table)
    for name in ("size (h, w)", "x"):
        wanted = np.array([np.nan if x is None else x for x in table[name]])
        np.testing.assert_array_equal(found[name], wanted)
    assert found["home"].tolist() == table["home"]


def table_of(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "table.csv"
    path.write_bytes(text.encode(encoding))
    return read_csv(path)


@pytest.mark.parametrize("text, columns", [
    ('"size (h, w, d, kg)";y\n1;2\n', {"size (h, w, d, kg)": ["1"], "y": ["2"]}),
    ("size (h, w);y\n1,5;2\n3,5;4\n", {"size (h, w)": ["1,5", "3,5"], "y": ["2", "4"]}),
    ("a;b\n1;x, y\n2;x, y\n3;x\n4;x, y", {"a": list("1234"), "b": ["x, y", "x, y", "x", "x, y"]}),
    ("a,b\n1,2\r\n3,4\r5,6", {"a": ["1", "3", "5"], "b": ["2", "4", "6"]}),
    ("a\n1\n \n2\n", {"a": ["1", "2"]}),
    ("a,b\n1,2\n,\n3,4\n", {"a": ["1", "3"], "b": ["2", "4"]}),
    ("SEP=|\na|b,c\n1|2\n", {"a": ["1"], "b,c": ["2"]}),
    ("a b,c\nr1,1,2\nr2,3,4\n", {"row label": ["r1", "r2"], "a b": ["1", "3"], "c": ["2", "4"]}),
    ("a,b\n1,2,\n3,4,\n", {"a": ["1", "3"], "b": ["2", "4"]}),
    ("a,b,,\n1,2\n3,4,,\n", {"a": ["1", "3"], "b": ["2", "4"]}),
    ("a,,b\n1,2,3\n", {"a": ["1"], "column 2": ["2"], "b": ["3"]}),
    ("a,b,a\n1,2,3\n", {"a": ["1"], "b": ["2"], "a (2)": ["3"]}),
    (" a , b\n 1 , x y \n", {"a": ["1"], "b": ["x y"]}),
])
def test_files_of_other_tools(tmp_path, text, columns):
    table = table_of(tmp_path, text)
    assert {name: cells.tolist() for name, cells in table.items()} == columns


@pytest.mark.parametrize("text, row_label, notes", [
    (",x\n1,2\n", "row label", []),
    ("Unnamed: 0,x\n1,2\n", "Unnamed: 0", []),
    ("id,x\n1,2\n", None, []),
    ("x,,\n1,,\n", None, ["2 empty columns without a name: dropped"]),
    ("x,,y\n1,2,3\n", None, ["column 2 has no name: it is called 'column 2'"]),
    ("x,x\n1,2\n,\n", None, ["column 2 is called 'x' like another: it becomes 'x (2)'",
                             "1 row without content: skipped"]),
])
def test_what_was_changed_is_noted(tmp_path, text, row_label, notes):
    table = table_of(tmp_path, text)
    assert table.row_label == row_label and table.notes == notes
    kind = describe(table)[list(table)[0]].kind
    assert (kind == "row label") == (row_label is not None)
