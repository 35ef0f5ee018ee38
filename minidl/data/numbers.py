"""Numbers as people write them: 1e3, +3, 1,234.5, 1 234,5, 1'234, $5, 7%, (12).

A number has a decimal mark, "." or ",", and perhaps a mark between groups of three digits.  All cells of a
column are read with the same marks.  Parentheses mean a negative number; a currency or a percent sign is left out.
"""
import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

import numpy as np

from minidl.arrays import AnyArray, Floats, Strings
from minidl.checks import require
from minidl.data.table import text_cells

MISSING_MARKS = frozenset(("", "?", ".", "-", "--", "none", "null", "<na>", "#n/a", "n/a", "na", "nan", "\\n"))
SPACES, APOSTROPHES = " \u00a0\u2007\u2009\u202f", "'\u2019"
SIGN, CURRENCY = "[+\u2212-]?", "[$€£¥₽]"


def is_missing(cell: str) -> bool:
    """Return whether a cell of a column of numbers stands for a missing one.

    >>> is_missing("NA"), is_missing("?"), is_missing("0")
    (True, True, False)
    """
    return cell.lower() in MISSING_MARKS


def read_numbers(cells: Strings, decimal: str = ".") -> tuple[Floats, set[str]]:
    """Return (values, cells that are not numbers), with the mark between groups that leaves the fewest such cells.

    decimal: the decimal mark, "." or ",".
    values: (N,) float64, NaN where the cell is missing or not a number.
    """
    distinct = {cell for cell in cells if not is_missing(cell)}
    best: dict[str, float | None] = {}
    fewest = len(distinct) + 1
    for group in ("", "," if decimal == "." else ".", SPACES, APOSTROPHES):
        values = {cell: number(cell, decimal, group) for cell in distinct}
        unread = sum(value is None for value in values.values())
        if unread < fewest:
            best, fewest = values, unread
        if not unread:
            break
    known = {cell: np.nan if value is None else value for cell, value in best.items()}
    return (np.array([known.get(cell, np.nan) for cell in cells], dtype=np.float64),
            {cell for cell, value in best.items() if value is None})


def column_as_numbers(cells: AnyArray | Sequence[str], decimal: str = ".") -> Floats | None:
    """Return the cells as float64, with NaN for missing cells; None if a cell is not a number."""
    check_decimal(decimal)
    cells = text_cells("cells", cells)
    if cells.dtype.kind == "f":
        return cells.astype(np.float64)
    values, unread = read_numbers(cells, decimal)
    return None if unread else values


def check_decimal(decimal: str) -> None:
    """Raise a ValueError unless the decimal mark is a point or a comma."""
    require(isinstance(decimal, str) and decimal in (".", ","), "decimal", "must be '.' or ','", decimal)


def number(cell: str, decimal: str = ".", group: str = "") -> float | None:
    """Return the number that a cell is, or None.

    group: the characters that may stand between groups of three digits.

    >>> number("1.234,5", ",", "."), number("(1,234)", ".", ","), number("$-5"), number("7 %"), number("12k")
    (1234.5, -1234.0, -5.0, 7.0, None)
    """
    try:
        return float(cell) if decimal == "." and "_" not in cell else _written_number(cell, decimal, group)
    except ValueError:
        return _written_number(cell, decimal, group)


def _written_number(cell: str, decimal: str, group: str) -> float | None:
    text, negative = cell.strip(), False
    if text.startswith("(") and text.endswith(")"):
        text, negative = text[1:-1].strip(), True
    match = _pattern(decimal, group).fullmatch(text)
    if match is None:
        return None
    sign, second_sign, whole, fraction, exponent = (part or "" for part in match.groups())
    if bool(sign) + bool(second_sign) + negative > 1:
        return None
    digits = "".join(filter(str.isdigit, whole))
    value = float(f"{digits or 0}.{fraction or 0}{exponent}")
    return -value if negative or "-" in (sign + second_sign).replace("\u2212", "-") else value


@lru_cache(maxsize=None)
def _pattern(decimal: str, group: str) -> re.Pattern[str]:
    grouped = f"[0-9]{{1,3}}(?:[{group}][0-9]{{3}})+|" if group else ""
    return re.compile(f"({SIGN})\\s*{CURRENCY}?\\s*({SIGN})(?=[{decimal}]?[0-9])({grouped}[0-9]+)?"
                      f"(?:[{decimal}]([0-9]*))?([eE][+-]?[0-9]+)?\\s*(?:%|{CURRENCY})?")


def decimal_mark(columns: Iterable[Strings], delimiter: str) -> str:
    """Return the decimal mark of a file, "." or ",".

    A file whose delimiter is a semicolon or a tab may have decimal commas.  It has them if more of its columns can
    only be read with commas than only with points; if no column decides, the semicolon stands for commas.
    """
    if delimiter not in (";", "\t"):
        return "."
    votes = {".": 0, ",": 0}
    for cells in columns:
        distinct = np.array(sorted(set(cells)), dtype=object)
        readable = [mark for mark in votes if all_numbers(distinct, mark)]
        if len(readable) == 1:
            votes[readable[0]] += 1
    if votes[","] == votes["."]:
        return "," if delimiter == ";" else "."
    return max(votes, key=votes.__getitem__)


def all_numbers(cells: Strings, decimal: str) -> bool:
    """Return whether all cells that are not missing can be read as numbers; False if all are missing."""
    values, unread = read_numbers(cells, decimal)
    return not unread and not np.isnan(values).all()


def same_numbers(cells: Collection[str], values: Floats) -> bool:
    """Return whether two cells that are different whole numbers have become one float64: they exceed 2**53."""
    if not (np.abs(values) >= 2**53).any():
        return False
    whole = {int(cell) for cell in set(cells) if re.fullmatch("[+-]?[0-9]{1,4000}", cell)}
    return len({float(n) for n in whole}) < len(whole)
