import sys

import pytest

from minidl.terminal import emphasized, terminal_width, wrapped


def test_the_width_is_that_of_the_terminal_and_80_when_unknown(monkeypatch):
    monkeypatch.setenv("COLUMNS", "47")
    assert terminal_width() == 47
    monkeypatch.setenv("COLUMNS", "0")
    assert terminal_width() == 80


def test_wrapped_text_fits_keeps_its_line_breaks_and_cuts_no_word(monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    text = wrapped(f"one two three four-five six\nseven {'x' * 30}")
    assert text.split("\n") == ["one two three", "  four-five six", "seven", f"  {'x' * 30}"]
    assert wrapped("written to runs; 0.3\u00a0s") == "written to runs;\n  0.3 s"


@pytest.mark.parametrize("is_terminal, variables, expected", [
    (True, {}, "\033[1mrow\033[0m"), (False, {}, "row *"), (True, {"NO_COLOR": "1"}, "row *"),
    (True, {"NO_COLOR": ""}, "\033[1mrow\033[0m"), (True, {"TERM": "dumb"}, "row *")])
def test_the_best_row_is_bold_only_on_a_terminal_that_may_have_it(monkeypatch, is_terminal, variables, expected):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal, raising=False)
    assert emphasized("row") == expected
