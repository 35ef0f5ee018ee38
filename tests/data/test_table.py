import csv
import gzip
import io

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from minidl.data import Table, drop_columns, location, read_csv, take_rows
from tests.strategies import cells

tables = st.integers(1, 4).flatmap(lambda width: st.lists(
    st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=8))


def write(folder, text, byte_order_mark=False):
    path = folder / "table.csv"
    path.write_bytes(text.encode("utf-8-sig" if byte_order_mark else "utf-8"))
    return path


@given(rows=tables, byte_order_mark=st.booleans(), end=st.sampled_from(["\n", "\r\n"]))
def test_reads_what_the_standard_library_writes(tmp_path_factory, rows, byte_order_mark, end):
    assume(any(any(map(str.strip, row)) for row in rows))
    names = [f"column {k}, of {len(rows[0])}" for k in range(len(rows[0]))]
    text = io.StringIO()
    csv.writer(text, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([names, *rows])
    path = write(tmp_path_factory.mktemp("csv"), text.getvalue(), byte_order_mark)
    table = read_csv(path)
    assert list(table) == names
    expected = [[cell.strip() for cell in row] for row in rows if any(map(str.strip, row))]
    assert [list(row) for row in zip(*table.values())] == expected


@pytest.mark.parametrize("text, message", [
    ("", "must have a header and at least one row"),
    ("a,b\n", "must have a header and at least one row"),
    ("a,b\n1,2\n3\n", "line 3: must have 2 fields, got 1"),
    ("a,b\n1,2\n1,2,3\n", "line 3: must have 2 fields, got 3"),
    ("\n1,2\n", "must have a header and at least one row"),
    (",\n1,2\n", "must have a header and at least one row"),
    ("\nsep=;\na;b\n1;2\n3\n", "line 5: must have 2 fields, got 1"),
    ('a,b\n1,"2\n3,4\n', "line 3: must be CSV, got unexpected end of data"),
    ('a,b\n1,2\n\n"3"x,4\n', "line 4: must be CSV, got ',' expected after '\"'"),
])
def test_a_broken_file_is_an_error_of_one_line(tmp_path, text, message):
    with pytest.raises(ValueError, match=message) as error:
        read_csv(write(tmp_path, text))
    assert "table.csv" in str(error.value) and "\n" not in str(error.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(OSError, match="nowhere.csv"):
        read_csv(tmp_path / "nowhere.csv")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_header_determines_the_delimiter(tmp_path, delimiter):
    table = read_csv(write(tmp_path, f"a{delimiter}b c\n1{delimiter}x y\n"))
    assert {name: cells.tolist() for name, cells in table.items()} == {"a": ["1"], "b c": ["x y"]}


def test_rows_have_line_numbers(tmp_path):
    table = read_csv(write(tmp_path, 'a,b\n1,2\n\n"x\ny",4\n5,6\n'))
    assert table.lines.tolist() == [2, 5, 6] and table["a"].tolist() == ["1", "x\ny", "5"]
    part = drop_columns(take_rows(table, np.array([2])), ["a"])
    assert list(part) == ["b"] and location(part, 0) == f"{tmp_path / 'table.csv'}, line 6"
    assert location({"a": ["1"]}, 0) == "row 0"


def test_chunks_are_joined_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr("minidl.data.csvfile.CHUNK_SIZE", 3)
    table = read_csv(write(tmp_path, "a,b\n" + "".join(f"{k},{k % 2}\n" for k in range(10))))
    assert table["a"].tolist() == [str(k) for k in range(10)] and table.lines.tolist() == list(range(2, 12))


def test_gzip_is_read_and_damage_is_an_error(tmp_path):
    path = tmp_path / "table.csv.gz"
    data = gzip.compress(b"a,b\n" + b"1,2\n" * 5000)
    path.write_bytes(data)
    assert len(read_csv(path)["a"]) == 5000
    for damaged in (data[:-20], data[:15] + b"\xff" * 10 + data[25:]):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=r"table.csv.gz: must be a whole gzip file, got "):
            read_csv(path)


def test_the_line_that_is_not_utf8_is_named(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes("имя,b\n1,2\nдом,3\n".encode() + "дом,4\n".encode("cp1251"))
    with pytest.raises(ValueError, match="table.csv, line 4: must be UTF-8 text"):
        read_csv(path)


@given(st.one_of(st.binary(max_size=60), st.text(st.sampled_from('ab,;\t"\n\r\0 1'), max_size=40).map(str.encode)))
@example(b'"')
@example(b"a\n\0\n")
@example(b"\xef\xbb\xbf")
def test_any_bytes_give_a_table_or_an_error_of_one_line(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("csv") / "table.csv"
    path.write_bytes(data)
    try:
        table = read_csv(path)
    except ValueError as error:
        assert str(error).startswith(str(path)) and "\n" not in str(error)
    else:
        assert isinstance(table, Table) and table
        assert {len(cells) for cells in table.values()} == {len(table.lines)} != {0}


def test_take_rows_applies_to_every_column():
    table = {"a": np.array([1, 2, 3]), "b": np.array(["x", "y", "z"])}
    part = take_rows(table, np.array([2, 0]))
    assert part["a"].tolist() == [3, 1] and part["b"].tolist() == ["z", "x"]
