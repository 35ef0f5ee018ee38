"""Normalized discounted cumulative gain: a relevant document counts less, the later it comes.

    DCG@K(q)    sum over the relevant documents of q with rank <= K of  1 / log2(1 + rank)
    nDCG@K      mean over the queries of DCG@K(q) / the largest DCG@K(q) that is possible

Source: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM
Transactions on Information Systems 20, 2002.  Left out: degrees of relevance.
"""
import numpy as np
import numpy.typing as npt

from minidl.arrays import Floats
from minidl.checks import check_count
from minidl.metrics._ranks import Predictions, Targets, ranks_of
from minidl.metrics.retrieval import checked_ranks


def ndcg_at_k(target: Targets, predict: Predictions, k: int) -> float:
    """Return the mean over the queries of the normalized discounted cumulative gain of the first k documents.

    Arguments and errors as for `recall_at_k`.

    The relevant document of the second query has rank 3: 1 and 1 / log2(4)

    >>> ndcg_at_k([[7, 5], [3]], [[7, 5, 1], [2, 1, 3]], k=10)
    0.75
    """
    return float(normalized_gains(ranks_of(target, predict), k).mean())


def normalized_gains(ranks: npt.ArrayLike, k: int) -> Floats:
    """Return the normalized discounted cumulative gain of each query, (Q,).

    Arguments and errors as for `hits_at_k`.

    >>> normalized_gains([[1, 2], [3, np.nan]], k=10).tolist()
    [1.0, 0.5]
    """
    check_count("k", k)
    ranks = checked_ranks(ranks)
    gains = np.where(ranks <= k, 1 / np.log2(1 + ranks), 0.0).sum(axis=1)
    positions = np.arange(1, ranks.shape[1] + 1)
    largest = np.where(positions <= k, 1 / np.log2(1 + positions), 0.0).cumsum()  # for 1, 2, ... relevant documents
    normalized: Floats = gains / largest[(~np.isnan(ranks)).sum(axis=1) - 1]
    return normalized
