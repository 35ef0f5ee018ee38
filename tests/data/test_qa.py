import csv
import gzip
import io
import json

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from minidl.data import QuestionAnswers, read_qa

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"), min_size=1).filter(
    lambda text: text.strip() and text.strip().lower() not in ("na", "n/a", "nan", "null"))
pairs = st.lists(st.tuples(texts, st.one_of(texts, st.sampled_from(["yes", "no"]))), min_size=1, max_size=6)


def write(folder, suffix, rows, names):
    """Write pairs in the format of a suffix; return the path."""
    path = folder / f"pairs{suffix}"
    objects = [dict(zip(names, row)) for row in rows]
    plain = suffix.removesuffix(".gz")
    if plain == ".jsonl":
        data = "\n\n".join(json.dumps(row, ensure_ascii=False) for row in objects) + "\n"
    elif plain == ".json":
        data = json.dumps(objects)
    else:
        text = io.StringIO()
        csv.writer(text, delimiter="\t" if plain == ".tsv" else ",", quoting=csv.QUOTE_ALL).writerows([names, *rows])
        data = text.getvalue()
    path.write_bytes(gzip.compress(data.encode()) if suffix.endswith(".gz") else data.encode())
    return path


@given(pairs, st.sampled_from([".jsonl", ".json", ".csv", ".tsv", ".jsonl.gz", ".json.gz", ".csv.gz"]),
       st.sampled_from([("query", "answer"), ("question", "passage")]))
def test_reads_every_format(tmp_path_factory, drawn, suffix, names):
    read = read_qa(write(tmp_path_factory.mktemp("qa"), suffix, drawn, names))
    queries, answers = zip(*drawn)
    assert read.queries == list(queries)
    assert [read.answers[number] for number in read.answer_of] == list(answers)
    assert read.answers == list(dict.fromkeys(answers)) and read.answer_of.dtype == np.int64


def test_columns_are_named_or_have_default_names(tmp_path):
    path = write(tmp_path, ".jsonl", [("a?", "x", "b?", "y")], ("query", "answer", "frage", "antwort"))
    assert read_qa(path).queries == ["a?"]
    assert read_qa(path, "frage", "antwort")[:2] == (["b?"], ["y"])


@pytest.mark.parametrize("name, text, message", [
    ("a.jsonl", '{"query": "a"}\n', "a.jsonl: must have a column answer or passage, got query; choose a column with "),
    ("a.jsonl", '{"query": "a", "answer": "b"}\n{"query": "c"}\n', "a.jsonl, line 2, column 'answer': must be text"),
    ("a.jsonl", '\n{"query": " ", "answer": "b"}\n', "a.jsonl, line 2, column 'query': must be text, got nothing"),
    ("a.jsonl", '{"query": 7, "answer": "b"}\n', "a.jsonl, line 1, column 'query': must be text, got int"),
    ("a.jsonl", '{"query": "a", "answer": "b"}\n{"query"\n', "a.jsonl, line 2: must be JSON, got Expecting ':'"),
    ("a.jsonl", "[1]\n", "a.jsonl: must contain objects, got list as number 0"),
    ("a.jsonl", "\n", "a.jsonl: must have a question, got none"),
    ("a.json", '{"query": "a"}', "a.json: must be a list of objects, got dict"),
    ("a.json", "[", "a.json: must be JSON, got Expecting value"),
    ("a.json", "[]", "a.json: must have a question, got none"),
    ("a.csv", "query,answer\na,\n", "a.csv, line 2, column 'answer': must be text, got nothing"),
    ("a.csv", "query,answer\na\n", "a.csv, line 2: must have 2 fields, got 1"),
    ("a.txt", "", "a.txt: must be one of .jsonl, .json, .csv, .tsv, or .gz of these, got '.txt'"),
    ("a", "", "a: must be one of .jsonl, .json, .csv, .tsv, or .gz of these, got 'no suffix'"),
    ("a.json", "[" * 10**5, "a.json: must be JSON, got maximum recursion depth exceeded"),
    ("a.jsonl", '{"query": ' + "9" * 5000 + "}", "a.jsonl, line 1: must be JSON, got Exceeds the limit"),
    ("a.json.gz", "[]", "a.json.gz: must be a whole gzip file, got Not a gzipped file"),
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
    path = write(tmp_path, ".jsonl", [("a?", "x")], ("query", "answer"))
    with pytest.raises(ValueError, match="pairs.jsonl: must have a column 'text', got query, answer$"):
        read_qa(path, answer_column="text")
    with pytest.raises(OSError):
        read_qa(tmp_path / "nowhere.json")


@given(pairs.filter(lambda drawn: len(drawn) > 2), st.integers(0, 2**32 - 1), st.floats(0.2, 0.8))
def test_a_split_is_a_partition_that_its_seed_determines(drawn, seed, share):
    whole = QuestionAnswers.of(*zip(*drawn))
    assume(0 < round(share * len(drawn)) < len(drawn))
    train, test = whole.split(share, rng=np.random.default_rng(seed))
    repeated = whole.split(share, rng=np.random.default_rng(seed))
    assert (train.queries, test.queries) == (repeated[0].queries, repeated[1].queries)
    assert len(test.queries) == round(share * len(drawn))
    rows = [(query, part.answers[number]) for part in (train, test) for query, number in zip(
        part.queries, part.answer_of)]
    assert sorted(rows) == sorted(drawn)
    for part in (train, test):
        assert set(part.answer_of) == set(range(len(part.answers))) and len(set(part.answers)) == len(part.answers)


@pytest.mark.parametrize("share, n, message", [
    (0, 5, r"test_size: must be in \(0, 1\), got 0"), (0.2, 1, "questions: must be enough for both parts, got 1")])
def test_a_split_with_an_empty_part_raises(share, n, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        QuestionAnswers.of(["q"] * n, ["a"] * n).split(share, rng=np.random.default_rng(0))
