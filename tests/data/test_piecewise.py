import numpy as np
import pytest
import torch
from hypothesis import assume, example, given
from hypothesis import strategies as st
from rtdl_num_embeddings import PiecewiseLinearEncoding, compute_bins

from minidl.data.piecewise import positions, quantile_edges, unfold, unfolded_moments
from tests import oracles

# multiples of 0.001: if bins were narrower, the rounding of p and of the fraction would exceed the tolerance
numbers = st.lists(st.integers(-10**6, 10**6).map(lambda k: k / 1000), min_size=2, max_size=50).map(np.array)
many_bins = st.integers(1, 40)
ROUNDING = 1e-9  # float64: p is up to 40, and x - b loses digits if x is much larger than the bin's width
FLOAT32 = 6e-8  # the rounding error of 1


@given(numbers, numbers, many_bins)
def test_equals_the_papers_formula_with_clipping_at_the_outermost_edges(train, test, bins):
    edges = quantile_edges(train, bins)
    features = unfold(positions(test, edges)[:, None], np.arange(len(edges) - 1))
    np.testing.assert_allclose(features, oracles.piecewise_linear(test, edges), rtol=0, atol=ROUNDING)


@pytest.mark.filterwarnings("ignore:The 0-th feature has just two bin edges:UserWarning")
@given(numbers.filter(lambda drawn: len(np.unique(drawn)) > 2), st.integers(2, 10))
@example(np.array([0.0, 0.0, 0.0, 0.0, 0.001, 0.001, 0.001, 0.002]), 7)
def test_equals_the_authors_package_on_its_own_edges(train, bins):
    column = torch.tensor(train, dtype=torch.float32)[:, None]
    assume(len(train) > bins)  # the package needs more rows than bins
    edges, = compute_bins(column, n_bins=bins)
    rounded = column[:, 0].double().numpy()  # as the package rounds them: edges may be adjacent float32 numbers
    features = unfold(positions(rounded, edges.double().numpy())[:, None], np.arange(len(edges) - 1))
    theirs = PiecewiseLinearEncoding([edges])(column).double().numpy()
    # they compute x / width - edge / width in float32, so their error is proportional to max |edge| / width
    bound = 4 * FLOAT32 * (1 + np.abs(edges.numpy()).max() / np.diff(edges.double().numpy()))
    assert (np.abs(features - theirs) <= bound).all()


@given(numbers, many_bins)
def test_edges_are_distinct_quantiles_from_minimum_to_maximum(values, bins):
    edges = quantile_edges(values, bins)
    assert 2 <= len(edges) <= bins + 1 and (np.diff(edges) > 0).all()
    if np.ptp(values):
        assert (edges[0], edges[-1]) == (values.min(), values.max())
        quantiles = np.quantile(values, np.arange(bins + 1) / bins)
        assert np.abs(edges[:, None] - quantiles).min(1).max() <= ROUNDING
    else:
        assert edges[0] == values[0] and not positions(values, edges).any()


@given(numbers, numbers, many_bins)
def test_positions_keep_the_order(train, test, bins):
    edges = quantile_edges(train, bins)
    p = positions(np.sort(test), edges)
    assert (np.diff(p) >= 0).all() and p.min() >= 0 and p.max() <= len(edges) - 1


@given(numbers, many_bins)
def test_moments_are_those_of_the_unfolded_rows(values, bins):
    edges = quantile_edges(values, bins)
    p = positions(values, edges)
    features = unfold(p[:, None], np.arange(len(edges) - 1))
    mean, std = unfolded_moments(p, len(edges) - 1)
    np.testing.assert_allclose(mean, features.mean(0), rtol=0, atol=1e-12)
    # E[e^2] - E[e]^2 has an error of 1e-16, and the square root makes it 1e-8
    np.testing.assert_allclose(std, features.std(0), rtol=0, atol=1e-7)


def test_inputs_are_not_modified():
    values = np.array([3.0, 1.0, 2.0])
    copy = values.copy()
    edges = quantile_edges(values, 2)
    edges_copy = edges.copy()
    positions(values, edges)
    assert values.tolist() == copy.tolist() and edges.tolist() == edges_copy.tolist()


@pytest.mark.parametrize("bins", [0, -1, float("nan")])
def test_less_than_one_bin_raises(bins):
    with pytest.raises(ValueError, match=f"^bins: must be at least 1, got {bins}$"):
        quantile_edges([1.0, 2.0], bins)
