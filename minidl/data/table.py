"""Tables: a CSV file as a dict from column name to an array of its cells.

Cells stay text until a column is asked for its numbers, so that reading decides
nothing about a column's kind.
"""
import csv
import gzip
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from _csv import Reader  # what csv.reader returns has no public name

MISSING = ("", "na", "n/a", "nan", "null")  # in any case
DELIMITERS = ",;\t"
CHUNK = 50_000  # rows that are lists of cells at a time, before they become columns

Cells = npt.NDArray[np.object_]  # (N,) str
Columns = Mapping[str, Cells]  # a Table, or a plain dict
Texts = Mapping[str, Cells | Sequence[str]]  # that may be lists as well


class Table(dict[str, Cells]):
    """A dict from column name to an (N,) object array of str, missing cells as "".

    `source` is the file's path; `lines` (N,) the line on which each row ends, counted
    from 1: with blank lines and line breaks inside cells, no function of its number.
    """

    def __init__(self, columns: Columns | Iterable[tuple[str, Cells]], source: str,
                 lines: npt.NDArray[np.int64]) -> None:
        super().__init__(columns)
        self.source, self.lines = source, lines


def source(table: Mapping[str, Any]) -> str:
    """Return what an error message calls the table: its file, or "table" for a plain dict."""
    return table.source if isinstance(table, Table) else "table"


def place(table: Mapping[str, Any], row: int | np.integer[Any]) -> str:
    """Return where a row stands, for an error message: file and line, or its number in a plain dict."""
    return f"{table.source}, line {table.lines[row]}" if isinstance(table, Table) else f"row {row}"


def read_csv(path: Path | str) -> Table:
    """Read a CSV file with a header, as a Table.

    UTF-8, with or without a byte-order mark; gzip if the name ends in .gz; comma,
    semicolon or tab, whichever the header has most of.  Blank lines are skipped.

    Raises:
        OSError: there is no such file, or it cannot be read.
        ValueError: the file is not UTF-8, has no rows, an empty or repeated column
            name, a row of another length than the header, a quote that is not
            closed; the message names the file and the line.
    """
    path = str(path)
    try:
        with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8-sig", newline="") as file:
            return _read(file, path)
    except UnicodeDecodeError:
        raise ValueError(f"{path}, line {_line_that_is_no_text(path)}: must be UTF-8 text") from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(f"{path}: must be a whole gzip file, got one that is not ({error})") from None


def _read(file: TextIO, path: str) -> Table:
    header = file.readline()
    delimiter = max(DELIMITERS, key=header.count)
    reader = csv.reader(chain([header], file), delimiter=delimiter, strict=True)
    try:
        names = _column_names(next(reader), path) if header.strip() else []
        chunks: list[list[Cells]] = [[] for _ in names]
        lines: list[int] = []
        shared: dict[str, str] = {}
        while names and (rows := list(islice(_checked(reader, len(names), path, lines), CHUNK))):
            for column, cells in zip(chunks, zip(*rows)):
                # equal cells become one string: a column of a million rows has few distinct ones, or short
                column.append(np.array([_clean(cell, shared) for cell in cells], dtype=object))
            if len(shared) > CHUNK * len(names):
                shared.clear()
    except csv.Error as error:
        raise ValueError(f"{path}, line {reader.line_num}: must be CSV, got {error}") from None
    if not lines:
        raise ValueError(f"{path}: must have a header and at least one row")
    return Table(zip(names, map(np.concatenate, chunks)), path, np.array(lines))


def _column_names(names: list[str], path: str) -> list[str]:
    for number, name in enumerate(names, start=1):
        if not name.strip():
            raise ValueError(f"{path}: every column must have a name, got none for column {number}")
        if names.index(name) < number - 1:
            raise ValueError(f"{path}: column names must differ, got {name!r} twice")
    return names


def _checked(reader: "Reader", width: int, path: str, lines: list[int]) -> Iterator[list[str]]:
    """Yield the rows that are not blank, each of the header's width; note on which line each ends."""
    for row in reader:
        if len(row) != width:
            if not row:
                continue
            raise ValueError(f"{path}, line {reader.line_num}: must have {width} fields, got {len(row)}")
        lines.append(reader.line_num)
        yield row


def _clean(cell: str, shared: dict[str, str]) -> str:
    found = shared.get(cell)
    if found is None:
        found = shared[cell] = "" if cell.strip().lower() in MISSING else cell
    return found


def _line_that_is_no_text(path: str) -> int | None:
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return None


def take_rows(table: Columns, rows: npt.NDArray[np.integer[Any] | np.bool_]) -> dict[str, Cells]:
    """Return the table of these rows: an index array or a boolean mask."""
    columns = {name: cells[rows] for name, cells in table.items()}
    return Table(columns, table.source, table.lines[rows]) if isinstance(table, Table) else columns


def drop_columns(table: Columns, names: Sequence[str]) -> dict[str, Cells]:
    """Return the table without these columns."""
    columns = {name: cells for name, cells in table.items() if name not in names}
    return Table(columns, table.source, table.lines) if isinstance(table, Table) else columns
