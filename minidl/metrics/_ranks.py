"""The ranks of targets in predicted rankings: what all retrieval metrics are computed from."""
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, compress
from typing import Any

import numpy as np

from minidl.arrays import AnyArray, Bools, Floats, Integers
from minidl.checks import shown
from minidl.metrics._ids import as_ids, check_kinds, equal, has_length, is_absent

Predictions = AnyArray | Sequence[Sequence[int] | Sequence[str] | AnyArray]
Targets = AnyArray | Sequence[int] | Sequence[str] | Sequence[Sequence[int]] | Sequence[Sequence[str]]


def ranks_of(target: Targets, predict: Predictions) -> Floats:
    """Return the rank of each query's target in its prediction, (Q,), from 1; infinity if it is absent.

    Arguments and errors as for `recall_at_k`.  If the targets are lists, return (Q, T) ranks with NaN in place of
    absent targets.

    >>> ranks_of([7, 5, 3], [[7, 1], [2, 5], [2, 1]]).tolist()
    [1.0, 2.0, inf]
    >>> ranks_of([[7, 5], [3]], [[7, 1], [2, 3]]).tolist()
    [[1.0, inf], [2.0, nan]]
    """
    if has_lists(target):
        return ranks_of_lists(checked_rows(target, "target"), predict)
    plain_ranks = ranks_in_plain_lists(target, predict)
    if plain_ranks is not None:
        return plain_ranks
    target = checked_target(target)
    rows = predict if isinstance(predict, np.ndarray) else checked_rows(predict)
    if len(rows) != len(target):
        raise ValueError(f"predict: must have a row for each target, {len(target)}, got {len(rows)}")
    if isinstance(rows, np.ndarray):
        if rows.ndim != 2:
            raise ValueError(f"predict: must be (Q, R), got shape {rows.shape}")
        ids = as_ids("predict", rows)
        check_kinds(target, ids)
        return first_positions(equal(target[:, None], ids))
    ids, lengths = as_ids("predict", list(chain.from_iterable(rows))), np.array(list(map(len, rows)))  # (M,), (Q,)
    check_kinds(target, ids)
    return first_positions_of_rows(equal(np.repeat(target, lengths), ids), lengths)


def ranks_in_plain_lists(target: Targets, predict: Predictions) -> Floats | None:
    """Return ranks_of for lists of integers or lists of strings, which Python compares fast; None for other inputs.

    To read the type of every id takes longer than to find the targets.  A wrong type matters where a target is not
    found; so the types are read there, and in the first row.
    """
    ids: Any = target.tolist() if isinstance(target, np.ndarray) else target
    if not (type(ids) is type(predict) is list and len(ids) == len(predict) and set(map(type, predict)) == {list}):
        return None
    types = set(map(type, ids))
    if types not in ({int}, {str}):
        return None
    ranks = np.fromiter([row.index(id_) + 1 if id_ in row else 0 for id_, row in zip(ids, predict)], np.float64)
    missed = ranks == 0
    ids_to_read = chain(predict[0], chain.from_iterable(compress(predict, missed.tolist())))
    if not set(map(type, ids_to_read)) <= types | {type(None)}:
        return None
    ranks[missed] = np.inf
    return ranks


def checked_target(target: Targets) -> AnyArray:
    """Return the targets' ids, (Q,); raise ValueError if there are none, or one is missing."""
    target = as_ids("target", target)
    if target.ndim != 1:
        raise ValueError(f"target: must be one-dimensional, got shape {target.shape}")
    if not len(target):
        raise ValueError("target: must have a query, got none")
    absent = is_absent(target)
    if absent.any():
        raise ValueError(f"target: must have an id for each query, got {target[absent][0]} for query "
                         f"{absent.argmax()}")
    return target


def has_lists(target: Targets) -> bool:
    """Return whether each query has a list of targets."""
    n_dimensions: int = getattr(target, "ndim", 1)
    if n_dimensions != 1:
        return n_dimensions == 2
    is_list = isinstance(target, Sequence) and not isinstance(target, (str, bytes)) or hasattr(target, "iloc")
    first: Any = next(iter(target), None) if is_list else None
    return has_length(type(first))


def ranks_of_lists(targets: list[Sequence[Any]], predict: Predictions) -> Floats:
    """Return the ranks (Q, T) of lists of targets: each target is looked up in a copy of its query's row."""
    rows = checked_rows(predict)
    if len(rows) != len(targets):
        raise ValueError(f"predict: must have a row for each target, {len(targets)}, got {len(rows)}")
    distinct = [list(dict.fromkeys(row)) for row in targets]
    counts = np.array(list(map(len, distinct)))
    if not counts.all():
        raise ValueError(f"target: must have an id for each query, got none for query {counts.argmin()}")
    repeated = [row for row, count in zip(rows, counts.tolist()) for _ in range(count)]
    ranks = np.full((len(rows), counts.max()), np.nan)
    ranks[np.arange(counts.max()) < counts[:, None]] = ranks_of(list(chain.from_iterable(distinct)), repeated)
    return ranks


def checked_rows(predict: Targets | Predictions, name: str = "predict") -> list[Sequence[Any]]:
    """Return the rows of predictions as lists; raise ValueError if one is not a list of ids."""
    if isinstance(predict, (str, bytes, Mapping)) or not isinstance(predict, Iterable):
        raise ValueError(f"{name}: must be an array or a list of rows, got {shown(predict)}")
    rows = []
    for row in predict:
        ids = row.tolist() if hasattr(row, "tolist") else row  # Python's numbers, of a numpy, torch or pandas row
        if not isinstance(ids, Sequence) or isinstance(ids, (str, bytes)) or len(ids) and has_length(type(ids[0])):
            raise ValueError(f"{name}: each row must be a list of ids, got {shown(row)}")
        rows.append(ids)
    return rows


def first_positions(matches: Bools) -> Floats:
    """Return the position from 1 of the first True in each row of (Q, R), (Q,); infinity if there is none.

    >>> first_positions(np.array([[False, True, True], [False, False, False]])).tolist()
    [2.0, inf]
    """
    if not matches.shape[1]:
        return np.full(len(matches), np.inf)
    columns = matches.argmax(1)  # 0 if the whole row is False
    return np.where(matches[np.arange(len(matches)), columns], columns + 1.0, np.inf)


def first_positions_of_rows(matches: Bools, lengths: Integers) -> Floats:
    """Return first_positions for rows of different lengths (Q,), which `matches` (M,) holds one after the other.

    >>> first_positions_of_rows(np.array([False, True, True, False]), np.array([3, 1])).tolist()
    [2.0, inf]
    """
    starts, row = np.cumsum(lengths) - lengths, np.repeat(np.arange(len(lengths)), lengths)
    hits = np.flatnonzero(matches)[::-1]  # of several hits in a row, the last to be assigned remains: the first
    ranks = np.full(len(lengths), np.inf)
    ranks[row[hits]] = hits - starts[row[hits]] + 1
    return ranks
