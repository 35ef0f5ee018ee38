"""What HW3 prints on a terminal: no line is too wide, the best method stands out, Ctrl-C ends it in one line."""
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from hw3.steps import print_metrics
from minidl.metrics.bootstrap import Interval
from tests.data import question_files
from tests.hw3.conftest import PAIRS, run

LONG = ("what is long", "long " * 60 + "answer")


@pytest.mark.parametrize("arguments", [["--query", "what is long"], ["--query", "zebra " * 30], []])
def test_no_line_is_wider_than_the_terminal(tmp_path, monkeypatch, capsys, arguments):
    monkeypatch.setenv("COLUMNS", "80")
    path = question_files.write(tmp_path, "a.jsonl", question_files.lines, [*PAIRS, LONG])
    monkeypatch.chdir(tmp_path)
    run(Path(), "--data", path.name, *arguments)
    printed = capsys.readouterr().out
    assert printed and all(len(line) <= 80 for line in printed.splitlines())


def test_the_method_with_the_highest_mean_mrr_stands_out(capsys):
    def split(values):
        return {name: {"MRR": Interval(value, 0, 1)} for name, value in zip(("TF-IDF", "B", "C"), values)}
    for splits, best in ([split([0.1, 0.3, 0.2])], "B"), ([split([0.1, 0.9, 0.2]), split([0.3, 0.1, 0.9])], "C"):
        print_metrics(splits)
        marked = [line for line in capsys.readouterr().out.splitlines() if line.endswith(" *")]
        assert len(marked) == 1 and marked[0].startswith(best)


@pytest.mark.parametrize("values", [[0.0, 0.0], [0.4, 0.5901, 0.5902]])
def test_no_method_stands_out_if_two_have_the_same_digits(capsys, values):
    print_metrics([{name: {"MRR": Interval(value, 0, 1)} for name, value in zip(("TF-IDF", "B", "C"), values)}])
    assert "*" not in capsys.readouterr().out


def test_two_questions_are_too_few_for_a_split(tmp_path, capsys):
    path = question_files.write(tmp_path, "a.jsonl", question_files.lines, PAIRS[:2])
    with pytest.raises(SystemExit) as stop:
        run(tmp_path, "--data", path)
    assert stop.value.code == 2 and capsys.readouterr().err.splitlines()[-1].endswith(
        "must have at least 3 questions for a training and a test part, got 2; --whole evaluates without a split")
    run(tmp_path, "--data", path, "--whole")
    assert "2 questions, 2 distinct answers" in capsys.readouterr().out


@pytest.mark.parametrize("question, line", [
    ("", "no answer: the question must have a word of two letters or more"),
    ("?!", "no answer: the question must have a word of two letters or more")])
def test_a_question_without_words_gets_one_line(tmp_path, file, capsys, question, line):
    run(tmp_path, "--data", file, "--query", question)
    assert capsys.readouterr().out.splitlines()[2:] == [line]


def test_ctrl_c_at_the_prompt_ends_the_questions_in_one_line(tmp_path, file):
    ours, theirs = pty.openpty()
    process = subprocess.Popen([sys.executable, "-m", "hw3.run", "--interactive", "--data", str(file), "--out",
                                str(tmp_path)], stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
                               preexec_fn=controlling_terminal, cwd=Path(__file__).parents[2])
    os.close(theirs)
    shown = b""
    while b"question> " not in shown:
        shown += os.read(ours, 1000)
    press_until_the_end(ours, b"\x03", process)
    ended = os.read(ours, 1000).decode().replace("^C", "")
    os.close(ours)
    assert process.returncode == 130 and ended.split() == ["hw3.run:", "stopped"]


def press_until_the_end(terminal, key, process, seconds=5, times=12):
    """Press a key until the process ends: a Ctrl-C between prompt and read only counts when the read is interrupted."""
    for _ in range(times):
        os.write(terminal, key)
        try:
            process.wait(seconds)
            return
        except subprocess.TimeoutExpired:
            continue


def controlling_terminal():
    """Make standard input the terminal whose Ctrl-C interrupts this process."""
    import fcntl
    import termios
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
