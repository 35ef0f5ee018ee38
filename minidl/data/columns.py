"""What a column of text cells is: numbers, a row's name, or the target."""
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from minidl.data.table import Cells, Columns, Texts, drop_columns, place, source

ID_NAME = re.compile(r"(?i:(^|[_\W])(id|index|uuid|guid)$|^unnamed)|[a-z]I[dD]$")


def column_as_numbers(cells: Cells | Sequence[str]) -> npt.NDArray[np.float64] | None:
    """Return the cells as float64, missing ones as NaN; None where some cell is no number.

    A number is what Python's float() takes, "1e3" and " 7 " too, but for "1_000".
    """
    cells = np.asarray(cells, dtype=object)
    try:
        numbers = np.where(cells == "", "nan", cells).astype(np.float64)
    except ValueError:
        return None
    return None if any("_" in cell for cell in cells) else numbers


def numbers_like_train(table: Texts, name: str) -> npt.NDArray[np.float64]:
    """Return a column as float64, finite or NaN; a ValueError says where it holds anything else."""
    cells = np.asarray(table[name], dtype=object)
    numbers = column_as_numbers(cells)
    if numbers is None:
        row = next(row for row, cell in enumerate(cells) if column_as_numbers([cell]) is None)
        raise ValueError(f"{place(table, row)}, column {name!r}: must be a number, as in train, got {cells[row]!r}")
    if np.isinf(numbers).any():
        row = np.flatnonzero(np.isinf(numbers))[0]
        raise ValueError(f"{place(table, row)}, column {name!r}: must be a finite number, got {cells[row]!r}")
    return numbers


def id_columns(table: Columns) -> list[str]:
    """Return the names of the columns that name the rows instead of describing them.

    Every cell differs, and besides: the column's name says so ("id", "client_id",
    "LoanID", "index"); or its numbers count up by one from row to row; or it is text
    and there are 20 rows or more, too many for chance.

    >>> id_columns({"no": np.array(["7", "8", "9"], object), "age": np.array(["30", "20", "40"], object)})
    ['no']
    """
    return [name for name, cells in table.items() if len(set(cells)) == len(cells) > 2 and _names_rows(name, cells)]


def _names_rows(name: str, cells: Cells) -> bool:
    if ID_NAME.search(name):
        return True
    numbers = column_as_numbers(cells)
    return len(cells) >= 20 if numbers is None else bool((np.diff(numbers) == 1).all())


def binary_target(table: Columns, column: str, positive: str | None = None
                  ) -> tuple[dict[str, Cells], npt.NDArray[np.int64], str]:
    """Split off the target: return (the table without it, (N,) int64 of 0 and 1, the positive cell).

    `positive` is the cell that means 1; the column's one other value means 0.  None
    takes the greater of two numbers, else the later of two texts, as scikit-learn does.
    """
    if column not in table:
        raise ValueError(f"target: must be a column of {source(table)}: {_some(list(table), 20)}, got {column!r}")
    cells = table[column]
    gaps = np.flatnonzero(cells == "")
    if len(gaps):
        raise ValueError(f"{place(table, gaps[0])}, column {column!r}: the target must not be missing")
    values = sorted(set(cells), key=lambda cell: (0, float(cell), "") if _is_number(cell) else (1, 0.0, cell))
    wanted = "two values" if positive is None else f"two values, {positive!r} one of them"
    if len(values) != 2 or positive not in (None, *values):
        raise ValueError(f"{source(table)}, column {column!r}: must have {wanted}, "
                         f"got {_some(list(map(repr, values)), 5)}")
    positive = values[1] if positive is None else positive
    return drop_columns(table, [column]), (cells == positive).astype(np.int64), positive


def _is_number(cell: str) -> bool:
    return column_as_numbers([cell]) is not None


def _some(names: Sequence[str], most: int) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
