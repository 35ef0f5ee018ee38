import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import label_ranking_average_precision_score, top_k_accuracy_score

from minidl.metrics import hits_at_k, mean_reciprocal_rank, recall_at_k, reciprocal_ranks
from minidl.metrics._ranks import ranks_of

ids = st.integers(0, 6)
ROUNDING = 1e-12


@st.composite
def predictions(draw):
    """(target, predict): rows of equal or different length, lists or arrays, integer or string ids."""
    n = draw(st.integers(1, 8))
    length = draw(st.one_of(st.none(), st.integers(0, 5)))
    rows = st.lists(ids, min_size=length or 0, max_size=5 if length is None else length)
    target, predict = draw(st.lists(ids, min_size=n, max_size=n)), draw(st.lists(rows, min_size=n, max_size=n))
    if draw(st.booleans()):
        target, predict = [f"d{i}" for i in target], [[f"d{i}" for i in row] for row in predict]
    if length is not None and draw(st.booleans()):
        return np.array(target), np.array(predict, dtype=np.array(target).dtype).reshape(n, length)
    return target, predict


@given(st.lists(st.permutations(range(5)), min_size=1, max_size=8), st.data(), st.integers(1, 4))
def test_equals_scikit_learn_on_whole_rankings(rankings, data, k):
    target = data.draw(st.lists(st.integers(0, 4), min_size=len(rankings), max_size=len(rankings)))
    scores = -np.argsort(rankings, axis=1)  # the first document has the highest score
    assert recall_at_k(target, rankings, k) == pytest.approx(
        top_k_accuracy_score(target, scores, k=k, labels=range(5)), abs=ROUNDING)
    relevant = np.eye(5)[target]
    assert mean_reciprocal_rank(target, rankings) == pytest.approx(
        label_ranking_average_precision_score(relevant, scores), abs=ROUNDING)


@given(predictions(), st.integers(1, 7))
def test_ranks_are_positions_and_give_hits_and_reciprocal_ranks(drawn, k):
    ranks = ranks_of(*drawn)
    rows = map(list, drawn[1])
    wanted = [row.index(target) + 1 if target in row else math.inf for target, row in zip(drawn[0], rows)]
    assert ranks.dtype == np.float64 and ranks.tolist() == wanted
    hits, reciprocals = hits_at_k(ranks, k), reciprocal_ranks(ranks)
    assert hits.dtype == reciprocals.dtype == np.float64
    assert hits.tolist() == [rank <= k for rank in wanted] and hits.mean() == recall_at_k(*drawn, k)
    assert reciprocals.tolist() == [1 / rank for rank in wanted] and reciprocals.mean() == mean_reciprocal_rank(*drawn)


@pytest.mark.parametrize("dtype", [np.int64, np.float64])
def test_ranks_may_be_integers_and_are_unchanged(dtype):
    ranks = np.array([1, 2, 7, 40], dtype)
    assert hits_at_k(ranks, 2).tolist() == [1, 1, 0, 0] and reciprocal_ranks(ranks).tolist() == [1, 0.5, 1 / 7, 1 / 40]
    assert ranks.tolist() == [1, 2, 7, 40]


@pytest.mark.parametrize("ranks, shown", [([1, 0], "0"), ([-1.0], "-1"), ([1.0, math.nan], "nan"), ([0.5], "0.5")])
def test_refuses_ranks_below_1(ranks, shown):
    for call in (lambda: hits_at_k(ranks, 1), lambda: reciprocal_ranks(ranks)):
        with pytest.raises(ValueError, match=f"^ranks: must be at least 1, got {shown}$"):
            call()


def test_the_first_position_of_a_repeated_document_counts():
    assert mean_reciprocal_rank([3], [[1, 3, 3]]) == 0.5
    assert mean_reciprocal_rank([3, 3], [[1, 3, 3], [3]]) == 0.75


@pytest.mark.parametrize("kind", [int, str])
def test_ids_may_be_an_array_of_objects(kind):
    target, predict = [kind(i) for i in (7, 5, 3)], [[kind(i) for i in row] for row in ([7, 1], [2, 5], [2, 1])]
    objects = np.array(target, dtype=object), np.array(predict, dtype=object)
    for drawn in ((objects[0], predict), (target, objects[1]), objects, (objects[0], [*predict[:2], predict[2][:1]])):
        assert mean_reciprocal_rank(*drawn) == 0.5


def as_objects(values):
    return np.array(values, dtype=object)


@pytest.mark.parametrize("target, predict", [
    (as_objects(["7", "5"]), as_objects([[7, 1], [5, 2]])), (["7", "5"], as_objects([[7, 1], [5, 2]])),
    (as_objects(["7", "5"]), [[7, 1], [5]]), (["1", "5"], [[1, "1"], [5, "5"]]), ([7, "5"], [[7], ["5"]]),
    (pd.Series(["7", "5"]), pd.Series([[7, 1], [5, 2]])), (pd.Series([7, 5]), [pd.Series(["7"]), pd.Series(["5"])]),
    ([True, True], [[1], [1]]), (["7", "5", "3"], [["7"], ["5"], [3]]), ([7, 5, 3], [[7], [5], [2, "3"]]),
])
def test_ids_of_two_kinds_raise_in_every_container(target, predict):
    for call in (lambda: recall_at_k(target, predict, 1), lambda: mean_reciprocal_rank(target, predict)):
        with pytest.raises(TypeError, match="^target, predict: ids must be of one kind, got [^\n]+$"):
            call()


LARGE = 2**53  # the float64 of LARGE + 1 is LARGE


@pytest.mark.parametrize("target", [
    [LARGE + 1, 5], np.array([LARGE + 1, 5]), as_objects([LARGE + 1, 5]), as_objects([np.int64(LARGE + 1), 5]),
    pd.Series([LARGE + 1, 5]), np.array([LARGE + 1, 5], np.uint64), [LARGE + 1, 5.0]])
@pytest.mark.parametrize("predict", [
    [[LARGE], [5]], [[LARGE, 0.5], [5]], np.array([[LARGE], [5]]), np.array([[float(LARGE)], [5.0]]),
    as_objects([[np.float64(LARGE)], [5]]), pd.Series([[float(LARGE)], [5]]),
    [np.array([float(LARGE)]), np.array([5])]])
def test_large_integers_are_never_compared_as_floats(target, predict):
    assert recall_at_k(target, predict, 1) == 0.5
    exact = [[LARGE + 1, 0.5], [5, 0.5]]
    assert mean_reciprocal_rank(target, exact) == mean_reciprocal_rank(target, as_objects(exact)) == 1


def test_inputs_are_unchanged():
    target, predict = np.array([1, 2]), np.array([[1, 2], [3, 4]])
    copies = target.copy(), predict.copy()
    recall_at_k(target, predict, 1)
    assert (target == copies[0]).all() and (predict == copies[1]).all()


@pytest.mark.parametrize("target, predict, k, error, message", [
    ([], [], 1, ValueError, "target: must have a query, got none"),
    ([1, 2], [[1]], 1, ValueError, "predict: must have a row for each target, 2, got 1"),
    (np.ones((1, 1, 1)), [[1]], 1, ValueError, r"target: must be one-dimensional, got shape \(1, 1, 1\)"),
    ([[1], []], [[1], [1]], 1, ValueError, "target: must have an id for each query, got none for query 1"),
    ([[1], 2], [[1], [1]], 1, ValueError, "target: each row must be a list of ids, got 2"),
    ([[1], [2]], [[1]], 1, ValueError, "predict: must have a row for each target, 2, got 1"),
    ([1], np.array([1]), 1, ValueError, r"predict: must be \(Q, R\), got shape \(1,\)"),
    ([1], [[1]], 0, ValueError, "k: must be at least 1, got 0"),
    ([1], [[1]], -2, ValueError, "k: must be at least 1, got -2"),
    ([1], [[1]], 1.5, TypeError, "k: must be a whole number, got 1.5"),
    ([1], [[1]], True, TypeError, "k: must be a whole number, got True"),
    ([1, 2], [1, 2], 1, ValueError, "predict: each row must be a list of ids, got 1"),
    (["a", "b"], ["abc", "de"], 1, ValueError, "predict: each row must be a list of ids, got 'abc'"),
    ([1, 1], [[[1], [2]], [[1]]], 1, ValueError, r"predict: each row must be a list of ids, got \[\[1\], \[2\]\]"),
    (["a"], [[b"a"]], 1, TypeError, r"target, predict: ids must be of one kind, got <U1 and \|S1"),
    ([1], [["1"]], 1, TypeError, "target, predict: ids must be of one kind, got int64 and <U1"),
    ([1, 2], [["1"], []], 1, TypeError, "target, predict: ids must be of one kind, got int64 and <U1"),
])
def test_refuses_bad_input_in_one_line(target, predict, k, error, message):
    with pytest.raises(error, match=f"^{message}$"):
        recall_at_k(target, predict, k)
    if message.startswith("k:"):
        with pytest.raises(error, match=f"^{message}$"):
            hits_at_k([1], k)
    else:
        with pytest.raises(error, match=f"^{message}$"):
            mean_reciprocal_rank(target, predict)
