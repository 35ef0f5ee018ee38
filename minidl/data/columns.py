"""The target: a column of two values becomes labels 0 and 1."""
from collections.abc import Sequence

import numpy as np

from minidl.arrays import Int64s
from minidl.checks import check_flags, require
from minidl.data.numbers import check_decimal, is_missing, number
from minidl.data.table import Columns, check_table, drop_columns, location, table_name, take_rows, text_cells


class MissingTargetError(ValueError):
    """Some rows have no target."""


def binary_target(table: Columns, column: str, positive: str | None = None, *,
                  drop_missing: bool = False, decimal: str = ".") -> tuple[Columns, Int64s, str]:
    """Return (table without the target, (N,) int64 labels 0 and 1, positive cell).

    positive: the cell whose label is 1; the column's other value has label 0.  None
    means the greater of two numbers or the later of two texts, as in scikit-learn.
    drop_missing: leave out the rows that have no target.
    decimal: the decimal mark of the numbers.

    Raises:
        ValueError: the column is absent, or does not have two values.
        MissingTargetError: a row has no target, and drop_missing is False.
    """
    check_table(table)
    check_decimal(decimal)
    check_flags(drop_missing=drop_missing)
    require(isinstance(column, str), "column", "must be a name", column, TypeError)
    if column not in table:
        raise ValueError(f"target: must be a column of {table_name(table)}: {listing(list(table), 20)}, "
                         f"got {column!r}")
    cells = text_cells("table", table[column])
    values = {cell for cell in cells if not is_missing(cell)}
    values = values if len(values) >= 2 else set(cells) - {""}  # "NA" may be one of the two values
    missing = np.array([cell not in values for cell in cells])
    if missing.any():
        if not drop_missing:
            raise MissingTargetError(f"{location(table, np.flatnonzero(missing)[0])}, column {column!r}: the target "
                                     f"must not be missing, as it is in {missing.sum():,} of {len(cells):,} rows")
        table = take_rows(table, ~missing)
    ordered = sorted(values, key=lambda cell: _number_then_text(cell, decimal))
    if len(ordered) != 2 or positive not in (None, *ordered):
        rule = "must have two values" if positive is None else f"must have two values, one of them {positive!r}"
        way_out = "; to tell one value from the others, make a column of 0 and 1" if len(ordered) > 2 else ""
        raise ValueError(f"{table_name(table)}, column {column!r}: {rule}, got {listing(ordered, 5)}{way_out}")
    if positive is None:
        positive = ordered[1]
    return drop_columns(table, [column]), (table[column] == positive).astype(np.int64), positive


def _number_then_text(cell: str, decimal: str) -> tuple[bool, float, str]:
    """Return a key that sorts numbers by value before texts.

    >>> sorted(["10", "9", "x", "a"], key=lambda cell: _number_then_text(cell, "."))
    ['9', '10', 'a', 'x']
    """
    value = number(cell, decimal)
    return value is None, value or 0.0, cell


def listing(names: Sequence[str], limit: int) -> str:
    """Return at most `limit` names in quotation marks, then how many more there are.

    >>> listing(["a", "b", "c"], limit=2)
    "'a', 'b' and 1 more"
    """
    listed = ", ".join(map(repr, names[:limit]))
    return f"{listed} and {len(names) - limit} more" if len(names) > limit else listed
