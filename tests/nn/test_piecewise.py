import pickle
from unittest.mock import patch

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from minidl.data import TabularEncoder
from minidl.data.piecewise import unfold
from minidl.nn import BCEWithLogitsLoss, Linear, PiecewiseLinear, Sequential, piecewise
from tests.checks import assert_backpropagates, assert_gradients
from tests.strategies import seeds, sizes


def layer(bins, seed):
    rng = np.random.default_rng(seed)
    return PiecewiseLinear(np.repeat(np.arange(len(bins)), bins), np.concatenate([np.arange(n) for n in bins]),
                           rng.random(sum(bins)), 0.5 + rng.random(sum(bins)))


@given(seeds, st.lists(sizes, min_size=1, max_size=4), sizes)
def test_features_are_standardised_and_gradients_equal_finite_differences(seed, bins, n):
    ours = layer(bins, seed)
    # at least 0.1 from every integer, where the function has no derivative
    rng = np.random.default_rng(seed)
    p = torch.tensor(np.stack([rng.integers(0, k, n) + rng.uniform(0.1, 0.9, n) for k in bins], 1))
    expected = np.concatenate([unfold(p[:, [c]].numpy(), np.arange(k)) for c, k in enumerate(bins)], 1)
    expected = (expected - ours.mean.double().numpy()) / ours.std.double().numpy()
    np.testing.assert_allclose(ours.double()(p), expected, rtol=1e-12, atol=1e-12)
    assert_gradients(ours, p)


def test_on_the_training_rows_the_features_have_mean_0_and_deviation_1():
    rng = np.random.default_rng(0)
    cells = np.array([str(value) if value > -1 else "" for value in rng.normal(size=500)], dtype=object)
    encoder = TabularEncoder("piecewise").fit({"x": cells, "same": np.array(["7"] * 500, dtype=object)})
    numbers, _ = encoder.transform({"x": cells, "same": np.array(["7"] * 500, dtype=object)})
    features = PiecewiseLinear(*encoder.unfolding())(torch.from_numpy(numbers))
    # the bins, the flag of missing cells, the constant column
    assert features.shape == (500, encoder._columns["x"][1].bins + 2)
    # float32 positions up to 256 are exact to 1.5e-5; that is divided by a deviation of at least 0.04
    assert features.mean(0).abs().max() < 1e-3
    std = features.std(0, correction=0)
    assert (std[:-1] - 1).abs().max() < 1e-3 and std[-1] == 0


def test_the_state_dict_holds_the_encoding():
    ours = layer([2, 3], 0)
    assert list(ours.state_dict()) == ["columns", "steps", "mean", "std"] and not list(ours.parameters())
    p = torch.tensor([[0.5, 2.5]])
    assert torch.equal(pickle.loads(pickle.dumps(ours))(p), ours(p))


def test_backpropagates_by_minidls_own_chain_rule():
    model = Sequential(layer([2, 3], 0), Linear(5, 1))
    assert_backpropagates(model, BCEWithLogitsLoss(), (torch.tensor([[0.5, 2.5], [1.5, 0.25]]),), torch.ones(2, 1))


def test_the_output_is_float32_and_a_deviation_of_0_is_replaced_by_1():
    ours = PiecewiseLinear(np.array([0, 0]), np.array([0, 1]), np.array([0.5, 0.25]), np.array([0.0, 0.5]))
    assert ours.steps.dtype == ours.mean.dtype == ours.std.dtype == torch.float32
    y = ours(torch.tensor([[0.75], [1.75]]))
    assert y.dtype == torch.float32 and y.tolist() == [[0.25, -0.5], [0.5, 1.0]]


def test_statistics_of_another_length_raise():
    with pytest.raises(ValueError, match=r"^std: must have one number per feature, 2, got shape \(1,\)$"):
        PiecewiseLinear([0, 0], [0, 1], [0, 0], [1])


@given(seeds, st.lists(sizes, min_size=1, max_size=4), st.integers(2, 9), st.integers(1, 4))
def test_the_blocks_of_rows_equal_the_formula(seed, bins, n, block):
    ours, rng = layer(bins, seed), np.random.default_rng(seed)
    p = torch.tensor(np.stack([rng.uniform(0, k, n) for k in bins], 1), dtype=torch.float32)
    whole = ours(p)
    with patch.object(piecewise, "BLOCK", block):
        assert torch.equal(ours(p), whole)
