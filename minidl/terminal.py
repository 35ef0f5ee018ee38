"""Text for a terminal: no line is wider than it, the best row stands out, and no control character reaches it."""
import os
import re
import shutil
import sys
import textwrap

WIDTH = 80  # when the width is not known, as in a pipe


BOLD, PLAIN = "\033[1m", "\033[0m"  # bold type on and off
# what a terminal would obey: control characters but tab and line feed, other line ends, changes of the writing
# direction; and halves of characters, which cannot be encoded
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """Return a text whose control characters are replaced, so that none of them reaches a terminal.

    >>> printable("a\\x1b]0;title\\x07")
    'a\ufffd]0;title\ufffd'
    """
    return CONTROL.sub("\ufffd", text)


def printable_or_bold(text: str) -> str:
    """Return `printable(text)`, with the bold type that `emphasized` writes."""
    parts = re.split(f"({re.escape(BOLD)}|{re.escape(PLAIN)})", text)
    return "".join(part if part in (BOLD, PLAIN) else printable(part) for part in parts)


def terminal_width() -> int:
    """Return the number of columns of the terminal; WIDTH if it is not known."""
    return shutil.get_terminal_size((WIDTH, 24)).columns


def wrapped(text: str, indent: str = "  ") -> str:
    """Return text broken at spaces into lines that fit the terminal; `indent` begins every line after the first.

    A line break in `text` remains; a word that is wider than the terminal is not cut.  A no-break space keeps two words
    in one line, and becomes a space.
    """
    lines = [textwrap.fill(line, terminal_width(), subsequent_indent=indent, break_long_words=False,
                           break_on_hyphens=False) for line in text.split("\n")]
    return "\n".join(lines).replace("\u00a0", " ")


def emphasized(text: str) -> str:
    """Return a line in bold type if standard output is a terminal, otherwise with a star at its end.

    The environment variable NO_COLOR, if not empty, asks for the star on a terminal too (no-color.org).
    """
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb":
        return f"{BOLD}{text}{PLAIN}"
    return f"{text} *"
