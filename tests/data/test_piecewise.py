import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from rtdl_num_embeddings import PiecewiseLinearEncoding, compute_bins

from minidl.data.piecewise import positions, quantile_edges, unfold, unfolded_moments
from tests import oracles

# numbers a thousandth apart: with bins narrower than that, position and fraction differ by their rounding alone
numbers = st.lists(st.integers(-10**6, 10**6).map(lambda k: k / 1000), min_size=2, max_size=50).map(np.array)
many_bins = st.integers(1, 40)
ROUNDING = 1e-9  # p is t + fraction, in float64 up to 40, and x - b loses digits where x is a thousand times the bin
FLOAT32 = 6e-8  # a rounding of 1


@given(numbers, numbers, many_bins)
def test_equals_the_papers_formula_inside_the_edges_and_stays_there(train, test, bins):
    edges = quantile_edges(train, bins)
    found = unfold(positions(test, edges)[:, None], np.arange(len(edges) - 1))
    np.testing.assert_allclose(found, oracles.piecewise_linear(test, edges), rtol=0, atol=ROUNDING)


@pytest.mark.filterwarnings("ignore:The 0-th feature has just two bin edges:UserWarning")
@given(numbers.filter(lambda drawn: len(np.unique(drawn)) > 2), st.integers(2, 10))
@example(np.array([0.0, 0.0, 0.0, 0.0, 0.001, 0.001, 0.001, 0.002]), 7)
def test_equals_the_authors_package_between_its_own_edges(train, bins):
    column = torch.tensor(train, dtype=torch.float32)[:, None]
    if len(train) <= bins:  # the package asks for more rows than bins
        return
    edges, = compute_bins(column, n_bins=bins)
    rounded = column[:, 0].double().numpy()  # the package's own numbers: edges may be neighbours in float32
    found = unfold(positions(rounded, edges.double().numpy())[:, None], np.arange(len(edges) - 1))
    theirs = PiecewiseLinearEncoding([edges])(column).double().numpy()
    # in float32 they take x / width - edge / width: a rounding of numbers that are larger than 1 by that factor
    bound = 4 * FLOAT32 * (1 + np.abs(edges.numpy()).max() / np.diff(edges.double().numpy()))
    assert (np.abs(found - theirs) <= bound).all()


@given(numbers, many_bins)
def test_edges_are_distinct_quantiles_over_the_whole_range(values, bins):
    edges = quantile_edges(values, bins)
    assert 2 <= len(edges) <= bins + 1 and (np.diff(edges) > 0).all()
    if np.ptp(values):
        assert (edges[0], edges[-1]) == (values.min(), values.max())
        quantiles = np.quantile(values, np.arange(bins + 1) / bins)
        assert np.abs(edges[:, None] - quantiles).min(1).max() <= ROUNDING
    else:
        assert edges[0] == values[0] and not positions(values, edges).any()


@given(numbers, numbers, many_bins)
def test_order_is_kept(train, test, bins):
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
    # E[e^2] - E[e]^2 keeps 1e-16 of the variance, of which this is the root
    np.testing.assert_allclose(std, features.std(0), rtol=0, atol=1e-7)


def test_inputs_are_left_as_they_are():
    values = np.array([3.0, 1.0, 2.0])
    copy = values.copy()
    edges = quantile_edges(values, 2)
    positions(values, edges)
    assert values.tolist() == copy.tolist()


@pytest.mark.parametrize("bins", [0, -1, float("nan")])
def test_refuses_less_than_one_bin(bins):
    with pytest.raises(ValueError, match=f"^bins: must be at least 1, got {bins}$"):
        quantile_edges([1.0, 2.0], bins)
