"""Retrieval metrics for queries that have one relevant document each, the target.

    rank(q)   position of q's target in the predicted ranking, from 1; infinity if it is absent
    Recall@K  mean over the queries of [rank(q) <= K]
    MRR       mean over the queries of 1 / rank(q), with 1 / infinity = 0

Source of the reciprocal rank: Voorhees, "The TREC-8 Question Answering Track Report", 1999.
"""
from collections.abc import Sequence
from numbers import Integral

import numpy as np
import numpy.typing as npt

from minidl.arrays import AnyArray, Bools, Floats

Predictions = AnyArray | Sequence[Sequence[int] | Sequence[str] | AnyArray]


def recall_at_k(target: npt.ArrayLike, predict: Predictions, k: int) -> float:
    """Return the share of queries whose first k predicted documents contain the target.

    Args:
        target: (Q,) id of each query's relevant document, integers or strings.
        predict: (Q, R) ids, best first: an array, or lists, whose lengths may differ.
        k: at least 1; if it is more than R, all R count.

    Returns:
        float in [0, 1].

    Raises:
        ValueError: no queries; lengths that differ; k < 1.
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
    if not isinstance(k, (int, Integral)) or isinstance(k, bool):
        raise TypeError(f"k: must be a whole number, got {k!r}")
    if not k >= 1:
        raise ValueError(f"k: must be at least 1, got {k}")
    return (checked_ranks(ranks) <= k).astype(np.float64)


def reciprocal_ranks(ranks: npt.ArrayLike) -> Floats:
    """Return 1 / rank of each query, (Q,): their mean is MRR.

    Arguments and errors as for `hits_at_k`.

    >>> reciprocal_ranks([1, 2, np.inf]).tolist()
    [1.0, 0.5, 0.0]
    """
    return 1 / checked_ranks(ranks)


def checked_ranks(ranks: npt.ArrayLike) -> Floats:
    """Return ranks as float64; raise ValueError if one is below 1 or NaN."""
    ranks = np.asarray(ranks, dtype=np.float64)
    if not (ranks >= 1).all():
        raise ValueError(f"ranks: must be at least 1, got {ranks[~(ranks >= 1)][0]:g}")
    return ranks


def ranks_of(target: npt.ArrayLike, predict: Predictions) -> Floats:
    """Return the rank of each query's target in its prediction, (Q,), from 1; infinity if it is absent.

    Arguments and errors as for `recall_at_k`.

    >>> ranks_of([7, 5, 3], [[7, 1], [2, 5], [2, 1]]).tolist()
    [1.0, 2.0, inf]
    """
    target = np.asarray(target)
    if target.ndim != 1:
        raise ValueError(f"target: must be one-dimensional, got shape {target.shape}")
    if not len(target):
        raise ValueError("target: must have a query, got none")
    if len(predict) != len(target):
        raise ValueError(f"predict: must have a row for each target, {len(target)}, got {len(predict)}")
    if not isinstance(predict, np.ndarray):
        for row in predict:
            if isinstance(row, (str, bytes)) or np.ndim(row) != 1:
                raise ValueError(f"predict: each row must be a list of ids, got {row!r}")
    if isinstance(predict, np.ndarray) or len(set(map(len, predict))) == 1:
        predict = np.asarray(predict)
        if predict.ndim != 2:
            raise ValueError(f"predict: must be (Q, R), got shape {predict.shape}")
        check_kinds(target, predict)
        return first_positions(predict == target[:, None])
    rows = [np.asarray(row) for row in predict]
    check_kinds(target, *rows)
    return np.array([first_positions((row == document)[None])[0] for document, row in zip(target, rows)])


def first_positions(matches: Bools) -> Floats:
    """Return the position from 1 of the first True in each row of (Q, R), (Q,); infinity if there is none.

    >>> first_positions(np.array([[False, True, True], [False, False, False]])).tolist()
    [2.0, inf]
    """
    if not matches.shape[1]:
        return np.full(len(matches), np.inf)
    columns = matches.argmax(1)  # 0 if the whole row is False
    return np.where(matches[np.arange(len(matches)), columns], columns + 1.0, np.inf)


def check_kinds(target: AnyArray, *predictions: AnyArray) -> None:
    """Raise TypeError if strings would be compared with numbers: for numpy they are never equal."""
    for row in predictions:
        kinds = {kind if kind in "USO" else "number" for kind in (target.dtype.kind, row.dtype.kind)}
        if row.size and len(kinds) > 1 and "O" not in kinds:
            raise TypeError(f"target, predict: ids must be of one kind, got {target.dtype} and {row.dtype}")
