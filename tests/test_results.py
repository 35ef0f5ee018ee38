"""Saved results: reused only if they are undamaged and depend on the same values."""
import json
import subprocess
import sys
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidl.results import _digest, code_digest, load_result, save_result

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-2**53, 2**53) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=8)
DEPENDS = {"seed": 0, "settings": {"lr": 0.1, "grid": [1, 2]}}


def keep(folder, value=1.5, text="text", depends=DEPENDS):
    save_result(folder / "result.json", depends, value, {"file.txt": lambda path: path.write_text(text)})


def load(folder, depends=DEPENDS):
    """Return (value, reasons why a result is not used)."""
    lines = []
    return load_result(folder / "result.json", depends, unusable=lines.append), lines


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


@pytest.mark.parametrize("damage, words", [
    (lambda folder: (folder / "file.txt").write_text("texT"), "file.txt has changed"),
    (lambda folder: (folder / "file.txt").unlink(), "file.txt is missing"),
    (lambda folder: (folder / "result.json").write_text(""), "damaged"),
    (lambda folder: (folder / "result.json").write_text("[]"), "damaged"),
    (lambda folder: (folder / "result.json").write_text('{"sha256": 1}'), "record: must have depends, value, files, "),
    (lambda folder: (folder / "result.json").write_text(
        '{"depends": {}, "value": 1, "files": {}, "sha256": "0"}'), "the record has changed"),
    (lambda folder: (folder / "result.json").write_bytes(b"\xff\xfe"), "damaged"),
    (lambda folder: (folder / "result.json").write_text("[" * 100_000), "damaged"),
])
def test_a_damaged_result_is_not_used_and_one_line_says_so(tmp_path, damage, words):
    keep(tmp_path)
    damage(tmp_path)
    value, (line,) = load(tmp_path)
    assert value is None and words in line and "\n" not in line


@given(st.integers(0, 2**31), st.integers(0, 7))
def test_a_flipped_bit_never_changes_the_value(tmp_path_factory, position, bit):
    folder = tmp_path_factory.mktemp("flipped")
    keep(folder, value={"loss": [0.25, 1e-9], "diverged": None})
    record = folder / "result.json"
    content = bytearray(record.read_bytes())
    content[position % len(content)] ^= 1 << bit
    record.write_bytes(content)
    assert load(folder)[0] in (None, {"loss": [0.25, 1e-9], "diverged": None})


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
    assert capsys.readouterr().out.endswith("result.json: made with other settings, data or code; computing it again\n")

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


def load_by(folder, error):
    """Load with a reader that raises the error; return (value, reasons)."""
    def refuse(value):
        raise error

    lines = []
    return load_result(folder / "result.json", DEPENDS, read=refuse, unusable=lines.append), lines


def test_a_value_that_its_reader_refuses_is_damaged(tmp_path):
    keep(tmp_path)
    value, (line,) = load_by(tmp_path, ValueError("a row\nis short"))
    assert value is None and line.endswith("result.json: damaged (a row)")
    assert load_result(tmp_path / "result.json", DEPENDS, read=lambda value: value * 2) == 3.0


@pytest.mark.parametrize("error", [KeyError("loss"), TypeError("call"), AttributeError("lost"), RuntimeError("shapes"),
                                   IndexError("row"), ZeroDivisionError("mean")])
def test_a_mistake_in_a_reader_does_not_look_like_damage(tmp_path, error):
    keep(tmp_path)
    with pytest.raises(type(error), match=str(error)):
        load_by(tmp_path, error)


def test_a_reader_may_take_a_result_whatever_it_depends_on(tmp_path):
    keep(tmp_path)
    assert load_result(tmp_path / "result.json", None) == 1.5


@pytest.mark.parametrize("name", ["../other.json", "a/b", "", "."])
def test_a_record_that_names_other_folders_files_touches_none(tmp_path, name):
    folder, path = tmp_path / "kept", tmp_path / "kept" / "result.json"
    keep(folder)
    (tmp_path / "other.json").touch()
    content = {"depends": DEPENDS, "value": 1, "files": {name: "0"}}
    path.write_text(json.dumps({**content, "sha256": _digest(content)}))
    value, (line,) = load(folder)
    keep(folder, value=2)
    assert value is None and "damaged" in line and load(folder) == (2, []) and (tmp_path / "other.json").exists()


@given(st.integers(0, 2**31), st.integers(0, 255), st.sampled_from(["flip", "cut", "insert", "zeros"]))
def test_no_damage_of_a_file_is_believed(tmp_path_factory, position, byte, kind):
    folder = tmp_path_factory.mktemp("damaged")
    keep(folder, value=[0.25], text="some text of a file")
    for file in (folder / "result.json", folder / "file.txt"):
        content = file.read_bytes()
        at = position % len(content)
        damaged = {"flip": content[:at] + bytes([content[at] ^ (byte or 1)]) + content[at + 1:], "cut": content[:at],
                   "insert": content[:at] + bytes([byte]) + content[at:],
                   "zeros": content[:at] + bytes(len(content) - at)}[kind]
        file.write_bytes(damaged)
        value, lines = load(folder)
        assert value in (None, [0.25]) and (value is None) == (len(lines) == 1)
        assert value is None or file.name == "result.json", "white space after the record may change"
        file.write_bytes(content)
    assert load(folder) == ([0.25], [])


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


def test_the_digest_of_code_changes_with_any_source_file(tmp_path):
    package = ModuleType("package")
    package.__file__ = str(tmp_path / "__init__.py")
    (tmp_path / "inner").mkdir()
    digests = set()
    for text in ("a = 1", "a = 2"):
        for name in ("__init__.py", "inner/module.py"):
            (tmp_path / name).write_text(text)
            digests.add(code_digest(package))
    (tmp_path / "data.txt").write_text("no code")
    digests.add(code_digest(package))
    (tmp_path / "inner" / "module.py").rename(tmp_path / "module.py")
    assert len(digests) == 4 and code_digest(package) not in digests


def test_the_digest_of_code_changes_with_a_library_and_covers_a_module_without_its_neighbours(tmp_path, monkeypatch):
    module = ModuleType("module")
    module.__file__ = str(tmp_path / "module.py")
    (tmp_path / "module.py").write_text("a = 1")
    first = code_digest(module)
    (tmp_path / "neighbour.py").write_text("b = 1")
    assert code_digest(module) == first
    monkeypatch.setattr("minidl.results.LIBRARIES", ("pytest",))
    assert code_digest(module) != first
