"""hw3.run as it answers a question, with an index that is kept."""
import io
import json
import sys

import pytest

from hw3 import answers
from hw3.steps import METHODS
from tests.hw3.test_run import run


def test_a_question_is_answered_with_the_words_that_earned_it(tmp_path, file, capsys):
    for method in ("tfidf", "bm25"):
        run(tmp_path, "--data", file, "--query", "Is there a BLUE fish?", "--method", method, "--top", 2)
        printed = capsys.readouterr().out
        first, second = printed.split("1. ")[1].split("2. ")
        assert first.startswith("a blue fish sleeps on sand") and "blue " in first.split("score")[1]
        assert second.startswith("the red fish") and "index built and saved" in printed
        run(tmp_path, "--data", file, "--query", "Is there a BLUE fish?", "--method", method, "--top", 2)
        again = capsys.readouterr().out
        assert again == printed.replace("built and saved", "as saved")
    run(tmp_path, "--data", file, "--query", "zebra")
    assert "no answer has a word of this question" in capsys.readouterr().out


def test_a_question_is_answered_in_its_own_script_where_it_can_be(tmp_path, file, capsys):
    more = [{"query": "что такое fish", "answer": "fish fish по-русски рыба"},
            {"query": "какой кот", "answer": "рыжий кот"}]
    file.write_text(file.read_text() + "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in more))
    for query, wanted in (("fish", "1. a blue fish"), ("что за fish", "1. fish fish по-русски"),
                          ("кот", "1. рыжий кот"), ("blue по", "1. fish fish по"), ("ships дом", "1. sailors")):
        run(tmp_path, "--data", file, "--query", query, "--top", 1)
        assert wanted in capsys.readouterr().out, query


def test_an_index_of_other_data_or_code_or_a_damaged_one_is_made_anew(tmp_path, file, capsys, monkeypatch):
    folder = run(tmp_path, "--data", file, "--query", "fish") / "pairs.jsonl"
    file.write_text(file.read_text() + json.dumps({"query": "who reads", "answer": "a green fish reads"}) + "\n")
    run(tmp_path, "--data", file, "--query", "green fish")
    printed = capsys.readouterr().out
    assert printed.count("index built and saved") == 2 and "a green fish reads" in printed
    whole = (folder / "tfidf.index").read_bytes()
    place = whole.index(b"PK\x01\x02") + 6  # the version of zip that the file asks for
    (folder / "tfidf.index").write_bytes(whole[:place] + b"\xff" + whole[place + 1:])
    run(tmp_path, "--data", file, "--query", "green fish")
    monkeypatch.setattr(answers, "_code_digest", lambda: "other")
    run(tmp_path, "--data", file, "--query", "green fish")
    assert capsys.readouterr().out.count("index built and saved") == 2


def test_a_folder_that_cannot_be_written_to(tmp_path, file, capsys):
    (tmp_path / "out").write_text("a file")
    run(tmp_path, "--data", file, "--query", "blue fish", "--top", 1)
    printed = capsys.readouterr().out
    assert "index built, not saved (" in printed and "1. a blue fish" in printed
    with pytest.raises(SystemExit) as stop:
        run(tmp_path, "--data", file)
    assert stop.value.code == 2 and "seed 0" not in capsys.readouterr().out, "before the work, not after it"


def test_without_a_split_nothing_is_fitted_on_the_questions(tmp_path, file):
    folder = run(tmp_path, "--data", file, "--whole") / "pairs.jsonl"
    found = json.loads((folder / "results.json").read_text())["seeds"]["0"]
    assert list(found) == [name for name in METHODS if "questions" not in name]


def test_questions_from_the_terminal(tmp_path, file, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("blue fish\nwho sails\n\nnot asked\n"))
    run(tmp_path, "--data", file, "--interactive", "--top", 1)
    printed = capsys.readouterr().out
    assert printed.index("a blue fish") < printed.index("sailors sail") and printed.count("1. ") == 2
    monkeypatch.setattr(sys, "stdin", io.StringIO("blue fish"))  # the input ends
    run(tmp_path, "--data", file, "--interactive", "--top", 1)
    assert capsys.readouterr().out.count("1. ") == 1
