import torch
from hypothesis import given
from hypothesis import strategies as st

from minidl.nn import ReLU
from tests.checks import assert_gradients, assert_twins
from tests.strategies import normal, seeds, sizes


@given(seeds, st.lists(sizes, max_size=3).map(tuple), st.sampled_from([torch.float32, torch.float64]))
def test_equals_torch(seed, shape, dtype):
    x = normal(seed, *shape, dtype=dtype)
    assert_twins(ReLU(), torch.nn.ReLU(), x.where(x.abs() > 0.3, 0))  # with zeros: there the gradient is 0


@given(seeds)
def test_gradients(seed):
    x = normal(seed, 3, 4)
    assert_gradients(ReLU(), x + x.sign(), twice=True)  # away from 0, where ReLU has no derivative


@given(seeds)
def test_applied_again_changes_nothing(seed):
    y = ReLU()(normal(seed, 3, 4))
    assert (y >= 0).all() and torch.equal(ReLU()(y), y)
