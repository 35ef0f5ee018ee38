"""HW3 on a user's own file: what is skipped, how it is read, what is refused."""
import pytest

from tests.data import question_files
from tests.hw3.conftest import PAIRS, run


def test_what_was_skipped_and_what_repeats_is_printed(tmp_path, capsys):
    rows = [*PAIRS, ("", "an answer"), ("a question", " "), (PAIRS[0][0], "another red fish")]
    path = question_files.write(tmp_path, "a.csv", question_files.table, rows)
    run(tmp_path, "--data", path)
    printed = capsys.readouterr().out.splitlines()
    assert printed[:3] == ["data a.csv: 13 questions, 5 distinct answers",
                           "2 rows without a question or an answer: skipped",
                           "4 questions repeat with other answers: Recall@1 is at most 0.923"]
    run(tmp_path, "--data", path, "--whole")
    assert "1 row without a question: only the answer is kept" in capsys.readouterr().out
    run(tmp_path, "--data", path, "--query", "which answer")
    printed = capsys.readouterr().out
    assert "1 row without a question: only the answer is kept" in printed and "1. an answer" in printed


@pytest.mark.parametrize("content, options", [
    (lambda rows: question_files.table(rows, None, delimiter=";"), ["--no-header"]),
    (lambda rows: question_files.table(rows).encode("utf-32"), []),
    (lambda rows: question_files.table(rows).encode("utf-16-be"), ["--encoding", "utf-16-be"]),
    (lambda rows: question_files.table(rows, ("x", "y")), ["--query-column", "X", "--answer-column", "y"])])
def test_the_options_of_a_file(tmp_path, capsys, content, options):
    path = question_files.write(tmp_path, "a", content, PAIRS)
    run(tmp_path, "--data", path, "--query", "who sails", *options)
    assert "1. sailors sail over the sea" in capsys.readouterr().out


@pytest.mark.parametrize("content, options, message", [
    (lambda rows: question_files.table([("ночь", "да")]).encode("cp1251"), [],
     "a, line 2: must be UTF-8 text; --encoding NAME, such as cp1251, reads another encoding"),
    (lambda rows: question_files.table(rows), ["--encoding", "cp"],
     "error: --encoding: must be one that Python knows, such as cp1251, got 'cp'"),
    (lambda rows: question_files.table([("a", "")]), ["--strict"],
     "a, line 2, column 'answer': must be text, got nothing"),
    (lambda rows: '{"text": "an answer"}', ["--whole"],
     "--data: must have questions for an evaluation, got only answers; ask by --query")])
def test_a_refused_file_gives_one_line_and_exit_code_2(tmp_path, capsys, content, options, message):
    path = question_files.write(tmp_path, "a", content, PAIRS)
    with pytest.raises(SystemExit) as stop:
        run(tmp_path, "--data", path, *options)
    error = capsys.readouterr().err
    assert stop.value.code == 2 and error.count("\n") == 1 and error.rstrip().endswith(message)
