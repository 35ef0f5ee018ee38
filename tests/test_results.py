"""Saved results: reused only if they depend on the same values; with the files that belong to them."""
import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidl.results import load_result, save_result
from tests.results import DEPENDS, keep, load

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-2**53, 2**53) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=8)


@given(json_values, st.dictionaries(st.text(max_size=3), json_values, max_size=3))
def test_a_loaded_value_equals_the_saved_one(tmp_path_factory, value, depends):
    path = tmp_path_factory.mktemp("kept") / "deep" / "result.json"
    save_result(path, depends, value)
    lines = []
    assert load_result(path, dict(reversed(depends.items())), unusable=lines.append) == value and not lines


def test_without_a_result_nothing_is_printed(tmp_path):
    assert load(tmp_path) == (None, [])
    (tmp_path / "file").touch()
    assert load(tmp_path / "file") == (None, []), "a file, not a folder"


@pytest.mark.parametrize("depends", [{}, {**DEPENDS, "seed": 1}, {**DEPENDS, "more": None},
                                     {**DEPENDS, "settings": {"lr": 0.1, "grid": [2, 1]}}])
def test_a_result_with_other_dependencies_is_not_used(tmp_path, depends):
    keep(tmp_path)
    value, (line,) = load(tmp_path, depends)
    assert value is None and "other settings, data or code" in line


def test_a_result_that_cannot_be_written_leaves_the_earlier_one(tmp_path):
    keep(tmp_path)

    def full_disk(path):
        path.write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        save_result(tmp_path / "result.json", DEPENDS, 2.5, {"file.txt": lambda path: path.write_text("new"),
                                                             "other.txt": full_disk})
    assert load(tmp_path) == (1.5, []) and (tmp_path / "file.txt").read_text() == "text"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["file.txt", "result.json"]


def test_the_reason_is_printed_unless_the_caller_decides(tmp_path, capsys):
    keep(tmp_path)
    assert load_result(tmp_path / "result.json", {}) is None
    assert " ".join(capsys.readouterr().out.split()).endswith(
        "result.json: made with other settings, data or code; computing it again")

    def refuse(reason):
        raise ValueError(f"{reason}; --fresh starts again")

    with pytest.raises(ValueError, match="other settings, data or code; --fresh starts again"):
        load_result(tmp_path / "result.json", {}, unusable=refuse)


def test_the_record_names_every_file_of_the_result(tmp_path):
    keep(tmp_path)
    assert list(json.loads((tmp_path / "result.json").read_text())["files"]) == ["file.txt"]


def test_files_of_the_earlier_result_that_the_new_one_lacks_are_removed_only_when_it_is_whole(tmp_path):
    keep(tmp_path)

    def fail(path):
        raise OSError("no")

    with pytest.raises(OSError):
        save_result(tmp_path / "result.json", DEPENDS, 2, {"other.txt": fail})
    assert load(tmp_path) == (1.5, [])
    (tmp_path / "mine.txt").touch()
    save_result(tmp_path / "result.json", DEPENDS, 2, {"other.txt": lambda path: path.touch()})
    assert sorted(file.name for file in tmp_path.iterdir()) == ["mine.txt", "other.txt", "result.json"]


def test_whole_numbers_as_keys_and_tuples_come_back_as_json_has_them(tmp_path):
    save_result(tmp_path / "result.json", {"k": (1, 2)}, {10: (1,), 2: None})
    assert load(tmp_path, {"k": (1, 2)}) == ({"10": [1], "2": None}, [])


def test_only_a_whole_result_of_other_settings_is_given_to_other(tmp_path):
    keep(tmp_path)
    other, unusable = [], []

    def load_both(depends):
        return load_result(tmp_path / "result.json", depends, other=other.append, unusable=unusable.append)

    assert load_both({}) is None and len(other) == 1 and not unusable
    (tmp_path / "file.txt").unlink()
    assert load_both({}) is None and len(other) == 1 and len(unusable) == 1


def test_a_reader_may_take_a_result_whatever_it_depends_on(tmp_path):
    keep(tmp_path)
    assert load_result(tmp_path / "result.json", None) == 1.5


SAVE = """
import sys, time
from pathlib import Path
from minidl.results import load_result, save_result
me, path = sys.argv[1], Path(sys.argv[2])
for turn in range(60):
    names = "abc" if me == "1" else "bcd"
    save_result(path, {}, [me, turn], {f"{name}.txt": lambda file: file.write_text(f"{me} {turn}") for name in names})
    lines = []
    assert load_result(path, {}, unusable=lines.append), lines
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no flock")
def test_two_processes_that_save_to_one_path_leave_the_whole_result_of_one(tmp_path):
    path = tmp_path / "result.json"
    processes = [subprocess.Popen([sys.executable, "-c", SAVE, number, str(path)]) for number in "12"]
    assert [process.wait() for process in processes] == [0, 0]
    (me, turn), lines = load(tmp_path, {})
    assert not lines and turn == 59
    texts = {file.name: file.read_text() for file in tmp_path.glob("*.txt")}
    assert texts == {f"{name}.txt": f"{me} 59" for name in ("abc" if me == "1" else "bcd")}
    assert not list(tmp_path.glob(".tmp-*"))
