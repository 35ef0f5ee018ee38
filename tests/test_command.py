"""What all command lines share: examples in --help, --version, exit codes, output without escapes."""
import importlib
import os
import shlex
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from minidl import command

COMMANDS = ["hw1.compare", "hw1.run", "hw2.run", "hw2.train_tiny", "hw3.run", "hw4.run"]


def parser(name):
    return importlib.import_module(name).parser()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_examples_of_help_are_accepted(name):
    text, start = parser(name).format_help(), f"  python -m {name}"
    examples = [line.removeprefix(start) for line in text.splitlines() if line.startswith(start)]
    assert len(examples) >= 2 and "examples:" in text
    for example in examples:
        parser(name).parse_args(shlex.split(example))


@pytest.mark.parametrize("name", COMMANDS)
def test_help_fits_the_terminal(name, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert max(map(len, parser(name).format_help().splitlines())) <= 80


@pytest.mark.parametrize("name", COMMANDS)
def test_a_bad_argument_is_one_line(name, capsys):
    with pytest.raises(SystemExit) as stop:
        parser(name).parse_args(["--no-such\x1b"])
    line, = capsys.readouterr().err.splitlines()
    assert stop.value.code == 2 and line.startswith(f"{name}: error: ") and line.endswith("; see --help")
    assert line.isprintable()


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
    assert stop.value.code == 130 and capsys.readouterr().err == "name: stopped; all is kept\n"


def test_a_returned_code_becomes_the_exit_code_and_success_returns():
    with pytest.raises(SystemExit) as stop:
        command.run("name", lambda: 1)
    assert stop.value.code == 1
    assert command.run("name", lambda: None) is None


def test_loading_is_said_only_before_the_first_import(capsys):
    command.run("name", lambda: None, loading="no_such_package")
    command.run("name", lambda: None, loading="sys")
    assert capsys.readouterr().err == "loading no_such_package ...\n"


NO_IMPORT = """
import sys
from importlib import import_module

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name in ("numpy", "torch"):
            raise OSError(f"import of {name}")

sys.meta_path.insert(0, Refuse())
import_module(sys.argv[1]).main(sys.argv[2:])
"""


@pytest.mark.parametrize("name, arguments", [
    ("hw1.run", ["--exp", "1"]), ("hw2.run", ["--task", "1"]), ("hw2.train_tiny", []), ("hw3.run", []),
    ("hw4.run", ["--task", "1"])])
def test_something_is_said_before_the_slow_imports(name, arguments, tmp_path):
    command_line = [sys.executable, "-c", NO_IMPORT, name, *arguments, "--out", str(tmp_path)]
    done = subprocess.run(command_line, capture_output=True, text=True)
    first, error = (done.stdout + done.stderr).splitlines()
    assert done.returncode == 2 and first.startswith("loading ") and error.startswith(f"{name}: error: import of ")


def test_a_file_gets_no_progress_bars_of_transformers(monkeypatch, capsys):
    for is_terminal, expected in (False, "1"), (True, None):
        monkeypatch.setattr(os, "environ", {})
        monkeypatch.setattr("sys.stderr.isatty", lambda: is_terminal)
        command.run("name", lambda: None)
        assert os.environ.get("HF_HUB_DISABLE_PROGRESS_BARS") == expected


CLOSED_PIPE = """
import sys
from minidl import command

def call():
    for number in range(20_000):
        print("a line", number)
        print("a line", number, file=sys.stderr)
    open(sys.argv[1], "w").close()

command.run("name", call)
"""


@pytest.mark.parametrize("both", ["", "2>&1"])
def test_a_closed_pipe_neither_stops_the_work_nor_is_an_error(tmp_path, both):
    program = f"{shlex.quote(sys.executable)} -c {shlex.quote(CLOSED_PIPE)} {shlex.quote(str(tmp_path / 'done'))}"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {program} {both} | head -n 1"], capture_output=True,
                          cwd=Path(__file__).parent.parent, timeout=300)
    assert done.returncode == 0 and (tmp_path / "done").exists()
    assert b"Error" not in done.stderr and done.stdout == b"a line 0\n"


def test_piped_output_has_no_escapes_and_no_carriage_returns(tmp_path):
    done = subprocess.run([sys.executable, "-m", "hw3.run", "--query", "what is dropout", "--top", "1", "--out",
                           str(tmp_path)], cwd=Path(__file__).parent.parent, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert b"\x1b" not in done.stdout + done.stderr and b"\r" not in done.stdout
    assert b"dropout" in done.stdout.lower()
