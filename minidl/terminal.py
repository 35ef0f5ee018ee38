"""Text for a terminal: no line is wider than it, and the best row stands out."""
import os
import shutil
import sys
import textwrap

WIDTH = 80  # when the width is not known, as in a pipe


def terminal_width() -> int:
    """Return the number of columns of the terminal; WIDTH if it is not known."""
    return shutil.get_terminal_size((WIDTH, 24)).columns


def wrapped(text: str, indent: str = "  ") -> str:
    """Return text broken at spaces into lines that fit the terminal; `indent` begins every line after the first.

    A line break in `text` remains; a word that is wider than the terminal is not cut.
    """
    return "\n".join(textwrap.fill(line, terminal_width(), subsequent_indent=indent, break_long_words=False,
                                   break_on_hyphens=False) for line in text.split("\n"))


def emphasized(text: str) -> str:
    """Return a line in bold type if standard output is a terminal, otherwise with a star at its end.

    The environment variable NO_COLOR, if not empty, asks for the star on a terminal too (no-color.org).
    """
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb":
        return f"\033[1m{text}\033[0m"
    return f"{text} *"
