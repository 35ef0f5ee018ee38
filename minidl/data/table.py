"""Tables: a CSV file as a dict from column name to an array of its cells.

Cells stay text until a column is asked for its numbers, so that reading decides
nothing about a column's kind.
"""
import csv

import numpy as np

MISSING = ("", "na", "n/a", "nan", "null")  # in any case


def read_csv(path):
    """Read a UTF-8 CSV file with a header.

    Returns:
        dict from column name to an (N,) object array of str, missing cells as "".

    Raises:
        ValueError: the file has no rows, a column name twice, or a row of another
            length than the header; the message names the file and the line.
    """
    with open(path, newline="", encoding="utf-8-sig") as file:
        reader = csv.reader(file)
        names = next(reader, [])
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise ValueError(f"{path}: column names must differ, got {twice!r} twice")
        rows = []
        for row in reader:
            if len(row) != len(names):
                raise ValueError(f"{path}, line {reader.line_num}: must have {len(names)} fields, "
                                 f"got {len(row)}")
            rows.append(row)
    if not rows:
        raise ValueError(f"{path}: must have a header and at least one row")
    return {name: np.array(["" if cell.lower() in MISSING else cell for cell in cells], dtype=object)
            for name, cells in zip(names, zip(*rows))}


def take_rows(table, rows):
    """Return the table of these rows: an index array or a boolean mask."""
    return {name: cells[rows] for name, cells in table.items()}


def column_as_numbers(cells):
    """Return the cells as float64, missing ones as NaN; None where some cell is no number."""
    try:
        return np.where(cells == "", "nan", cells).astype(np.float64)
    except ValueError:
        return None


def binary_target(table, column, positive):
    """Split off the target: return (the table without it, (N,) int64 of 0 and 1).

    `positive` is the cell that means 1; the column's one other value means 0.
    """
    if column not in table:
        raise ValueError(f"target: must be one of {', '.join(table)}, got {column!r}")
    values = sorted(set(table[column]))
    if len(values) != 2 or positive not in values:
        raise ValueError(f"column {column!r}: must have two values, {positive!r} one of them, "
                         f"got {', '.join(map(repr, values[:5]))}")
    target = (table[column] == positive).astype(np.int64)
    return {name: cells for name, cells in table.items() if name != column}, target
