"""MRR: the mean over the queries of 1 / rank of the right document, and 0 if it is absent; ranks begin at 1.

Contract: mean_reciprocal_rank(target, predict); integer ids; predict is rectangular, with distinct ids in a row; some
targets are absent.
"""
from tests import oracles
from tests.grade.metric import metric_piece
from tests.grade.piece import Mistake
from tests.grade.retrieval import as_scores, rankings, ranks, row_numbers


def expected(case):
    return oracles.mean_reciprocal_rank(*case)


def mean_of(value, absent=0.0):
    """Return the oracle of the mean of value(rank, length of the row), with another value for an absent document."""
    def outcome(case):
        target, predict = case
        values = [value(rank, len(predict[0])) if rank else absent for rank in ranks(target, predict)]
        return sum(values) / len(values)
    return outcome


def present_only(case):
    present = [rank for rank in ranks(*case) if rank]
    return sum(1 / rank for rank in present) / max(len(present), 1)


def absent_last(case, beyond):
    """Return the mean in which an absent document has the rank R + beyond."""
    n_ranks = len(case[1][0])
    return sum(1 / (rank or n_ranks + beyond) for rank in ranks(*case)) / len(case[0])


def from_zero(case, first):
    """Return the mean with ranks from 0; `first` stands for 1 / 0."""
    return sum(0 if rank is None else first if rank == 1 else 1 / (rank - 1) for rank in ranks(*case)) / len(case[0])


def of_mean_rank(case):
    present = [rank for rank in ranks(*case) if rank]
    return len(present) / sum(present) if present else 0.0


PIECE = metric_piece(
    name="mean_reciprocal_rank",
    cases=rankings(with_k=False),
    expected=expected,
    mistakes=[
        Mistake("ranks count from 1, not from 2", mean_of(lambda rank, n: 1 / (rank + 1))),
        *(Mistake("ranks count from 1, not from 0", lambda case, first=first: from_zero(case, first))
          for first in (0.0, 1.0, float("inf"), 1e8, 1e9, 1e10)),
        Mistake("an absent document is dropped from the mean; it counts 0", present_only),
        *(Mistake("an absent document counts 0; here it has a rank",
                  lambda case, beyond=beyond: absent_last(case, beyond)) for beyond in (0, 1, 2)),
        Mistake("an absent document counts 0, not 1", mean_of(lambda rank, n: 1 / rank, absent=1.0)),
        Mistake("the mean of 1 / rank, not 1 / the mean rank", of_mean_rank),
        Mistake("the mean rank, not the mean of 1 / rank", mean_of(lambda rank, n: rank)),
        Mistake("the sum, not the mean", lambda case: expected(case) * len(case[0])),
        Mistake("only the first rank counts", mean_of(lambda rank, n: rank == 1)),
        Mistake("ranks are counted from the end", lambda case: expected((case[0], [row[::-1] for row in case[1]]))),
        Mistake("ids are taken for scores", lambda case: expected((case[0], as_scores(case[1])))),
        Mistake("the number of the query is taken for its target",
                lambda case: expected((row_numbers(case[0]), case[1]))),
        Mistake("ranks are taken for ids", lambda case: sum(1 / (document + 1) for document in case[0]) / len(case[0])),
    ],
)
