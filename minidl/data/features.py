"""The features of a table: columns of text become arrays.

    number     its numbers                                                   (N,) float64, NaN where a cell is missing
    date       year, month, day of the week, days since train's first date   four of them
    time       hours since midnight                                          one
    category   its cells                                                     (N,) object array of str
"""
from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np

from minidl.arrays import AnyArray, Floats
from minidl.checks import require
from minidl.data.dates import date_features, read_dates, read_times
from minidl.data.kinds import Column, unmarked
from minidl.data.numbers import check_decimal, column_as_numbers, is_missing, read_numbers
from minidl.data.table import Columns, Table, TextColumns, check_table, location, table_name


def convert(table: Columns, columns: dict[str, Column], decimal: str = ".") -> dict[str, AnyArray]:
    """Return the features of a table as arrays, (N,) float64 with NaN for missing cells, or object arrays of text.

    columns: what `describe` returned, perhaps for another file.
    decimal: the decimal mark of this file.

    Raises:
        ValueError: a column is absent; a cell of a column of numbers, dates or times is something else, or infinite.
    """
    check_table(table)
    check_decimal(decimal)
    valid = isinstance(columns, dict) and all(isinstance(column, Column) for column in columns.values())
    require(valid, "columns", "must be what describe returned", type(columns).__name__, TypeError)
    features: dict[str, AnyArray] = {}
    for name, column in columns.items():
        if not column.used:
            continue
        if name not in table:
            raise ValueError(f"{table_name(table)}: must have the columns of train, got none named {name!r}")
        features.update(_features(table, column, decimal))
    return table.with_columns(features) if isinstance(table, Table) else features


def _features(table: Columns, column: Column, decimal: str) -> dict[str, Any]:
    """Return a dict from name to array of the features that one column becomes."""
    name, cells = column.name, table[column.name]
    if column.kind == "number":
        return {name: finite_numbers(table, name, decimal)}
    if column.kind == "category":
        return {name: cells}
    read, wanted = (read_times, "a time of day") if column.kind == "time" else (read_dates, "a date")
    values: Any = read(unmarked(cells))
    if values is None:
        _refuse(table, name, wanted, [not is_missing(cell) and read(np.array([cell], object)) is None
                                      for cell in cells])
    if column.kind == "time":
        return {name: values}
    return {f"{name} {part}": numbers for part, numbers in date_features(values, np.datetime64(column.first)).items()}


def _refuse(table: TextColumns, name: str, wanted: str, wrong: Sequence[bool]) -> NoReturn:
    """Raise ValueError with the location of the first wrong cell, or of the column."""
    row = next((row for row, is_wrong in enumerate(wrong) if is_wrong), 0)
    raise ValueError(f"{location(table, row)}, column {name!r}: must be {wanted}, as in train, "
                     f"got {table[name][row]!r}")


def finite_numbers(table: TextColumns, name: str, decimal: str = ".") -> Floats:
    """Return a column as float64, finite or NaN; raise ValueError with the location of any other cell."""
    cells = np.asarray(table[name])
    values = column_as_numbers(cells, decimal)
    if values is None:
        unread = read_numbers(cells.astype(object), decimal)[1]
        _refuse(table, name, "a number", [cell in unread for cell in cells])
    infinite = np.flatnonzero(np.isinf(values))
    if len(infinite):
        row = infinite[0]
        raise ValueError(f"{location(table, row)}, column {name!r}: must be a finite number, got {str(cells[row])!r}")
    return values
