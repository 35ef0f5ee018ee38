"""Kinds of text columns: numbers, row ids, the target."""
import re
from collections.abc import Sequence

import numpy as np

from minidl.arrays import Floats, Int64s, Strings
from minidl.data.table import Columns, TextColumns, drop_columns, location, table_name

ID_NAME = re.compile(r"(?i:(^|[_\W])(id|index|uuid|guid)$|^unnamed)|[a-z]I[dD]$")
MIN_TEXT_IDS = 20  # rows; in a shorter table texts may all differ by chance


def column_as_numbers(cells: Strings | Sequence[str]) -> Floats | None:
    """Return the cells as float64, with NaN for missing cells; None if a cell is not a number.

    A number is what Python's float() accepts, also "1e3" and " 7 ", but not "1_000".
    """
    cells = np.asarray(cells, dtype=object)
    try:
        numbers = np.where(cells == "", "nan", cells).astype(np.float64)
    except ValueError:
        return None
    return None if any("_" in cell for cell in cells) else numbers


def finite_numbers(table: TextColumns, name: str) -> Floats:
    """Return a column as float64, finite or NaN; raise ValueError with the location of any other cell."""
    cells = np.asarray(table[name], dtype=object)
    numbers = column_as_numbers(cells)
    if numbers is None:
        row = next(row for row, cell in enumerate(cells) if not _is_number(cell))
        raise ValueError(f"{location(table, row)}, column {name!r}: must be a number, as in train, got {cells[row]!r}")
    infinite = np.flatnonzero(np.isinf(numbers))
    if len(infinite):
        row = infinite[0]
        raise ValueError(f"{location(table, row)}, column {name!r}: must be a finite number, got {cells[row]!r}")
    return numbers


def id_columns(table: Columns) -> list[str]:
    """Return the names of the columns that identify rows and are not features.

    All cells of such a column differ.  In addition one of these holds: the column's
    name says so ("id", "client_id", "LoanID", "index"); its numbers increase by 1
    from row to row; it is text and has at least 20 rows.

    >>> id_columns({"no": np.array(["7", "8", "9"], object), "age": np.array(["30", "20", "40"], object)})
    ['no']
    """
    return [name for name, cells in table.items() if len(set(cells)) == len(cells) > 2 and _is_id(name, cells)]


def _is_id(name: str, cells: Strings) -> bool:
    """Return whether a column of distinct cells identifies rows."""
    if ID_NAME.search(name):
        return True
    numbers = column_as_numbers(cells)
    if numbers is None:
        return len(cells) >= MIN_TEXT_IDS
    return bool((np.diff(numbers) == 1).all())


def binary_target(table: Columns, column: str, positive: str | None = None) -> tuple[dict[str, Strings], Int64s, str]:
    """Return (table without the target, (N,) int64 labels 0 and 1, positive cell).

    positive: the cell whose label is 1; the column's other value has label 0.  None
    means the greater of two numbers or the later of two texts, as in scikit-learn.
    """
    if column not in table:
        raise ValueError(f"target: must be a column of {table_name(table)}: {_listing(list(table), 20)}, "
                         f"got {column!r}")
    cells = table[column]
    missing = np.flatnonzero(cells == "")
    if len(missing):
        raise ValueError(f"{location(table, missing[0])}, column {column!r}: the target must not be missing")
    values = sorted(set(cells), key=_number_then_text)
    if len(values) != 2 or positive not in (None, *values):
        rule = "must have two values" if positive is None else f"must have two values, one of them {positive!r}"
        raise ValueError(f"{table_name(table)}, column {column!r}: {rule}, got {_listing(list(map(repr, values)), 5)}")
    if positive is None:
        positive = values[1]
    return drop_columns(table, [column]), (cells == positive).astype(np.int64), positive


def _number_then_text(cell: str) -> tuple[int, float, str]:
    """Return a key that sorts numbers by value before texts.

    >>> sorted(["10", "9", "x", "a"], key=_number_then_text)
    ['9', '10', 'a', 'x']
    """
    return (0, float(cell), "") if _is_number(cell) else (1, 0.0, cell)


def _is_number(cell: str) -> bool:
    return column_as_numbers([cell]) is not None


def _listing(names: Sequence[str], limit: int) -> str:
    """Return at most `limit` names, then how many more there are.

    >>> _listing(["a", "b", "c"], limit=2)
    'a, b and 1 more'
    """
    listed = ", ".join(names[:limit])
    return f"{listed} and {len(names) - limit} more" if len(names) > limit else listed
