"""read_qa: one collection is read alike in every kind of file, whatever its columns are called."""
import csv
import gzip
import io
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidl.data import read_qa
from tests.data import question_files
from tests.data.question_files import PAIRS, ROWS, SAME, lines, read_text, table, unquoted


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


@given(PAIRS, st.sampled_from([".jsonl", ".json", ".csv", ".tsv", ".jsonl.gz"]),
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


def test_ankis_headers(tmp_path):
    text = "#separator:Semicolon\n#html:false\n#tags column:1\n#columns:Tags;Back;Front\nt;<b>y;x\n"
    assert read_text(tmp_path, text)[:2] == (["x"], [["<b>y"]])
    assert read_text(tmp_path, '#separator:tab\n#html:true\n&lt;x&gt;&nbsp;y\t"<div>a<br>b</div>"\n')[:2] == (
        ["<x> y"], [["\na\nb\n"]])
    assert read_text(tmp_path, "#separator:tab\n#columns:front back tags\nx\ty\tt\n")[:2] == (["x"], [["y"]])
    assert read_text(tmp_path, "#separator:tab\nx\ty \"z\n")[:2] == (["x"], [['y "z']])
    assert read_text(tmp_path, "#question,answer\nx,y\n", query_column="#question")[:2] == (["x"], [["y"]])
