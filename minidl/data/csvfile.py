"""CSV files as people's tools write them, read as a Table.

Cells stay text.  minidl.data.kinds decides what a column is, from all of its cells.
"""
import contextlib
import csv
import re
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import numpy as np

from minidl.arrays import Strings
from minidl.checks import check_flags, checked_path, require
from minidl.data.dialect import Dialect, dialect_of
from minidl.data.table import Table
from minidl.data.textfile import open_text
from minidl.sentences import counted

if TYPE_CHECKING:
    from _csv import Reader  # the type of csv.reader(...), which has no public name

CHUNK_SIZE = 50_000  # rows that are parsed before they are converted to columns
UNNAMED = re.compile(r"(unnamed(: ?\d+)?)?", re.IGNORECASE)  # "Unnamed: 0" is what pandas makes of an empty name
LONGEST_CELL = 2**31 - 1  # characters; the largest limit that csv accepts on every system
_limit_lock = threading.Lock()


def read_csv(path: Path | str, encoding: str | None = None, *, strip: bool = True, header: bool = True) -> Table:
    """Read a CSV file as a Table.

    The file may be packed by gzip; it is UTF-8, UTF-16 or UTF-32, or has the given encoding.
    Its delimiter is a comma, semicolon, tab or bar: the one that splits the first rows into the same number of cells;
    or the one that a first line such as "sep=;" names.  Cells may be quoted; minidl.data.dialect says when a file with
    tabs has no quoting.  Rows without content are skipped.  Spaces around names, and with `strip` around cells, are
    removed.  A first column without a name, or one for which the header has no place, has row labels; empty columns
    without a name are dropped; other names that are missing or repeated are made up.  The table's notes say so.
    If `header` is False, the first row has data, and the columns are named "1", "2", ....

    Raises:
        OSError: the file does not exist or cannot be read.
        ValueError: the file cannot be decoded, has no rows, a row whose length differs from the header's, or a
            quote that is not closed; the message names the file and the line.
    """
    require(encoding is None or isinstance(encoding, str), "encoding", "must be None or a name", encoding, TypeError)
    check_flags(strip=strip, header=header)
    with open_text(checked_path("path", path), encoding) as file:
        with cells_of_any_length():
            return parse_table(file, str(path), dialect_of(file), strip=strip, header=None if header else [])


@contextlib.contextmanager
def cells_of_any_length() -> Iterator[None]:
    """Raise csv's limit on the length of a cell, 131,072 characters, which is one for the whole process."""
    with _limit_lock:
        previous = csv.field_size_limit(LONGEST_CELL)
        try:
            yield
        finally:
            csv.field_size_limit(previous)


def parse_table(file: TextIO, path: str, dialect: Dialect, *, strip: bool, header: Sequence[str] | None) -> Table:
    """Return the Table of a file that has been opened; call it inside `cells_of_any_length`.

    header: None if the file has one; otherwise the names of the first columns. The others are named by their number.
    """
    delimiter, is_quoted, skipped = dialect
    reader = csv.reader(islice(file, skipped, None), delimiter=delimiter, strict=True,
                        quoting=csv.QUOTE_MINIMAL if is_quoted else csv.QUOTE_NONE)
    lines: list[int] = []
    n_empty = Counter[str]()
    try:
        names = [name.strip() for name in next(reader, [])] if header is None else [*header]
        rows = _full_rows(reader, n_empty, strip)
        first = next(rows, None)
        if header is None and not any(names) or first is None:
            raise ValueError(f"{path}: must have {'a header and ' if header is None else ''}at least one row")
        if header is not None:
            names += map(str, range(len(names) + 1, len(first) + 1))
        elif len(first) == len(names) + 1 and first[-1]:  # R's write.table has no name for row labels
            names.insert(0, "")
        cells = _columns(_even_rows(chain([first], rows), reader, names, path, lines, skipped))
    except csv.Error as error:
        raise ValueError(f"{path}, line {skipped + reader.line_num}: must be CSV, got {error}") from None
    kept_names, row_label, notes = _names(names, cells)
    notes += [f"{counted(count, 'row')} without content: skipped" for count in n_empty.values()]
    columns = {name: column for name, column in zip(kept_names, cells) if name is not None}
    return Table(columns, path, np.array(lines), delimiter, row_label, notes)


def _full_rows(reader: "Reader", n_empty: "Counter[str]", strip: bool) -> Iterator[list[str]]:
    """Yield the rows that have content, perhaps without the spaces around cells; count the others, but blank lines."""
    for row in reader:
        stripped = [cell.strip() for cell in row]
        if any(stripped):
            yield stripped if strip else row
        elif len(row) > 1:
            n_empty["rows"] += 1


def _even_rows(rows: Iterator[list[str]], reader: "Reader", header: list[str], path: str,
               lines: list[int], skipped: int) -> Iterator[list[str]]:
    """Yield rows as long as the header, and append their line numbers to `lines`; raise if one has another length.

    skipped: number of lines before the header.
    Empty cells at the end may be missing, or be too many, beyond the last name.
    """
    width = len(header)
    named = max(k for k, name in enumerate(header, start=1) if name)
    for row in rows:
        if len(row) > width and not any(row[width:]):
            row = row[:width]
        if not named <= len(row) <= width:
            raise ValueError(f"{path}, line {skipped + reader.line_num}: must have {width} fields, got {len(row)}")
        lines.append(skipped + reader.line_num)
        yield row + [""] * (width - len(row))


def _names(header: list[str], cells: list[Strings]) -> tuple[list[str | None], str | None, list[str]]:
    """Return the columns' names, None for a column to drop; the name of the row labels, or None; notes."""
    names: list[str | None] = []
    row_label, notes, n_dropped, copies = None, [], 0, dict[str, int]()  # copies: of each name, as it was wanted
    for number, (name, column) in enumerate(zip(header, cells), start=1):
        if not name and number > 1 and not any(column):
            n_dropped += 1
            names.append(None)
            continue
        if number == 1 and UNNAMED.fullmatch(name):
            row_label = name = name or "row label"
        elif not name:
            name = f"column {number}"
            notes.append(f"column {number} has no name: it is called {name!r}")
        wanted = name
        while name in copies:  # "x (2)" may itself be in the header
            copies[wanted] += 1
            name = f"{wanted} ({copies[wanted]})"
        copies[name] = 1
        if name != wanted:
            notes.append(f"column {number} is called {wanted!r} like another: it becomes {name!r}")
        names.append(name)
    if n_dropped:
        notes.append(f"{counted(n_dropped, 'empty column')} without a name: dropped")
    return names, row_label, notes


def _columns(rows: Iterator[list[str]]) -> list[Strings]:
    """Return the columns of the rows, converted in chunks, because lists of cells take more memory than arrays."""
    chunks: list[list[Strings]] = []  # the columns of each chunk
    shared: dict[str, str] = {}
    while chunk := list(islice(rows, CHUNK_SIZE)):
        chunks.append([_strings(cells, shared) for cells in zip(*chunk)])
        if len(shared) > CHUNK_SIZE * len(chunk[0]):
            shared.clear()
    return [np.concatenate(parts) for parts in zip(*chunks)]


def _strings(cells: Iterable[str], shared: dict[str, str]) -> Strings:
    """Return the cells as an array.

    Equal cells become one str object, kept in `shared`, to save memory: most long columns repeat their cells.
    """
    return np.array([shared.setdefault(cell, cell) for cell in cells], dtype=object)
