"""hw3.run --query and --interactive: answers, and the index that is kept for later calls."""
import io
import json
import sys

import numpy as np
import pytest

from hw3 import answers
from hw3.datasets import load_dataset
from tests.hw3.conftest import run
from tests.results import unwrapped


def test_an_answer_is_printed_with_its_score_and_terms_and_the_index_is_loaded_next_time(tmp_path, file, capsys):
    for method in ("tfidf", "bm25"):
        run(tmp_path, "--data", file, "--query", "Is there a BLUE fish?", "--method", method, "--top", 2)
        printed = capsys.readouterr().out
        first, second = printed.split("1. ")[1].split("2. ")
        assert first.startswith("a blue fish sleeps on sand") and "blue " in first.split("score")[1]
        assert second.startswith("the red fish") and "index built and saved" in printed
        run(tmp_path, "--data", file, "--query", "Is there a BLUE fish?", "--method", method, "--top", 2)
        again = capsys.readouterr().out
        assert again == printed.replace("built and saved", "loaded")
    run(tmp_path, "--data", file, "--query", "zebra")
    assert "no answer has a word of this question" in capsys.readouterr().out


def test_answers_in_the_script_of_the_question_come_alone_if_there_are_any(tmp_path, file, capsys):
    more = [{"query": "что такое fish", "answer": "fish fish по-русски рыба"},
            {"query": "какой кот", "answer": "рыжий кот"}]
    file.write_text(file.read_text() + "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in more))
    for query, expected in (("fish", "1. a blue fish"), ("что за fish", "1. fish fish по-русски"),
                            ("кот", "1. рыжий кот"), ("blue по", "1. fish fish по"), ("ships дом", "1. sailors")):
        run(tmp_path, "--data", file, "--query", query, "--top", 1)
        assert expected in capsys.readouterr().out, query


def test_an_index_of_other_data_or_code_or_a_damaged_one_is_built_again(tmp_path, file, capsys, monkeypatch):
    def printed():
        run(tmp_path, "--data", file, "--query", "green fish")
        return unwrapped(capsys.readouterr().out)

    assert "index built and saved" in printed() and "index loaded" in printed()
    file.write_text(file.read_text() + json.dumps({"query": "who reads", "answer": "a green fish reads"}) + "\n")
    text = printed()
    assert "index built and saved" in text and "a green fish reads" in text and "computing it again" in text
    index = tmp_path / "out" / "hw3" / "pairs.jsonl" / "bm25.index"
    content = bytearray(index.read_bytes())
    content[len(content) // 2] ^= 1
    index.write_bytes(content)
    assert "index built and saved" in printed() and "index loaded" in printed()
    index.unlink()
    assert "index built and saved" in printed()
    monkeypatch.setattr(answers, "code_digest", lambda *packages: "other")
    assert "index built and saved" in printed() and "index loaded" in printed()


@pytest.mark.parametrize("method", ["tfidf", "bm25"])
def test_a_loaded_index_is_equal_to_the_built_one(tmp_path, file, method):
    collection = load_dataset(file)
    built, state = answers.open_index(collection, method, tmp_path)
    loaded, state_again = answers.open_index(collection, method, tmp_path)
    assert (state, state_again) == ("built and saved", "loaded")
    assert loaded.vectorizer.vocabulary_ == built.vectorizer.vocabulary_
    for array, expected in zip(loaded.index.postings.arrays, built.index.postings.arrays):
        np.testing.assert_array_equal(array, expected, strict=True)
    for query in ("a red fish", "who sails in the sea", "warm"):
        assert loaded.answer(query, 3) == built.answer(query, 3)


def test_if_the_index_cannot_be_saved_the_question_is_answered(tmp_path, file, capsys, monkeypatch):
    def fail(*arguments):
        raise PermissionError(13, "Permission denied")
    monkeypatch.setattr(answers, "save_result", fail)
    run(tmp_path, "--data", file, "--query", "blue fish", "--top", 1)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "pairs.jsonl: 4 answers, index built, not saved ([Errno 13] Permission denied)"
    assert lines[1] == "" and lines[2].startswith("1. a blue fish")


def test_without_an_output_folder_questions_are_answered_and_an_evaluation_raises_first(tmp_path, file, capsys):
    (tmp_path / "out").write_text("a file")
    run(tmp_path, "--data", file, "--query", "blue fish", "--top", 1)
    printed = capsys.readouterr().out
    assert "index built, not saved (" in printed and "1. a blue fish" in printed
    with pytest.raises(SystemExit) as stop:
        run(tmp_path, "--data", file)
    assert stop.value.code == 2 and "seed 0" not in capsys.readouterr().out, "it must fail before the work"


def test_questions_from_the_terminal(tmp_path, file, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("blue fish\nwho sails\n\nnot asked\n"))
    run(tmp_path, "--data", file, "--interactive", "--top", 1)
    printed = capsys.readouterr().out
    assert printed.index("a blue fish") < printed.index("sailors sail") and printed.count("1. ") == 2
    monkeypatch.setattr(sys, "stdin", io.StringIO("blue fish"))  # ends without an empty line
    run(tmp_path, "--data", file, "--interactive", "--top", 1)
    assert capsys.readouterr().out.count("1. ") == 1
