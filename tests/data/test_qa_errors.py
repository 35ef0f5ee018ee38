"""Files of questions that are refused: one line names the file, the place and the way out."""
import gzip

import pytest

from minidl.data import Source, pairs_of, read_qa
from tests.data import question_files
from tests.data.question_files import REFUSED, ROWS, lines, read_text


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_of_another_kind_is_refused_in_one_line(tmp_path, kind):
    name, content, arguments, message = REFUSED[kind]
    path = question_files.write(tmp_path, name, content, ROWS)
    with pytest.raises(ValueError) as error:
        read_qa(path, **arguments)
    assert str(error.value).startswith(str(path)) and message in str(error.value) and "\n" not in str(error.value)


def test_other_types_of_arguments_are_refused(tmp_path):
    source = Source("x", {"query": ["a"], "answer": [{"b": 1}]}, str)
    with pytest.raises(ValueError, match="^0, column 'answer': must be text, got dict$"):
        pairs_of(source)
    with pytest.raises(ValueError, match="^answers: must be one of first, all, spans, got 'some'$"):
        pairs_of(source, answers="some")
    for arguments in ({"strict": 1}, {"header": "no"}, {"encoding": 7}, {"answers_alone": None}):
        with pytest.raises(TypeError, match=f"^{next(iter(arguments))}: must be"):
            read_text(tmp_path, lines(ROWS), **arguments)


@pytest.mark.parametrize("name, text, message", [
    ("a.jsonl", '{"query": "a"}\n', "a.jsonl: must have a column of answers (answer, a, positive, passage, "),
    ("a.jsonl", '{"query": "a"}\n', ", content), got 'query'; choose a column with --answer-column"),
    ("a.jsonl", '{"query": "a", "answer": "b"}\n\n{"query": {}}\n', "a.jsonl, line 3, column 'query': must be text"),
    ("a.jsonl", '\n{"query": "a", "answer": [{}]}\n', "a.jsonl, line 2, column 'answer': must be text, got dict"),
    ("a.jsonl", '{"query": "a", "answer": "b"}\n{"query"\n', "a.jsonl, line 2: must be JSON, got Expecting ':'"),
    ("a.jsonl", '{"a": 1}\n[1]\n', "a.jsonl: must contain objects, got list as number 1"),
    ("a.json", '[["a?", "b"], "c? d"]', "a.json: must contain lists, got str as number 1"),
    ("a.jsonl", '[["a"], ["b", "c"]]\n', "a.jsonl: must contain rows of one length, got ['1', '2']"),
    ("a.jsonl", "\n", "a.jsonl: must have a question, got an empty file"),
    ("a.json", '{"x": "a"}', "a.json: must have a column of questions (query, question, q, anchor, front, prompt, "),
    ("a.json", '{"x": ["a"]}', "a.json: must be a list of objects, or have one, got an object with 'x'"),
    ("a.json", '{"x": [{}], "y": [{}]}', "a.json: must be a list of objects, or have one, got an object with 'x', 'y'"),
    ("a.json", "{}", "a.json: must be a list of objects, or have one, got an object with no keys"),
    ("a.json", "[", "a.json, line 1: must be JSON, got Expecting value at column 2"),
    ("a.json", '{"a": 1}\n{\n"b": 2\n}\n{"c"\n', "a.json, line 2: must be JSON, got Expecting property name"),
    ("a.json", '{\n"b": 2\n}\n{"c": 1}\n{"c"\n', "a.json, line 6: must be JSON, got Expecting ':'"),
    ("a.json", "[]", "a.json: must have a question, got none"),
    ("a.json", '{"data": [{"qas": []}]}', "a.json: must have a question, got none"),
    ("a.csv", "query,answer\na,\n", "a.csv: must have a question with its answer, got 1 row without"),
    ("a.csv", "query,answer\na\n", "a.csv, line 2: must have 2 fields, got 1"),
    ("a.csv", "query,answer\n", "a.csv: must have a header and at least one row"),
    ("a.json", "[" * 10**5, "a.json: must be JSON, got maximum recursion depth exceeded"),
    ("a.jsonl", '{"query": ' + "9" * 5000 + "}", "a.jsonl: must be JSON, got Exceeds the limit"),
])
def test_an_error_is_one_line(tmp_path, name, text, message):
    (tmp_path / name).write_text(text)
    with pytest.raises(ValueError) as error:
        read_qa(tmp_path / name)
    assert message in str(error.value) and "\n" not in str(error.value)


def test_other_errors(tmp_path):
    packed = gzip.compress(b'[{"query": "a", "answer": "b"}]' * 100)
    (tmp_path / "b.json.gz").write_bytes(packed[:15] + b"\xff" * 10 + packed[25:])
    with pytest.raises(ValueError, match="b.json.gz: must be a whole gzip file, got "):
        read_qa(tmp_path / "b.json.gz")
    (tmp_path / "a.jsonl").write_bytes(b'{"query": "\xff"}')
    with pytest.raises(ValueError, match="a.jsonl, line 1: must be UTF-8 text$"):
        read_qa(tmp_path / "a.jsonl")
    path = question_files.write(tmp_path, "pairs.jsonl", lines, [("a?", "x")])
    with pytest.raises(ValueError, match="pairs.jsonl: must have a column 'text', got 'query', 'answer'$"):
        read_qa(path, answer_column="text")
    with pytest.raises(OSError):
        read_qa(tmp_path / "nowhere.json")
