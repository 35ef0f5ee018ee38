"""What the command lines share: help with examples that hold, the version, exit codes, plain output."""
import importlib
import shlex
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from minidl import command

COMMANDS = ["hw1.run", "hw2.run", "hw2.train_tiny", "hw3.run", "hw4.run"]


def parser(name):
    return importlib.import_module(name).parser()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_examples_of_help_are_accepted(name):
    text = parser(name).format_help()
    examples = [line.split(f"python -m {name} ", 1)[1] for line in text.splitlines() if line.startswith("  python -m ")]
    assert len(examples) >= 2 and max(map(len, text.splitlines())) <= 120
    for example in examples:
        arguments = shlex.split(example.split("  ")[0])  # then comes what it does
        parser(name).parse_args(arguments)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_explained_and_defaults_are_told(name):
    for action in parser(name)._actions:
        assert action.help, action.dest
        if isinstance(action.default, (int, float, str)) and not isinstance(action.default, bool) and (
                action.default != "==SUPPRESS=="):
            assert "default" in action.help, action.dest


@pytest.mark.parametrize("name", COMMANDS)
def test_the_version(name, capsys):
    with pytest.raises(SystemExit) as stop:
        parser(name).parse_args(["--version"])
    assert stop.value.code == 0 and capsys.readouterr().out == f"minidl {metadata.version('minidl')}\n"


def test_the_version_where_minidl_is_not_installed(monkeypatch):
    def version(name):
        raise metadata.PackageNotFoundError(name)
    monkeypatch.setattr(metadata, "version", version)
    assert command.version() == "unknown: not installed"


@pytest.mark.parametrize("error, code", [
    (ValueError("a: b"), 2), (OSError("a: b"), 2), (ArithmeticError("a: b"), 1)])
def test_what_fails_ends_with_one_line_and_a_code(error, code, capsys):
    def call():
        raise error
    with pytest.raises(SystemExit) as stop:
        command.run("name", call)
    assert stop.value.code == code and capsys.readouterr().err == "name: error: a: b\n"


def test_ctrl_c_says_what_was_kept(capsys):
    def call():
        raise KeyboardInterrupt
    with pytest.raises(SystemExit) as stop:
        command.run("name", call, "stopped; all is kept")
    assert stop.value.code == 130 and "stopped; all is kept" in capsys.readouterr().err


def test_a_code_is_passed_on_and_success_returns():
    with pytest.raises(SystemExit) as stop:
        command.run("name", lambda: 1)
    assert stop.value.code == 1
    assert command.run("name", lambda: None) is None


def test_piped_output_is_plain_and_whole_lines(tmp_path):
    done = subprocess.run([sys.executable, "-m", "hw3.run", "--query", "what is dropout", "--top", "1", "--out",
                           str(tmp_path)], cwd=Path(__file__).parent.parent, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert b"\x1b" not in done.stdout + done.stderr and b"\r" not in done.stdout
    assert b"dropout" in done.stdout.lower()
