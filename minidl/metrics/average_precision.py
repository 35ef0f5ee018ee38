"""Mean average precision: one number for rankings in which queries have several relevant documents.

    AP(q)   mean over the relevant documents d of q of  precision(rank(d)),
            the share of relevant documents among the first rank(d); 0 for a document that is absent
    MAP     mean over the queries of AP(q)

With one relevant document, AP is the reciprocal rank.

Source: Buckley and Voorhees, "Evaluating Evaluation Measure Stability", SIGIR 2000.
"""
import numpy as np
import numpy.typing as npt

from minidl.arrays import Floats
from minidl.metrics._ranks import Predictions, Targets, ranks_of
from minidl.metrics.retrieval import checked_ranks, mean_over_relevant


def mean_average_precision(target: Targets, predict: Predictions) -> float:
    """Return the mean over the queries of the average precision.

    Arguments and errors as for `recall_at_k`.

    The relevant documents have the ranks 1 and 3, and 2: (1/1 + 2/3) / 2 and 1/2.

    >>> round(mean_average_precision([[7, 5], [3]], [[7, 1, 5], [2, 3, 1]]), 4)
    0.6667
    """
    return float(average_precisions(ranks_of(target, predict)).mean())


def average_precisions(ranks: npt.ArrayLike) -> Floats:
    """Return the average precision of each query, (Q,).

    Arguments and errors as for `hits_at_k`.

    >>> average_precisions([[1, 3], [2, np.nan]]).round(4).tolist()
    [0.8333, 0.5]
    """
    ranks = np.sort(checked_ranks(ranks), axis=1)  # NaN comes last
    precisions = np.arange(1, ranks.shape[1] + 1) / ranks
    return mean_over_relevant(precisions, ranks)
