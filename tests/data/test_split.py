import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidl.data import stratified_folds, stratified_split
from tests.strategies import seeds

# with three rows or more of a class and a share of 0.25 to 0.75, each part has a row of each class
problems = st.tuples(st.integers(3, 40), st.integers(3, 40), st.floats(0.25, 0.75), seeds)


@given(problems)
def test_splits_the_rows_and_keeps_the_shares(problem):
    n_zeros, n_ones, test_size, seed = problem
    labels = np.random.default_rng(seed).permutation([0] * n_zeros + [1] * n_ones)
    train, test = stratified_split(labels, test_size, rng=np.random.default_rng(seed))
    assert sorted([*train, *test]) == list(range(len(labels)))
    assert (np.diff(train) > 0).all() and (np.diff(test) > 0).all()
    assert (labels[test] == 0).sum() == round(test_size * n_zeros)
    assert (labels[test] == 1).sum() == round(test_size * n_ones)


def test_the_generator_determines_the_split():
    labels = np.arange(200) % 2
    first, repeated, other = (stratified_split(labels, rng=np.random.default_rng(seed))[1] for seed in (1, 1, 2))
    assert np.array_equal(first, repeated) and not np.array_equal(first, other)


def test_every_row_can_be_in_the_test_part():
    rng = np.random.default_rng(0)
    test_rows = {row for _ in range(200) for row in stratified_split([0] * 5 + [1] * 5, rng=rng)[1].tolist()}
    assert test_rows == set(range(10))


@pytest.mark.parametrize("test_size", [0, 1, -0.5, float("nan")])
def test_refuses_other_shares(test_size):
    with pytest.raises(ValueError, match=rf"^test_size: must be in \(0, 1\), got {test_size}$"):
        stratified_split([0, 1], test_size, rng=np.random.default_rng(0))


def test_refuses_a_class_too_small_for_both_parts():
    with pytest.raises(ValueError, match="^labels: each class must have rows in both parts, got 1 of class 1$"):
        stratified_split([0, 0, 0, 0, 0, 1], rng=np.random.default_rng(0))


@given(st.integers(2, 8), st.integers(8, 40), st.integers(8, 40), seeds)
def test_folds_have_separate_test_parts_with_equal_shares(n, n_zeros, n_ones, seed):
    labels = np.random.default_rng(seed).permutation([0] * n_zeros + [1] * n_ones)
    folds = stratified_folds(labels, n, rng=np.random.default_rng(seed))
    assert len(folds) == n and sorted(row for _, test in folds for row in test) == list(range(len(labels)))
    for train, test in folds:
        assert sorted([*train, *test]) == list(range(len(labels)))
        assert (np.diff(train) > 0).all() and (np.diff(test) > 0).all()
        assert abs((labels[test] == 0).sum() - n_zeros / n) < 1 and abs((labels[test] == 1).sum() - n_ones / n) < 1


@pytest.mark.parametrize("n, message", [(1, r"n: must be at least 2, got 1"), (
    4, "labels: each class must have at least 4 rows, got 3 of class 1")])
def test_refuses_folds_that_cannot_be(n, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        stratified_folds([0, 1, 0, 1, 0, 1, 0], n, rng=np.random.default_rng(0))
