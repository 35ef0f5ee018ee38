"""How a table's cells are written: the delimiter, whether cells may be quoted, the lines before the header.

The delimiter is the one that splits the first lines into the same number of cells, or the one that a first line such
as "sep=;" names.  Cells are quoted as in CSV (RFC 4180).  Files with tabs often have no quoting at all, and a cell may
begin with a quotation mark: then every line has the same number of tabs, and a line is no valid CSV by itself.
"""
import csv
import re
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple, TextIO

DELIMITERS = "\t;|,"  # of two that fit equally well, the first is taken
HEAD = 50  # lines that determine the delimiter
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)  # what Excel reads in the first line


class Dialect(NamedTuple):
    """delimiter: one character.  is_quoted: whether cells may be quoted.  n_skipped: lines before the first row."""

    delimiter: str
    is_quoted: bool = True
    n_skipped: int = 0


def dialect_of(file: TextIO) -> Dialect:
    """Return the Dialect of a file that has been opened, and leave it at its start."""
    head = list(islice(file, HEAD))
    file.seek(0)
    skipped = next((n for n, line in enumerate(head) if line.strip()), len(head))
    named = SEPARATOR_LINE.fullmatch(head[skipped]) if skipped < len(head) else None
    skipped += named is not None
    delimiter = named[1] if named else max(DELIMITERS, key=lambda mark: fit(head[skipped:], mark))
    return with_quoting(file, delimiter, skipped)


def with_quoting(file: TextIO, delimiter: str, n_skipped: int) -> Dialect:
    """Return the Dialect of a file whose delimiter is known, and leave it at its start."""
    is_quoted = True
    if delimiter == "\t":
        is_quoted = not is_without_quoting(islice(file, n_skipped, None), delimiter)
        file.seek(0)
    return Dialect(delimiter, is_quoted, n_skipped)


def fit(lines: list[str], delimiter: str) -> tuple[float, int]:
    """Return how well a delimiter splits a file's first lines: the share of even rows, and the header's width."""
    if delimiter == "\t" and is_without_quoting(lines, delimiter):
        return 1.0, lines[0].count(delimiter) + 1
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if any(row)]
    except csv.Error:
        return 0.0, 0
    if not widths or widths[0] == 1:
        return 0.0, 0
    rows = widths[1:-1] or widths[1:]  # the last line may be the beginning of a row
    return sum(width in (widths[0], widths[0] + 1) for width in rows) / max(len(rows), 1), widths[0]


def is_without_quoting(lines: Iterable[str], delimiter: str) -> bool:
    """Return whether all lines have the same number of delimiters, at least one, and one line alone is no valid CSV.

    >>> is_without_quoting(["q|a", '1|"x'], "|"), is_without_quoting(["q|a", '1|"x', 'y"|z|'], "|")
    (True, False)
    """
    count, has_loose_quote = None, False
    for line in lines:
        if line.strip():
            count = line.count(delimiter) if count is None else count
            if count == 0 or line.count(delimiter) != count:
                return False
            has_loose_quote = has_loose_quote or '"' in line and not is_csv(line, delimiter)
    return has_loose_quote


def is_csv(line: str, delimiter: str) -> bool:
    """Return whether a line is a whole row of CSV.

    >>> is_csv('"a",b', ","), is_csv('"a,b', ","), is_csv('"a" b,c', ",")
    (True, False, False)
    """
    try:
        return len(list(csv.reader([line], delimiter=delimiter, strict=True))) == 1
    except csv.Error:
        return False
