"""Retrieval metrics for queries with one right document each.

    rank(q)   the place of q's right document in its prediction, from 1; infinite where it is absent
    Recall@K  the share of queries with rank(q) <= K
    MRR       the mean of 1 / rank(q), 0 where it is absent

Source of the reciprocal rank: Voorhees, "The TREC-8 Question Answering Track Report", 1999.
"""
from collections.abc import Sequence
from numbers import Integral
from typing import Any

import numpy as np
import numpy.typing as npt

Predictions = npt.NDArray[Any] | Sequence[Sequence[int] | Sequence[str] | npt.NDArray[Any]]


def recall_at_k(target: npt.ArrayLike, predict: Predictions, k: int) -> float:
    """Share of the queries whose first k documents contain the right one.

    Args:
        target: (Q,) id of each query's right document, integers or strings.
        predict: (Q, R) ids, best first: an array, or lists, which may be of different lengths.
        k: at least 1; where it is more than R, all R count.

    Returns:
        float in [0, 1].

    Raises:
        ValueError: no queries; lengths that differ; k < 1.
        TypeError: k is not a whole number; ids of two kinds.

    The right documents stand in places 1, 2 and nowhere:

    >>> recall_at_k([7, 5, 3], [[7, 1], [2, 5], [2, 1]], k=1), recall_at_k([7, 5, 3], [[7, 1], [2, 5], [2, 1]], k=2)
    (0.3333333333333333, 0.6666666666666666)
    """
    if not isinstance(k, (int, Integral)) or isinstance(k, bool):
        raise TypeError(f"k: must be a whole number, got {k!r}")
    if not k >= 1:
        raise ValueError(f"k: must be at least 1, got {k}")
    return float((1 / k <= reciprocal_ranks(target, predict)).mean())


def mean_reciprocal_rank(target: npt.ArrayLike, predict: Predictions) -> float:
    """Mean over the queries of 1 / rank of the right document, 0 where it is absent.

    Arguments and errors as for `recall_at_k`; a document that stands twice counts where
    it stands first.

    The right documents stand in places 1, 2 and nowhere: (1 + 1/2 + 0) / 3

    >>> mean_reciprocal_rank(["g", "e", "c"], [["g", "a"], ["b", "e"], []])
    0.5
    """
    return float(reciprocal_ranks(target, predict).mean())


def reciprocal_ranks(target: npt.ArrayLike, predict: Predictions) -> npt.NDArray[np.float64]:
    """Return 1 / rank of each query's right document, (Q,), 0 where it is absent."""
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
        return first_places(predict == target[:, None])
    rows = [np.asarray(row) for row in predict]
    check_kinds(target, *rows)
    return np.array([first_places((row == right)[None])[0] for right, row in zip(target, rows)])


def first_places(right: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Return 1 / place of the first True in each row of (Q, R), 0 where there is none."""
    if not right.shape[1]:
        return np.zeros(len(right))
    place = right.argmax(1)
    return np.where(right[np.arange(len(right)), place], 1 / (place + 1), 0.0)


def check_kinds(target: npt.NDArray[Any], *predictions: npt.NDArray[Any]) -> None:
    """Refuse strings that are to equal numbers: numpy would say that none does."""
    for row in predictions:
        kinds = {kind if kind in "USO" else "number" for kind in (target.dtype.kind, row.dtype.kind)}
        if row.size and len(kinds) > 1 and "O" not in kinds:
            raise TypeError(f"target, predict: ids must be of one kind, got {target.dtype} and {row.dtype}")
