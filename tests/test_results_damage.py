"""Saved results: a damaged one is never used, and one line says why."""
import json

import pytest

from minidl.results import _digest, load_result
from tests.results import DEPENDS, keep, load


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


DAMAGED = {  # the contents that one damage at one place gives
    "a flipped bit": lambda content, at: [content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1:]
                                          for bit in (0, 4, 7)],
    "an inserted byte": lambda content, at: [content[:at] + byte + content[at:] for byte in (b"\0", b" ", b"1", b'"')],
    "a file cut off": lambda content, at: [content[:at]],
    "zeros to the end": lambda content, at: [content[:at] + bytes(len(content) - at)],
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_no_damage_of_a_file_is_believed(tmp_path, kind):
    value = {"loss": [0.25, 1e-9], "diverged": None}
    keep(tmp_path, value, text="text of a file")
    for file in (tmp_path / "result.json", tmp_path / "file.txt"):
        whole = file.read_bytes()
        for damaged in (content for at in range(len(whole)) for content in DAMAGED[kind](whole, at)):
            file.write_bytes(damaged)
            loaded, lines = load(tmp_path)
            assert loaded in (None, value) and (loaded is None) == (len(lines) == 1)
            assert loaded is None or file.name == "result.json", "white space between the values may change"
        file.write_bytes(whole)
    assert load(tmp_path) == (value, [])


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
