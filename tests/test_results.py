"""Saved results: reused only if they are undamaged and depend on the same values."""
import json
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidl.results import code_digest, load_result, save_result

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
    (lambda folder: (folder / "result.json").write_text('{"sha256": 1}'), "the record has changed"),
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
