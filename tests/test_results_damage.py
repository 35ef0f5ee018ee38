"""Saved results: a damaged one is never used, and one line says why."""
import json

import pytest

from minidl.results import _digest, check_form, load_result
from tests.results import DEPENDS, keep, load


@pytest.mark.parametrize("damage, words", [
    (lambda folder: (folder / "file.txt").write_text("texT"), "file.txt has changed"),
    (lambda folder: (folder / "file.txt").unlink(), "file.txt is missing"),
    (lambda folder: (folder / "result.json").write_text(""), "damaged"),
    (lambda folder: (folder / "result.json").write_text("[]"), "damaged"),
    (lambda folder: (folder / "result.json").write_text('{"sha256": 1}'), "the record has changed"),
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


@pytest.mark.parametrize("error", [ValueError("a row\nis short"), KeyError("loss"), RuntimeError("shapes"), EOFError()])
def test_a_value_that_its_reader_refuses_is_damaged(tmp_path, error):
    keep(tmp_path)

    def refuse(value):
        raise error

    lines = []
    assert load_result(tmp_path / "result.json", DEPENDS, read=refuse, unusable=lines.append) is None
    assert len(lines) == 1 and "result.json: damaged (" in lines[0] and "\n" not in lines[0]
    assert load_result(tmp_path / "result.json", DEPENDS, read=lambda value: value * 2) == 3.0


@pytest.mark.parametrize("value, message", [
    ({"text": "a", "number": "1"}, "number: must be int or NoneType, got str"),
    ({"text": "a"}, "value: must have text, number, got "), ([], "value: must have text, number, got 'list'"),
    ({"text": "a", "number": 1, "more": 2}, "value: must have text, number, got "), (None, "value: must have ")])
def test_a_value_of_another_form_is_refused(value, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        check_form(value, text=str, number=(int, type(None)))


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
