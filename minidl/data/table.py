"""Tables: a CSV file as a dict from column name to an array of its cells.

Cells stay text.  Whether a column is numeric is decided later, from all of its cells.
"""
import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np

from minidl.arrays import Bools, Int64s, Integers, Strings
from minidl.data.textfile import open_text

if TYPE_CHECKING:
    from _csv import Reader  # the type of csv.reader(...), which has no public name

MISSING_VALUES = ("", "na", "n/a", "nan", "null")  # compared in lower case
DELIMITERS = ",;\t"
CHUNK_SIZE = 50_000  # rows that are parsed before they are converted to columns

Columns = Mapping[str, Strings]  # a Table or a plain dict
TextColumns = Mapping[str, Strings | Sequence[str]]  # the same, or with lists of str


class Table(dict[str, Strings]):
    """A dict from column name to an (N,) object array of str; a missing cell is "".

    source: the file's path.
    lines: (N,) int64, the line on which each row ends, counted from 1.  Blank lines
    and line breaks inside cells make it differ from the row's index.
    """

    def __init__(self, columns: Columns | Iterable[tuple[str, Strings]], source: str, lines: Int64s) -> None:
        super().__init__(columns)
        self.source, self.lines = source, lines


def table_name(table: Mapping[str, Any]) -> str:
    """Return the table's name for error messages: its file, or "table" for a plain dict."""
    return table.source if isinstance(table, Table) else "table"


def location(table: Mapping[str, Any], row: int | np.integer[Any]) -> str:
    """Return a row's location for error messages: file and line, or the row's index in a plain dict."""
    return f"{table.source}, line {table.lines[row]}" if isinstance(table, Table) else f"row {row}"


def read_csv(path: Path | str) -> Table:
    """Read a CSV file with a header as a Table.

    The file is UTF-8, with or without a byte-order mark; gzip if its name ends in .gz.
    The delimiter is the most frequent of comma, semicolon and tab in the header.
    Blank lines are skipped.

    Raises:
        OSError: the file does not exist or cannot be read.
        ValueError: the file is not UTF-8, has no rows, an empty or repeated column
            name, a row whose length differs from the header's, or a quote that is
            not closed; the message names the file and the line.
    """
    with open_text(path) as file:
        return _parse(file, str(path))


def _parse(file: TextIO, path: str) -> Table:
    no_rows = ValueError(f"{path}: must have a header and at least one row")
    header = file.readline()
    if not header.strip():
        raise no_rows
    reader = csv.reader(chain([header], file), delimiter=max(DELIMITERS, key=header.count), strict=True)
    lines: list[int] = []
    try:
        names = _checked_names(next(reader), path)
        columns = _columns(_checked_rows(reader, len(names), path, lines))
    except csv.Error as error:
        raise ValueError(f"{path}, line {reader.line_num}: must be CSV, got {error}") from None
    if not lines:
        raise no_rows
    return Table(zip(names, columns), path, np.array(lines))


def _checked_names(names: list[str], path: str) -> list[str]:
    """Return the column names; raise if one is blank or repeated."""
    for number, name in enumerate(names, start=1):
        if not name.strip():
            raise ValueError(f"{path}: every column must have a name, got none for column {number}")
        if names.index(name) < number - 1:
            raise ValueError(f"{path}: column names must differ, got {name!r} twice")
    return names


def _checked_rows(reader: "Reader", width: int, path: str, lines: list[int]) -> Iterator[list[str]]:
    """Yield the rows that are not blank and append their line numbers to `lines`; raise if one has another width."""
    for row in reader:
        if not row:
            continue
        if len(row) != width:
            raise ValueError(f"{path}, line {reader.line_num}: must have {width} fields, got {len(row)}")
        lines.append(reader.line_num)
        yield row


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
    """Return the cells as an array; a missing cell is "".

    Equal cells become one str object, kept in `shared`, to save memory: most long columns repeat their cells.
    """
    strings = []
    for cell in cells:
        string = shared.get(cell)
        if string is None:
            string = shared[cell] = "" if cell.strip().lower() in MISSING_VALUES else cell
        strings.append(string)
    return np.array(strings, dtype=object)


def take_rows(table: Columns, rows: Integers | Bools) -> dict[str, Strings]:
    """Return the table of the rows that an index array or a boolean mask selects."""
    columns = {name: cells[rows] for name, cells in table.items()}
    return Table(columns, table.source, table.lines[rows]) if isinstance(table, Table) else columns


def drop_columns(table: Columns, names: Sequence[str]) -> dict[str, Strings]:
    """Return the table without the columns in `names`."""
    columns = {name: cells for name, cells in table.items() if name not in names}
    return Table(columns, table.source, table.lines) if isinstance(table, Table) else columns
