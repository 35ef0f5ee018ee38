import csv
import gzip
import io
import json
import tracemalloc

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from minidl.data import QuestionAnswers, Source, pairs_of, read_qa, repeated_questions
from minidl.data.qa_json import parsed
from tests.data import question_files
from tests.data.question_files import REFUSED, ROWS, SAME, lines, squad, table, unquoted

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"), min_size=1).filter(str.strip)
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


@given(pairs, st.sampled_from([".jsonl", ".json", ".csv", ".tsv", ".jsonl.gz"]),
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


@pytest.mark.parametrize("kind", SAME)
def test_one_collection_however_it_is_written_is_read_alike(tmp_path, kind):
    name, content, arguments = SAME[kind]
    read = read_qa(question_files.write(tmp_path, name, content, ROWS), **arguments)
    assert read.queries == [query for query, _ in ROWS]
    assert [read.answers[number] for number in read.answer_of] == [answer for _, answer in ROWS]
    assert not read.others and bool(read.notes) == (kind == "empty rows")


@pytest.mark.parametrize("kind", [kind for kind in SAME if kind not in ("TSV without quoting", "empty rows")])
def test_line_ends_inside_of_a_cell_are_line_feeds(tmp_path, kind):
    rows = [("one\ntwo?", "three\n\nfour\n five"), ("a", "b\n")]
    name, content, arguments = SAME[kind]
    read = read_qa(question_files.write(tmp_path, name, content, rows), **arguments)
    assert read.queries == ["one\ntwo?", "a"] and read.answers == ["three\n\nfour\n five", "b\n"]


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_of_another_kind_is_refused_in_one_line(tmp_path, kind):
    name, content, arguments, message = REFUSED[kind]
    path = question_files.write(tmp_path, name, content, ROWS)
    with pytest.raises(ValueError) as error:
        read_qa(path, **arguments)
    assert str(error.value).startswith(str(path)) and message in str(error.value) and "\n" not in str(error.value)


def read_text(tmp_path, text, **arguments):
    """Return the (questions, right answers as texts, notes) of a file."""
    read = read_qa(question_files.write(tmp_path, "a", lambda _: text, ()), **arguments)
    return read.queries, [[read.answers[n] for n in right] for right in read.right_answers()], list(read.notes)


def test_a_tab_file_is_without_quoting_only_if_all_its_lines_are_even(tmp_path):
    loose = [("q1", '"a1'), ("q2", 'a2"'), ("q3", 'a "3"'), ('"q4" x', "a4")]
    assert read_text(tmp_path, unquoted(loose))[:2] == ([q for q, _ in loose], [[a] for _, a in loose])
    assert read_text(tmp_path, 'query\tanswer\n"a ""b"""\t"c\td\n\te"\n')[:2] == (['a "b"'], [["c\td\n\te"]])
    for text in ('query\tanswer\nq1\t"a1\nq2\n', 'query,answer\nq1,"a1\nq2,a2\n'):
        with pytest.raises(ValueError, match="must be CSV, got unexpected end of data"):
            read_text(tmp_path, text)


@pytest.mark.parametrize("query", ["query", "question", "Q", "anchor", "Front", "prompt", "instruction", "title"])
@pytest.mark.parametrize("answer", ["ANSWER", "a", "positive", "passage", "Back", "completion", "output", "response",
                                    "text", "Content", "answers"])
def test_columns_have_usual_names(tmp_path, query, answer):
    text = json.dumps([{"id": "1", "tags": "t", answer: "y", query: "x"}])
    assert read_text(tmp_path, text)[:2] == (["x"], [["y"]])


def test_of_several_usual_names_the_first_in_the_list_is_taken_and_an_option_chooses_another(tmp_path):
    text = json.dumps([{"title": "t", "text": "p", "Question": "q", "answer": "a", "context": "c"}])
    assert read_text(tmp_path, text)[:2] == (["q"], [["a"]])
    assert read_text(tmp_path, text, query_column="TITLE", answer_column="context")[:2] == (["t"], [["c"]])


def test_without_a_header_columns_have_numbers(tmp_path):
    text = "1\tx\ty\n2\tz\ty\n"
    with pytest.raises(ValueError, match="must have a column of questions .*, got '1', '2', '3'; choose a column with "
                                         "--query-column$"):
        read_text(tmp_path, text, header=False)
    assert read_text(tmp_path, text, header=False, query_column="2", answer_column="3")[:2] == (["x", "z"], [["y"]] * 2)


def test_empty_cells_are_skipped_and_counted_or_refused(tmp_path):
    rows = [("a", "b"), (" ", "c"), ("d", ""), ("e", "f")]
    kept = (["a", "e"], [["b"], ["f"]], ["2 rows without a question or an answer: skipped"])
    for text in (table(rows), lines(rows), '{"query": ["a", null, "d", "e"], "answer": ["b", "c", NaN, "f"]}'):
        assert read_text(tmp_path, text) == kept
        with pytest.raises(ValueError, match=r"column 'query': must be text, got nothing$"):
            read_text(tmp_path, text, strict=True)
    with pytest.raises(ValueError, match=r"a, line 4, column 'answer': must be text, got nothing$"):
        read_text(tmp_path, table(rows[:1] + rows[2:] + [("", "")]).replace("a,b", "a,b\n"), strict=True)


def test_answers_without_a_question_are_kept_if_asked_for(tmp_path):
    path = question_files.write(tmp_path, "a", lines, [("a", "b"), ("", "c"), ("d", "c"), ("", "e"), ("x", "")])
    read = read_qa(path, answers_alone=True)
    assert read[:2] == (["a", "d"], ["b", "c", "e"]) and read.answer_of.tolist() == [0, 1]
    assert read.notes == ["1 row without a question or an answer: skipped",
                          "2 rows without a question: only the answer is kept"]
    path.write_text('{"text": "b"}\n{"text": "c"}\n')
    assert read_qa(path, answers_alone=True)[:2] == ([], ["b", "c"])
    with pytest.raises(ValueError, match="must have a column of questions"):
        read_qa(path)


def test_lists_of_answers_and_of_questions(tmp_path):
    rows = [{"question": ["a", "b"], "answer": ["x", "y", "x"]}, {"question": "c", "answer": {"Value": "y"}},
            {"question": "d", "answer": []}, {"question": 5, "answer": True}]
    queries, answers, _ = read_text(tmp_path, json.dumps(rows))
    assert (queries, answers) == (["a", "b", "c", "5"], [["x"], ["x"], ["y"], ["true"]])
    assert read_text(tmp_path, json.dumps(rows), answers="all")[1] == [["x", "y"], ["x", "y"], ["y"], ["true"]]


def test_the_answer_in_squad_is_the_paragraph_or_the_span(tmp_path):
    path = question_files.write(tmp_path, "a", squad, [("a", "one two"), ("b", "three four")])
    assert read_qa(path)[:2] == (["a", "b"], ["one two", "three four"])
    assert read_qa(path, answers="spans")[:2] == (["a", "b"], ["one", "three"])
    flat = [{"context": "one two", "question": "a", "answers": {"text": ["one", "two"], "answer_start": [0, 4]}},
            {"context": "three", "question": "b", "answers": {"text": [], "answer_start": []}}]
    assert read_text(tmp_path, json.dumps(flat))[:2] == (["a"], [["one two"]])  # b has no answer in its paragraph
    assert read_text(tmp_path, json.dumps(flat), answers="spans")[:2] == (["a"], [["one"]])
    header = json.dumps({"header": {"dataset": "SQuAD"}}) + "\n"
    mrqa = json.dumps({"context": "one two", "qas": [{"question": "a", "answers": ["one"]}]})
    assert read_text(tmp_path, header + mrqa, answers="spans")[:2] == (["a"], [["one"]])


def test_of_several_lists_of_objects_data_has_the_rows(tmp_path):
    text = '{"meta": [{"x": 1}], "data": [{"question": "a", "answer": "b"}]}'
    assert read_text(tmp_path, text)[:2] == (["a"], [["b"]])


def test_the_line_of_an_object_over_several_lines_is_named(tmp_path):
    text = lines([("a", "b"), ("c", "d"), ("e", "")], indent=1)
    with pytest.raises(ValueError, match=r"a, line 9, column 'answer': must be text, got nothing$"):
        read_text(tmp_path, text, strict=True)


def test_rows_with_labels(tmp_path):
    rows = {"r1": {"question": "a", "answer": "b"}, "r2": {"question": "c", "answer": "d"}}
    assert read_text(tmp_path, json.dumps(rows))[:2] == (["a", "c"], [["b"], ["d"]])
    columns = {"frage": {"0": "a", "1": ["c", "e"]}, "antwort": {"0": "b", "1": "d"}}
    assert read_text(tmp_path, json.dumps(columns), query_column="frage", answer_column="antwort")[:2] == (
        ["a", "c", "e"], [["b"], ["d"], ["d"]])


def test_ankis_headers(tmp_path):
    text = "#separator:Semicolon\n#html:false\n#tags column:1\n#columns:Tags;Back;Front\nt;<b>y;x\n"
    assert read_text(tmp_path, text)[:2] == (["x"], [["<b>y"]])
    assert read_text(tmp_path, '#separator:tab\n#html:true\n&lt;x&gt;&nbsp;y\t"<div>a<br>b</div>"\n')[:2] == (
        ["<x> y"], [["\na\nb\n"]])
    assert read_text(tmp_path, "#separator:tab\n#columns:front back tags\nx\ty\tt\n")[:2] == (["x"], [["y"]])
    assert read_text(tmp_path, "#separator:tab\nx\ty \"z\n")[:2] == (["x"], [['y "z']])
    assert read_text(tmp_path, "#question,answer\nx,y\n", query_column="#question")[:2] == (["x"], [["y"]])


def test_repeated_questions_limit_recall_at_1():
    pairs = QuestionAnswers.of(["a", "a", "b", "a", "c", "c"], ["x", "y", "x", "x", "z", "z"])
    assert repeated_questions(pairs) == (3, 5 / 6)
    assert repeated_questions(QuestionAnswers.of(["a", "a"], [["x", "y"], "y"])) == (0, 1.0)


def test_a_split_keeps_all_right_answers_of_its_questions():
    pairs = QuestionAnswers.of(["a", None, "c", "d"], [["x", "y"], "z", "y", ["w", "x"]])
    assert pairs.answers == ["x", "y", "z", "w"] and pairs.right_answers() == [[0, 1], [1], [3, 0]]
    part = pairs.take([2, 0])
    assert part[:2] == (["d", "a"], ["w", "x", "y"]) and part.right_answers() == [[0, 1], [1, 2]]


def test_objects_with_keys_of_their_own_take_memory_by_their_number(tmp_path):
    path = tmp_path / "pairs.json"
    path.write_text(json.dumps([{"question": f"q{n}", "answer": f"a{n}", f"key {n}": n} for n in range(3000)]))
    tracemalloc.start()
    try:
        pairs = read_qa(path)
        assert len(pairs.queries) == 3000 and pairs.answers[7] == "a7"
        assert tracemalloc.get_traced_memory()[1] < 10e6, "a cell for each key of each object takes 72 MB"
    finally:
        tracemalloc.stop()


class Counted(str):
    """A text that counts the characters in which lines are counted."""

    characters = 0

    def count(self, part, start=0, stop=None):
        Counted.characters += (len(self) if stop is None else stop) - start
        return super().count(part, start, stop)


def test_the_lines_of_objects_are_counted_once():
    text = Counted("\n".join(json.dumps({"question": f"q{n}", "answer": f"a{n}"}, indent=2) for n in range(200)))
    values, numbers = parsed(text, "a")
    assert len(values) == 200 and numbers[:3] == [1, 5, 9] and numbers[-1] == 797
    assert 0 < Counted.characters <= 2 * len(text), "from the start at each object, it is 100 times"


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
    ("a.csv", "query,answer\na,\n", "a.csv: must have a question with its answer, got 1 rows without"),
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
    path = write(tmp_path, ".jsonl", [("a?", "x")], ("query", "answer"))
    with pytest.raises(ValueError, match="pairs.jsonl: must have a column 'text', got 'query', 'answer'$"):
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
