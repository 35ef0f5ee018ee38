"""Retrieval metrics for queries that have one relevant document each, the target, or several.

    rank(d)   position of the target d in the query's predicted ranking, from 1; infinity if it is absent
    Recall@K  mean over the queries of the share of the query's targets with rank(d) <= K
    MRR       mean over the queries of 1 / the smallest rank(d), with 1 / infinity = 0

Source of the reciprocal rank: Voorhees, "The TREC-8 Question Answering Track Report", 1999.
"""
import numpy as np
import numpy.typing as npt

from minidl.arrays import Floats
from minidl.checks import as_array, check_count, real_vector
from minidl.metrics._ranks import Predictions, Targets, ranks_of


def recall_at_k(target: Targets, predict: Predictions, k: int) -> float:
    """Return the mean over the queries of the share of its targets that are among the first k predicted documents.

    Args:
        target: (Q,) id of each query's relevant document, integers or strings; or Q lists of ids, if a query has
            several relevant documents.  An id that is repeated in a list counts once.
        predict: (Q, R) ids, best first: an array, or lists, whose lengths may differ; None and NaN are padding.
        k: at least 1; if it is more than R, all R count.

    Returns:
        float in [0, 1].

    Raises:
        ValueError: no queries; a query without a target; a target that is None or NaN; lengths that differ; k < 1.
        TypeError: k is not a whole number; ids of two kinds, as 7 and "7", which are never equal.  In lists, the kinds
            are compared where a target is missing, and in the first row.

    The targets have the ranks 1, 2 and infinity:

    >>> recall_at_k([7, 5, 3], [[7, 1], [2, 5], [2, 1]], k=1), recall_at_k([7, 5, 3], [[7, 1], [2, 5], [2, 1]], k=2)
    (0.3333333333333333, 0.6666666666666666)
    >>> recall_at_k([[7, 5], [3]], [[7, 1, 5], [2, 3, 1]], k=2)
    0.75
    """
    return float(hits_at_k(ranks_of(target, predict), k).mean())


def mean_reciprocal_rank(target: Targets, predict: Predictions) -> float:
    """Return the mean over the queries of 1 / rank of the target, 0 if it is absent; of several, the first one counts.

    Arguments and errors as for `recall_at_k`; if a document is predicted twice, its first position counts.

    The targets have the ranks 1, 2 and infinity: (1 + 1/2 + 0) / 3

    >>> mean_reciprocal_rank(["g", "e", "c"], [["g", "a"], ["b", "e"], []])
    0.5
    """
    return float(reciprocal_ranks(ranks_of(target, predict)).mean())


def hits_at_k(ranks: npt.ArrayLike, k: int) -> Floats:
    """Return the share of each query's targets with a rank of at most k, (Q,): the mean is Recall@K.

    Args:
        ranks: (Q,) ranks from 1, infinity for an absent document; integers or floats.  Or (Q, T) ranks of T targets
            of each query; a query with fewer targets has NaN in their place.
        k: at least 1.

    Raises:
        ValueError: a rank below 1 or NaN; k < 1.
        TypeError: k is not a whole number.

    >>> hits_at_k([1, 2, np.inf], k=1).tolist(), hits_at_k([[1, 7], [3, np.nan]], k=3).tolist()
    ([1.0, 0.0, 0.0], [0.5, 1.0])
    """
    check_count("k", k)
    ranks = checked_ranks(ranks)
    return mean_over_relevant((ranks <= k).astype(np.float64), ranks)


def reciprocal_ranks(ranks: npt.ArrayLike) -> Floats:
    """Return 1 / the smallest rank of each query, (Q,): their mean is MRR.

    Arguments and errors as for `hits_at_k`.

    >>> reciprocal_ranks([1, 2, np.inf]).tolist()
    [1.0, 0.5, 0.0]
    """
    reciprocals: Floats = 1 / np.fmin.reduce(checked_ranks(ranks), axis=1)  # fmin ignores NaN
    return reciprocals


def checked_ranks(ranks: npt.ArrayLike) -> Floats:
    """Return ranks as float64 (Q, T), with T = 1 for a vector.

    Raise ValueError if they have another shape, one is below 1 or NaN, or a row of (Q, T) has only NaN.
    """
    array = as_array("ranks", ranks)
    several = array.ndim == 2 and array.size > 0
    array = real_vector("ranks", array.ravel() if several else array).astype(np.float64)
    array = array.reshape(-1, np.shape(ranks)[1] if several else 1)
    absent = np.isnan(array) if several else np.zeros_like(array, bool)
    wrong = ~((array >= 1) | absent)
    if wrong.any() or absent.all(axis=1).any():
        raise ValueError(f"ranks: must be at least 1, got {array[wrong][0] if wrong.any() else np.nan:g}")
    return array


def mean_over_relevant(values: Floats, ranks: Floats) -> Floats:
    """Return the mean over the columns of (Q, T) values where the rank is not NaN, (Q,)."""
    is_relevant = ~np.isnan(ranks)
    means: Floats = np.where(is_relevant, values, 0.0).sum(axis=1) / is_relevant.sum(axis=1)
    return means
