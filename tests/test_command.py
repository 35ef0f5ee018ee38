"""What all command lines share: examples in --help, --version, exit codes, output without escapes."""
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
        arguments = shlex.split(example.split("  ")[0])  # after two spaces comes the description
        parser(name).parse_args(arguments)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_a_help_text_with_its_default(name):
    for action in parser(name)._actions:
        assert action.help, action.dest
        if isinstance(action.default, (int, float, str)) and not isinstance(action.default, bool) and (
                action.default != "==SUPPRESS=="):
            assert "default" in action.help, action.dest


@pytest.mark.parametrize("name", COMMANDS)
def test_version_prints_the_installed_version(name, capsys):
    with pytest.raises(SystemExit) as stop:
        parser(name).parse_args(["--version"])
    assert stop.value.code == 0 and capsys.readouterr().out == f"minidl {metadata.version('minidl')}\n"


def test_version_without_an_installed_minidl(monkeypatch):
    def not_installed(name):
        raise metadata.PackageNotFoundError(name)
    monkeypatch.setattr(metadata, "version", not_installed)
    assert command.version() == "unknown: not installed"


@pytest.mark.parametrize("error, code", [
    (ValueError("a: b"), 2), (OSError("a: b"), 2), (ArithmeticError("a: b"), 1)])
def test_an_error_ends_with_one_line_and_its_exit_code(error, code, capsys):
    def call():
        raise error
    with pytest.raises(SystemExit) as stop:
        command.run("name", call)
    assert stop.value.code == code and capsys.readouterr().err == "name: error: a: b\n"


def test_ctrl_c_prints_the_given_line_and_exits_with_130(capsys):
    def call():
        raise KeyboardInterrupt
    with pytest.raises(SystemExit) as stop:
        command.run("name", call, "stopped; all is kept")
    assert stop.value.code == 130 and "stopped; all is kept" in capsys.readouterr().err


def test_a_returned_code_becomes_the_exit_code_and_success_returns():
    with pytest.raises(SystemExit) as stop:
        command.run("name", lambda: 1)
    assert stop.value.code == 1
    assert command.run("name", lambda: None) is None


def test_piped_output_has_no_escapes_and_no_carriage_returns(tmp_path):
    done = subprocess.run([sys.executable, "-m", "hw3.run", "--query", "what is dropout", "--top", "1", "--out",
                           str(tmp_path)], cwd=Path(__file__).parent.parent, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert b"\x1b" not in done.stdout + done.stderr and b"\r" not in done.stdout
    assert b"dropout" in done.stdout.lower()
