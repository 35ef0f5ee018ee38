"""Queries with several relevant documents: Recall@K, MRR, MAP, nDCG."""
import math

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from minidl.metrics import (average_precisions, hits_at_k, mean_average_precision, mean_reciprocal_rank, ndcg_at_k,
                            normalized_gains, recall_at_k, reciprocal_ranks)
from minidl.metrics._ranks import ranks_of
from tests import oracles

ROUNDING = 1e-12
targets = st.lists(st.integers(0, 7), min_size=1, max_size=4)
rankings = st.lists(st.integers(0, 7), max_size=8, unique=True)


@st.composite
def problems(draw):
    """(targets, predict): lists of ids, integers or strings; a target may be repeated or absent."""
    n = draw(st.integers(1, 6))
    lists = [draw(st.lists(kind, min_size=n, max_size=n)) for kind in (targets, rankings)]
    return [[[f"d{i}" for i in row] for row in rows] for rows in lists] if draw(st.booleans()) else lists


@given(problems(), st.integers(1, 9))
def test_equal_the_definitions(drawn, k):
    ranks = ranks_of(*drawn)
    assert ranks.shape == (len(drawn[0]), max(len(set(row)) for row in drawn[0]))
    for ours, per_query, wanted in (
            (recall_at_k(*drawn, k), hits_at_k(ranks, k), oracles.recall_of_several(*drawn, k)),
            (mean_average_precision(*drawn), average_precisions(ranks), oracles.mean_average_precision(*drawn)),
            (ndcg_at_k(*drawn, k), normalized_gains(ranks, k), oracles.ndcg(*drawn, k))):
        assert ours == pytest.approx(wanted, abs=ROUNDING)
        assert per_query.dtype == np.float64 and per_query.shape == (len(ranks),) and per_query.mean() == ours
    firsts = [min([row.index(right) + 1 for right in rights if right in row], default=math.inf)
              for rights, row in zip(*drawn)]
    assert reciprocal_ranks(ranks).tolist() == [1 / rank for rank in firsts]
    assert mean_reciprocal_rank(*drawn) == reciprocal_ranks(ranks).mean()


@given(st.lists(st.tuples(st.integers(0, 7), rankings), min_size=1, max_size=6), st.integers(1, 9))
def test_a_list_of_one_target_is_that_target_and_its_average_precision_the_reciprocal_rank(rows, k):
    single, predict = map(list, zip(*rows))
    lists = [[target] for target in single]
    for metric in (mean_reciprocal_rank, mean_average_precision):
        assert metric(single, predict) == metric(lists, predict) == mean_reciprocal_rank(single, predict)
    for metric in (recall_at_k, ndcg_at_k):
        assert metric(single, predict, k) == metric(lists, predict, k)


@pytest.mark.parametrize("target", [
    np.array([[7, 5], [3, 9]]), [np.array([7, 5]), [3, 9]], torch.tensor([[7, 5], [3, 9]]), ((7, 5), (3, 9)),
    pd.Series([[7, 5], [3, 9]]), [[7, 5, 7], [9, 3]]])
def test_targets_may_be_in_any_container(target):
    predict = [[7, 1, 5], [2, 3]]
    assert recall_at_k(target, predict, 2) == 0.5 and mean_reciprocal_rank(target, np.array([[7, 1], [2, 3]])) == 0.75


def test_inputs_are_unchanged():
    ranks, rights = np.array([[3.0, 1.0], [2.0, math.nan]]), [[5, 5, 7], [3]]
    average_precisions(ranks), normalized_gains(ranks, 2), hits_at_k(ranks, 1), reciprocal_ranks(ranks)
    mean_average_precision(rights, [[1, 5], [3]])
    np.testing.assert_array_equal(ranks, [[3, 1], [2, math.nan]])
    assert rights == [[5, 5, 7], [3]]


def test_the_best_ranking_has_1_and_a_ranking_without_the_targets_0():
    rights, best, worst = [[7, 5], [3]], [[5, 7, 1], [3]], [[1, 2], []]
    for metric in (mean_average_precision, mean_reciprocal_rank, lambda *rows: ndcg_at_k(*rows, 2),
                   lambda *rows: recall_at_k(*rows, 2)):
        assert metric(rights, best) == 1 and metric(rights, worst) == 0
    assert recall_at_k(rights, best, 1) == 0.75 and ndcg_at_k(rights, best, 1) == 1
