"""Settings that are one value for all rows of a batch, or one value per row; and which rows are equal."""
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

import torch

from minidl.checks import require


def per_row(name: str, values: Any, rows: int, is_valid: Callable[[Any], bool], rule: str,
            error: type[Exception] = ValueError) -> list[Any]:
    """Return one value per row: `values` itself if it is a sequence, otherwise `rows` times the one value.

    values: one value; or a list, tuple, 1-D array or 1-D tensor of `rows` values.
    is_valid, rule: the check of each value and its words; `error` is raised if it fails.
    Raises a ValueError if the number of values is not `rows`.

    >>> per_row("t", 0.5, 3, lambda t: t > 0, "must be above 0")
    [0.5, 0.5, 0.5]
    >>> per_row("t", [1, 2], 3, lambda t: t > 0, "must be above 0")
    Traceback (most recent call last):
    ValueError: t: must be one value or 3, one per row, got 2 values
    >>> per_row("t", [1, 2, -1], 3, lambda t: t > 0, "must be above 0")
    Traceback (most recent call last):
    ValueError: t: must be above 0, got -1
    """
    if not isinstance(values, (list, tuple)) and getattr(values, "ndim", 0) != 1:
        require(is_valid(values), name, rule, values, error)
        return [values] * rows
    items = list(values.tolist() if hasattr(values, "tolist") else values)
    if len(items) != rows:
        raise ValueError(f"{name}: must be one value or {rows}, one per row, got {len(items)} values")
    for item in items:
        require(is_valid(item), name, rule, item, error)
    return items


def number_or_column(values: Sequence[float], like: torch.Tensor) -> float | torch.Tensor:
    """Return the number if all values are equal, otherwise a float32 column (R, 1) on the device of `like`."""
    if len(set(values)) == 1:
        return values[0]
    return torch.tensor(values, dtype=torch.float32, device=like.device)[:, None]


def numbered(rows: Iterable[Hashable]) -> list[int]:
    """Return a number for each row: equal rows have equal numbers, 0, 1, ... in the order of their first rows.

    >>> numbered(["b", "a", "b", "c"])
    [0, 1, 0, 2]
    """
    numbers: dict[Hashable, int] = {}
    return [numbers.setdefault(row, len(numbers)) for row in rows]
