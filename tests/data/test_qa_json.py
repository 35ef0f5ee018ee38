"""Questions and answers in JSON: lists, nested objects, SQuAD, and what reading them costs."""
import json
import tracemalloc

import pytest

from minidl.data import read_qa
from minidl.data.qa_json import parsed
from tests.data import question_files
from tests.data.question_files import lines, read_text, squad


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


@pytest.mark.parametrize("messages, role, text, user, assistant", [
    ("messages", "role", "content", "user", "assistant"), ("conversations", "from", "value", "human", "gpt")])
def test_conversations_have_a_row_for_each_answer(tmp_path, messages, role, text, user, assistant):
    def conversation(*turns):
        return {"id": "x", messages: [{role: who, text: what} for who, what in turns]}
    rows = [conversation(("system", "be kind"), (user, "a"), (assistant, "b"), (user, "c"), (assistant, "d")),
            conversation(("system", "s"), (assistant, "b"), (user, "e"), (assistant, "d"), (user, "f"))]
    wanted = (["a", "c", "e"], [["b"], ["d"], ["d"]], [])
    assert read_text(tmp_path, json.dumps(rows)) == wanted
    assert read_text(tmp_path, "\n".join(map(json.dumps, rows))) == wanted
    assert read_text(tmp_path, json.dumps(rows[0]))[0] == ["a", "c"]
    with pytest.raises(ValueError, match="must have a question, got none$"):
        read_text(tmp_path, json.dumps([conversation((user, "a"), (user, "b"))]))


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


@pytest.mark.parametrize("keys", [["what is AI?", "what is ML?"], ["AS", "AT"], ["id", "name"]])
def test_an_object_of_texts_leads_from_question_to_answer(tmp_path, keys):
    text = json.dumps(dict(zip(keys, ["a field", "a part"])))
    note = "the keys are read as questions, the values as answers"
    assert read_text(tmp_path, text) == (keys, [["a field"], ["a part"]], [note])


@pytest.mark.parametrize("row", [{"Question": "a", "Answers": "b"}, {"q": "a", "text": "b"},
                                 {"q": "a", "a": "b", "n": 1}])
def test_an_object_with_the_names_of_columns_is_one_row(tmp_path, row):
    assert read_text(tmp_path, json.dumps(row)) == (["a"], [["b"]], [])


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
