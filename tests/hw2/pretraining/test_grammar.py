"""The reader of the data files: their format, and the errors for a file in another format."""
import pytest

from hw2.pretraining import grammar
from hw2.pretraining.grammar import read_sections, texts

FILE = """\
# a comment
[see the {sea}: duck otter]
end =
    [One = 1|Two: 100%]
    ; three
    |[four]

# another comment

[empty]
"""


@pytest.fixture
def write(tmp_path, monkeypatch):
    """A function that writes a data file."""
    monkeypatch.setattr(grammar, "DATA", tmp_path)
    return lambda text: (tmp_path / "file.ini").write_text(text, encoding="utf-8")


def test_titles_and_values_may_contain_every_character_of_a_template(write):
    write(FILE)
    assert read_sections("file.ini") == {
        "see the {sea}: duck otter": {"end": "[One = 1|Two: 100%]\n; three\n|[four]"}, "empty": {}}


@pytest.mark.parametrize("text", [
    "home = a tree\n", "[mole]\nhome = a\nhome = b\n", "[mole]\n[mole]\n", "[mole]\nhome\n",
    "[mole]\nhome =\n    a\n\n    b\n"])
def test_a_file_in_another_format_is_an_error(write, text):
    write(text)
    with pytest.raises(ValueError, match=r"file.ini: must be an INI file, got .*file.ini"):
        read_sections("file.ini")


def test_every_data_file_begins_with_a_comment_and_is_in_the_readme():
    paths = list(grammar.DATA.glob("*.ini"))
    assert paths
    for path in paths:
        assert path.read_text(encoding="utf-8").startswith("# ") and read_sections(path.name)
        assert f"`{path.name}`" in (grammar.DATA / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("values", [{}, {"home": "a", "trait": "b"}])
def test_a_missing_and_an_unknown_key_are_errors(values):
    with pytest.raises(ValueError, match=r"\[mole\]: must have the keys home and may have traits, got"):
        texts("mole", values, ["home"], ["traits"])
