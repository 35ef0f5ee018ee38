"""Tables: a dict from column name to an array of its cells, all of the same length N."""
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from minidl.arrays import AnyArray, Bools, Int64s, Integers
from minidl.checks import as_array, is_whole, require, shown

Columns = Mapping[str, AnyArray]  # a Table or a plain dict
TextColumns = Mapping[str, AnyArray | Sequence[str]]  # the same, or with lists of str


class Table(dict[str, AnyArray]):
    """A dict from column name to an (N,) object array of str; a missing cell is "".

    source: the file's path.
    lines: (N,) int64, the line on which each row ends, counted from 1.  Blank lines
    and line breaks inside cells make it differ from the row's index.
    delimiter: the character between its cells.
    row_label: the name of its column of row labels, or None.
    notes: lines that say what was changed when it was read.
    """

    def __init__(self, columns: Columns | Iterable[tuple[str, AnyArray]], source: str, lines: Int64s,
                 delimiter: str = ",", row_label: str | None = None, notes: Sequence[str] = ()) -> None:
        super().__init__(columns)
        self.source, self.lines = source, lines
        self.delimiter, self.row_label, self.notes = delimiter, row_label, list(notes)

    def with_columns(self, columns: Columns) -> "Table":
        """Return a table of the same rows with other columns."""
        return Table(columns, self.source, self.lines, self.delimiter, self.row_label, self.notes)


def check_table(table: Columns) -> None:
    """Raise a TypeError unless the table is a dict of one-dimensional arrays, a ValueError if their lengths differ."""
    columns = table.values() if isinstance(table, Mapping) else [None]
    valid = all(isinstance(cells, np.ndarray) and cells.ndim == 1 for cells in columns)
    require(valid, "table", "must be a dict from name to one-dimensional array", type(table).__name__, TypeError)
    lengths = sorted({len(cells) for cells in table.values()})
    require(len(lengths) <= 1, "table", "must have columns of one length", lengths)


def text_cells(name: str, cells: AnyArray | Sequence[str]) -> AnyArray:
    """Return a column as an array of floats or an object array of str; raise a TypeError or ValueError otherwise."""
    array = as_array(name, cells)
    require(array.ndim == 1, name, "must be one-dimensional", array)
    if array.dtype.kind == "f":
        return array
    array = array.astype(object)
    others = [cell for cell in array if not isinstance(cell, str)]
    require(not others, name, "must hold text or floats", shown(others[0]) if others else None, TypeError)
    return array


def table_name(table: Mapping[str, Any]) -> str:
    """Return the table's name for error messages: its file, or "table" for a plain dict."""
    return table.source if isinstance(table, Table) else "table"


def location(table: Mapping[str, Any], row: int | np.integer[Any]) -> str:
    """Return a row's location for error messages: file and line, or the row's index in a plain dict."""
    require(isinstance(table, Mapping), "table", "must be a dict from name to column", table, TypeError)
    n = len(next(iter(table.values()), []))
    require(is_whole(row) and bool(0 <= row < n), "row", f"must be a whole number in 0 .. {n - 1}", row)
    return f"{table.source}, line {table.lines[row]}" if isinstance(table, Table) else f"row {row}"


def take_rows(table: Columns, rows: Integers | Bools) -> dict[str, AnyArray]:
    """Return the table of the rows that an index array or a boolean mask selects."""
    check_table(table)
    rows = as_array("rows", rows)
    n = len(next(iter(table.values()), []))
    valid = rows.ndim == 1 and (len(rows) == n if rows.dtype.kind == "b" else rows.dtype.kind in "iu"
                                and bool(((rows >= 0) & (rows < n)).all()))
    require(valid, "rows", f"must be a mask of {n} rows, or indices below {n}", rows)
    columns = {name: cells[rows] for name, cells in table.items()}
    if not isinstance(table, Table):
        return columns
    return Table(columns, table.source, table.lines[rows], table.delimiter, table.row_label, table.notes)


def drop_columns(table: Columns, names: Sequence[str]) -> dict[str, AnyArray]:
    """Return the table without the columns in `names`."""
    check_table(table)
    valid = not isinstance(names, str) and isinstance(names, Collection)
    require(valid, "names", "must be a list of names", names, TypeError)
    columns = {name: cells for name, cells in table.items() if name not in names}
    return table.with_columns(columns) if isinstance(table, Table) else columns
