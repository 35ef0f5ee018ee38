"""What the columns of a table are: numbers, categories, dates, times; or row labels, ids, free text, nothing.

    number       all cells that are not missing are numbers, see minidl.data.numbers
    date, time   all cells that are not missing are dates, or times of day, see minidl.data.dates
    row label    the first column, if it has no name
    id           distinct whole numbers or codes that say nothing beyond the row
    free text    distinct texts, in 20 rows or more
    empty        no cell has content
    category     any other column

`describe` decides it once, on all rows of a file: a kind is no statistic.  minidl.data.features turns the columns of
the kinds that are used into arrays.
"""
import re
from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from minidl.arrays import Floats, Strings
from minidl.checks import require
from minidl.data.dates import read_dates, read_times
from minidl.data.numbers import check_decimal, decimal_mark, is_missing, read_numbers, same_numbers
from minidl.data.table import Columns, Table, check_table, text_cells

ID_NAME = re.compile(r"(?i:(^|[_\W])(id|index|uuid|guid)$|^unnamed)|[a-z]I[dD]$")
CODE = re.compile(r"(?=.*\d)\S+")
MIN_TEXTS = 20  # rows; in a shorter table texts may all differ by chance
NOT_USED = ("row label", "id", "free text", "empty")


class Column(NamedTuple):
    """What a column is.

    kind: see the module.
    distinct: number of distinct cells that are not missing; missing: number of missing cells.
    example: the first cell that is not missing, or "".
    note: why it has this kind, if that may surprise, or "".
    decimal: the decimal mark of its numbers.
    first: its first date as ISO text, or "".
    """

    name: str
    kind: str
    distinct: int
    missing: int
    example: str
    note: str = ""
    decimal: str = "."
    first: str = ""

    @property
    def used(self) -> bool:
        """Whether the column is a feature."""
        return self.kind not in NOT_USED


def file_decimal(table: Columns) -> str:
    """Return the decimal mark of a table's file; a plain dict has points."""
    check_table(table)
    return decimal_mark(table.values(), table.delimiter) if isinstance(table, Table) else "."


def describe(table: Columns, *, ids: Collection[str] = (), keep: Collection[str] = (),
             categories: Collection[str] = (), decimal: str = ".") -> dict[str, Column]:
    """Return a dict from the name to the Column of each column.

    ids: columns that are no features; keep: columns that are, whatever they look like; categories: columns whose
    numbers are names of groups.
    decimal: the decimal mark of the file, see file_decimal.

    >>> describe({"x": np.array(["1", "?", "2.5"], object)})["x"].note
    "1 cell is missing: '?'"
    """
    check_table(table)
    check_decimal(decimal)
    for option, names in {"ids": ids, "keep": keep, "categories": categories}.items():
        valid = isinstance(names, Collection) and not isinstance(names, str) and all(name in table for name in names)
        require(valid, option, "must be a list of columns of the table", names)
    columns = {}
    for name in table:
        cells = text_cells("table", table[name])
        if name in categories:
            column = _column(name, "category", cells, set(cells) - {""})
        else:
            column = _of_cells(name, cells, table, decimal)
        if name in keep and not column.used:
            column = _kept(column, cells, decimal)
        elif name in ids:
            column = column._replace(kind="id", note="")
        elif isinstance(table, Table) and name == table.row_label and name not in keep:
            column = column._replace(kind="row label", note="")
        columns[name] = column
    return columns


def _column(name: str, kind: str, cells: Strings, present: Collection[str], **facts: str) -> Column:
    """Return a Column with these facts; present: its distinct cells that are not missing."""
    example = next((cell for cell in cells if cell in present), "")
    return Column(name, kind, len(present), int(sum(cell not in present for cell in cells)), example, **facts)


def _of_cells(name: str, cells: Strings, table: Columns, decimal: str) -> Column:
    """Return what a column is, from its cells."""
    distinct = set(cells)
    present = {cell for cell in distinct if not is_missing(cell)}
    if not present:
        return _column(name, "empty", cells, present)
    values, unread = read_numbers(cells, decimal)
    if not unread and not same_numbers(present, values):
        kind = "id" if len(distinct) == len(cells) > 2 and _numbers_are_ids(name, values) else "number"
        return _column(name, kind, cells, present, note=_marks(cells), decimal=decimal)
    dates = read_dates(unmarked(cells))
    if dates is not None:
        return _column(name, "date", cells, present, note=_marks(cells), first=str(np.min(dates[~np.isnat(dates)])))
    if read_times(unmarked(cells)) is not None:
        return _column(name, "time", cells, present, note=_marks(cells))
    return _of_text(name, cells, table, unread)


def _numbers_are_ids(name: str, values: Floats) -> bool:
    """Return whether distinct numbers identify rows: they are whole, and named so or increase by 1 from row to row."""
    return bool((values == np.floor(values)).all() and (ID_NAME.search(name) or (np.diff(values) == 1).all()))


def unmarked(cells: Strings) -> Strings:
    """Return the cells, "" where they stand for missing ones."""
    return np.array(["" if is_missing(cell) else cell for cell in cells], dtype=object)


def _marks(cells: Strings) -> str:
    """Return a note that counts the cells of a column of numbers that stand for missing ones, but for empty ones."""
    marks = [cell for cell in cells if cell and is_missing(cell)]
    if not marks:
        return ""
    shown = ", ".join(repr(mark) for mark in sorted(set(marks)))
    return f"{len(marks)} cell{'s are' if len(marks) > 1 else ' is'} missing: {shown}"


def _of_text(name: str, cells: Strings, table: Columns, unread: set[str]) -> Column:
    """Return what a column of text is; unread: its cells that are not numbers."""
    distinct = set(cells) - {""}
    if len(distinct) == len(cells) > 2:
        if ID_NAME.search(name) or len(cells) >= MIN_TEXTS and all(map(CODE.fullmatch, cells)):
            return _column(name, "id", cells, distinct)
        if len(cells) >= MIN_TEXTS:
            return _column(name, "free text", cells, distinct)
    note = ""
    if 0 < 2 * len(unread) <= sum(not is_missing(cell) for cell in distinct):
        row = next(row for row, cell in enumerate(cells) if cell in unread)
        note = f"looks like numbers, but {cells[row]!r} in {_place(table, row)} is not"
    elif len(distinct) > max(2, len(cells) / 10):
        note = f"{len(distinct)} categories in {len(cells)} rows"
    return _column(name, "category", cells, distinct, note=note)


def _place(table: Columns, row: int) -> str:
    return f"line {table.lines[row]}" if isinstance(table, Table) else f"row {row}"


def _kept(column: Column, cells: Strings, decimal: str) -> Column:
    """Return a column that its user wants to be a feature: numbers if it has only numbers, else categories."""
    unread = read_numbers(cells, decimal)[1]
    return column._replace(kind="category" if unread or not column.distinct else "number", decimal=decimal, note="")
