import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidl.files import replacing, write_csv, write_json, write_text
from minidl.history import best_row, mean_history
from minidl.tables import TablePrinter

HISTORY = [{"epoch": k, "train_loss": 1 / (k + 1), "train_roc_auc": 0.5 + k / 10,
            "test_loss": 1 / (k + 1), "test_roc_auc": auc} for k, auc in enumerate([0.5, 0.7, 0.9, 0.9])]


def test_a_file_is_whole_or_as_it_was(tmp_path):
    path = tmp_path / "deep" / "file.txt"
    write_text(path, "first")
    with pytest.raises(KeyboardInterrupt), replacing(path) as temporary:
        temporary.write_text("half of the sec")
        raise KeyboardInterrupt
    assert path.read_text() == "first"
    assert [file.name for file in path.parent.iterdir()] == ["file.txt"]
    write_json(path, {"a": [1]})
    assert path.read_text() == '{\n  "a": [\n    1\n  ]\n}\n'


@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=5))
def test_csv_keeps_every_digit(tmp_path_factory, numbers):
    path = tmp_path_factory.mktemp("csv") / "rows.csv"
    write_csv(path, [{"epoch": k, "loss": number} for k, number in enumerate(numbers)])
    rows = list(csv.DictReader(path.open()))
    assert [float(row["loss"]) for row in rows] == numbers
    assert [int(row["epoch"]) for row in rows] == list(range(len(numbers)))


def test_table_columns_line_up():
    lines = []
    table = TablePrinter({"epoch": "d", "train loss": ".4f", "note": "s"}, show=lines.append)
    table.row(3, 0.25, "best")
    table.row(12, 10, "")
    assert lines == [" epoch  train loss    note", "     3      0.2500    best", "    12     10.0000        "]


def test_best_row_is_the_earliest_of_equals():
    assert best_row(HISTORY, "test_roc_auc")["epoch"] == 2


def test_means_over_several_histories():
    other = [{**row, "test_roc_auc": row["test_roc_auc"] - 0.2} for row in HISTORY]
    mean = mean_history([HISTORY, other])
    assert [row["test_roc_auc"] for row in mean] == pytest.approx([0.4, 0.6, 0.8, 0.8])
    assert [row["epoch"] for row in mean] == [0, 1, 2, 3] and mean_history([HISTORY]) == HISTORY
