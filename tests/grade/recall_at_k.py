"""Recall@K: the share of the queries whose first K predicted documents contain the right one.

Contract: recall_at_k(target, predict, k); integer ids; predict is rectangular, with distinct ids in a row; some targets
are absent; k is at most the length of a row.
"""
from tests import oracles
from tests.grade.metric import metric_piece
from tests.grade.piece import Mistake
from tests.grade.retrieval import as_scores, rankings, ranks, row_numbers


def expected(case):
    return oracles.recall_at_k(*case)


def per_present_query(case):
    target, predict, k = case
    present = [rank for rank in ranks(target, predict) if rank]
    return sum(rank <= k for rank in present) / max(len(present), 1)


PIECE = metric_piece(
    name="recall_at_k",
    cases=rankings(with_k=True),
    expected=expected,
    mistakes=[
        Mistake("an absent document is dropped from the mean", per_present_query),
        Mistake("the first k, not k + 1", lambda case: expected((*case[:2], case[2] + 1))),
        Mistake("the first k, not k - 1", lambda case: expected((*case[:2], case[2] - 1))),
        Mistake("k is ignored", lambda case: expected((*case[:2], len(case[1][0])))),
        Mistake("the k-th document alone, not the first k",
                lambda case: sum(rank == case[2] for rank in ranks(*case[:2])) / len(case[0])),
        Mistake("only the first document, whatever k is", lambda case: expected((*case[:2], 1))),
        Mistake("the last k, not the first", lambda case: expected((case[0], [row[::-1] for row in case[1]], case[2]))),
        Mistake("hits divided by k: that is the precision", lambda case: expected(case) / case[2]),
        Mistake("the number of hits, not divided by the number of queries", lambda case: expected(case) * len(case[0])),
        Mistake("ids are taken for scores", lambda case: expected((case[0], as_scores(case[1]), case[2]))),
        Mistake("the number of the query is taken for its target",
                lambda case: expected((row_numbers(case[0]), *case[1:]))),
        Mistake("ranks are taken for ids", lambda case: sum(document < case[2] for document in case[0]) / len(case[0])),
    ],
)
