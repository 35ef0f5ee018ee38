"""Sentences in two languages: the same templates with the same fields, and texts of other modules."""
from pathlib import Path

import pytest

from minidl.sentences import LANGUAGES, Sentences, fields

ROOT = Path(__file__).parent.parent
FILES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("hw*/report.ini"))
FILE = """
[rows]
en = {count:,} rows,
    {share:.1%} of them ones
ru = строк: {count:,}, единиц {share:.1%}

[note.skipped]
en = {count} row(s): {what}
ru = пропущено строк: {count} ({what})
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "report.ini"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_each_homework_has_its_sentences():
    assert FILES == [f"hw{number}/report.ini" for number in (1, 2, 3, 4)]


@pytest.mark.parametrize("name", FILES)
def test_every_template_exists_in_both_languages_with_the_same_fields(name):
    templates = Sentences(ROOT / name).templates
    assert len(templates) > 20
    for section, texts in templates.items():
        assert tuple(texts) == LANGUAGES and fields(texts["en"]) == fields(texts["ru"]), section
        assert all(texts.values()) and "  " not in "".join(texts.values()), section


def test_a_template_is_filled_in_its_language(file):
    assert Sentences(file)("rows", count=52780, share=0.142) == "52,780 rows, 14.2% of them ones"
    assert Sentences(file, "ru")("rows", count=52780, share=0.142) == "строк: 52\u00a0780, единиц 14.2\u00a0%"


def test_a_text_of_another_module_is_translated_if_a_template_of_its_kind_fits(file):
    text = "12 rows: empty (a|b)"
    assert Sentences(file).translated("note", text) == text
    assert Sentences(file, "ru").translated("note", text) == "пропущено строк: 12 (empty (a|b))"
    assert Sentences(file, "ru").translated("kind", text) == text
    assert Sentences(file, "ru").translated("note", "1 row: empty") == "пропущено строк: 1 (empty)"
    assert Sentences(file, "ru").translated("note", "1 line: empty") == "1 line: empty"


@pytest.mark.parametrize("old, new, message", [
    ("ru = строк", "de = Zeilen", r"\[rows\] must have en and ru, got en, de"),
    ("единиц {share:.1%}", "единиц {share:.2%}", r"\[rows\] must have the same fields"),
    ("[rows]", "rows", "must be an INI file, got"),
])
def test_a_file_with_a_mistake_is_refused(file, old, new, message):
    file.write_text(FILE.replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        Sentences(file)


def test_an_unknown_language_is_refused(file):
    with pytest.raises(ValueError, match="language: must be one of en, ru, got 'de'"):
        Sentences(file, "de")
