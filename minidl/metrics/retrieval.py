"""Retrieval metrics for queries that have one relevant document each, the target.

    rank(q)   position of q's target in the predicted ranking, from 1; infinity if it is absent
    Recall@K  mean over the queries of [rank(q) <= K]
    MRR       mean over the queries of 1 / rank(q), with 1 / infinity = 0

Source of the reciprocal rank: Voorhees, "The TREC-8 Question Answering Track Report", 1999.
"""
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from minidl.arrays import AnyArray, Bools, Floats, Integers
from minidl.checks import check_count, real_vector, shown
from minidl.metrics._ids import as_ids, check_kinds, equal, has_length, is_absent

Predictions = AnyArray | Sequence[Sequence[int] | Sequence[str] | AnyArray]


def recall_at_k(target: npt.ArrayLike, predict: Predictions, k: int) -> float:
    """Return the share of queries whose first k predicted documents contain the target.

    Args:
        target: (Q,) id of each query's relevant document, integers or strings.
        predict: (Q, R) ids, best first: an array, or lists, whose lengths may differ; None and NaN are padding.
        k: at least 1; if it is more than R, all R count.

    Returns:
        float in [0, 1].

    Raises:
        ValueError: no queries; a target that is None or NaN; lengths that differ; k < 1.
        TypeError: k is not a whole number; ids of two kinds.

    The targets have the ranks 1, 2 and infinity:

    >>> recall_at_k([7, 5, 3], [[7, 1], [2, 5], [2, 1]], k=1), recall_at_k([7, 5, 3], [[7, 1], [2, 5], [2, 1]], k=2)
    (0.3333333333333333, 0.6666666666666666)
    """
    return float(hits_at_k(ranks_of(target, predict), k).mean())


def mean_reciprocal_rank(target: npt.ArrayLike, predict: Predictions) -> float:
    """Return the mean over the queries of 1 / rank of the target, 0 if it is absent.

    Arguments and errors as for `recall_at_k`; if a document is predicted twice, its first position counts.

    The targets have the ranks 1, 2 and infinity: (1 + 1/2 + 0) / 3

    >>> mean_reciprocal_rank(["g", "e", "c"], [["g", "a"], ["b", "e"], []])
    0.5
    """
    return float(reciprocal_ranks(ranks_of(target, predict)).mean())


def hits_at_k(ranks: npt.ArrayLike, k: int) -> Floats:
    """Return 1 for each rank of at most k and 0 otherwise, (Q,): their mean is Recall@K.

    Args:
        ranks: (Q,) ranks from 1, infinity for an absent document; integers or floats.
        k: at least 1.

    Raises:
        ValueError: a rank below 1 or NaN; k < 1.
        TypeError: k is not a whole number.

    >>> hits_at_k([1, 2, np.inf], k=1).tolist()
    [1.0, 0.0, 0.0]
    """
    check_count("k", k)
    return (checked_ranks(ranks) <= k).astype(np.float64)


def reciprocal_ranks(ranks: npt.ArrayLike) -> Floats:
    """Return 1 / rank of each query, (Q,): their mean is MRR.

    Arguments and errors as for `hits_at_k`.

    >>> reciprocal_ranks([1, 2, np.inf]).tolist()
    [1.0, 0.5, 0.0]
    """
    return 1 / checked_ranks(ranks)


def checked_ranks(ranks: npt.ArrayLike) -> Floats:
    """Return ranks as float64; raise ValueError if they are no vector, or one is below 1 or NaN."""
    ranks = real_vector("ranks", ranks).astype(np.float64)
    if not (ranks >= 1).all():
        raise ValueError(f"ranks: must be at least 1, got {ranks[~(ranks >= 1)][0]:g}")
    return ranks


def ranks_of(target: npt.ArrayLike, predict: Predictions) -> Floats:
    """Return the rank of each query's target in its prediction, (Q,), from 1; infinity if it is absent.

    Arguments and errors as for `recall_at_k`.

    >>> ranks_of([7, 5, 3], [[7, 1], [2, 5], [2, 1]]).tolist()
    [1.0, 2.0, inf]
    """
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


def checked_target(target: npt.ArrayLike) -> AnyArray:
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


def checked_rows(predict: Predictions) -> list[Sequence[Any]]:
    """Return the rows of predictions as lists; raise ValueError if one is not a list of ids."""
    if isinstance(predict, (str, bytes, Mapping)) or not isinstance(predict, Iterable):
        raise ValueError(f"predict: must be an array or a list of rows, got {shown(predict)}")
    rows = []
    for row in predict:
        ids = row.tolist() if hasattr(row, "tolist") else row  # Python's numbers, of a numpy, torch or pandas row
        if not isinstance(ids, Sequence) or isinstance(ids, (str, bytes)) or len(ids) and has_length(type(ids[0])):
            raise ValueError(f"predict: each row must be a list of ids, got {shown(row)}")
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
