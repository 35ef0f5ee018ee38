"""The scripts with closed or full streams, and with texts that are hard to print: no traceback, one line at most."""
import os
import subprocess
import sys
from pathlib import Path

import pytest

from minidl.terminal import printable, printable_or_bold

ROOT = Path(__file__).parents[1]
QUICK = {
    "hw1.run": "--exp 1 --epochs 1",
    "hw2.run": "--task 1 --model tiny --max-new-tokens 2 --prompt hello",
    "hw3.run": "--query dropout",
    "hw4.run": "--task 2",
}
ALL_CLOSED = "<&- >&- 2>&-"
# how the shell runs the script, and the exit code: 2 with one line if what it prints cannot be kept
STREAMS = {"<&-": 0, ">&-": 0, "2>&-": 0, ALL_CLOSED: 0, ">/dev/full": 2, "2>/dev/full": 0, "| true": 0}
HARD_TEXTS = {"surrogates": "a\udcff\udcfe", "empty": "", "100 kB": "dropout " * 12_500,
              "escapes": "\033]0;dropout\007", "no words": "?!"}


def call(tmp_path, script, arguments, streams="", *more):
    """Run a script in bash; return (its exit code, what it printed to standard error, to standard output)."""
    command = f'set -o pipefail; "$PYTHON" -m {script} {arguments} --out "$OUT" "$@" {streams}'
    done = subprocess.run(["bash", "-c", command, "bash", *more], cwd=ROOT, capture_output=True, text=True, timeout=300,
                          errors="replace", env={**os.environ, "PYTHON": sys.executable, "OUT": str(tmp_path),
                                                 "OMP_NUM_THREADS": "1"})
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr, done.stderr
    return done.returncode, done.stderr, done.stdout


@pytest.mark.parametrize("script, streams", [
    *(("hw3.run", streams) for streams in STREAMS),
    *((script, streams) for script in ("hw1.run", "hw2.run", "hw4.run") for streams in (ALL_CLOSED, ">/dev/full"))])
def test_a_script_whose_streams_are_closed_or_full(tmp_path, script, streams):
    code, error, _ = call(tmp_path, script, QUICK[script], streams)
    assert code == STREAMS[streams], error
    if code:
        assert f"{script}: error: [Errno 28] No space left on device" in error


@pytest.mark.parametrize("name", HARD_TEXTS)
def test_a_question_that_is_hard_to_print(tmp_path, name):
    code, error, printed = call(tmp_path, "hw3.run", "", "", "--query", HARD_TEXTS[name])
    assert code == (2 if name == "surrogates" else 0), error
    assert "must be UTF-8 text" in error if name == "surrogates" else printed
    assert printed == printable(printed)


def test_interactive_without_an_input_ends_at_once(tmp_path):
    assert call(tmp_path, "hw3.run", "--interactive", "<&-")[0] == 0


@pytest.mark.parametrize("name", ["surrogates", "empty", "100 kB"])
def test_a_prompt_that_cannot_be_decoded_is_one_line(tmp_path, name):
    code, error, _ = call(tmp_path, "hw2.run", "--task 1 --model tiny --max-new-tokens 2", "", "--prompt",
                          HARD_TEXTS[name])
    assert code == (0 if name == "empty" else 2), error
    if code:
        assert error.strip().splitlines()[-1].startswith(("hw2.run: error: ", "python -m hw2.run: error: "))


def test_control_characters_are_replaced_but_bold_type_and_line_ends_stay():
    assert printable_or_bold("a\tb\n\033[1mc\033[0m") == "a\tb\n\033[1mc\033[0m"
    assert printable("\033[1m") == "\ufffd[1m" and printable_or_bold("\033[31m") == "\ufffd[31m"
    for character in (*map(chr, range(0x20)), *map(chr, range(0x7f, 0xa0)), "\u202e", "\u2066"):
        assert printable(character) == printable_or_bold(character) == (character if character in "\n\t" else "\ufffd")
    assert printable("\033[31m") == "\ufffd[31m"


def test_a_name_with_escape_sequences_does_not_reach_the_terminal(tmp_path):
    file = tmp_path / "table.csv"
    file.write_text("a\033[2J,y\n" + "".join(f"{n % 7},{n % 2}\n" for n in range(40)))
    code, error, printed = call(tmp_path, "hw1.run", f"--exp 1 --epochs 1 --data {file} --target y")
    assert code == 0 and "\033" not in error + printed and "a\ufffd[2J" in printed
