import math

import pytest
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


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("twice", [True, False])
def test_a_gradient_that_is_not_finite_passes_above_0_only(dtype, twice):
    inf, nan = math.inf, math.nan
    grad = torch.tensor([inf, -inf, nan] * 4 + [1], dtype=dtype)
    results = []
    for layer in (ReLU(), torch.nn.ReLU()):
        x = torch.tensor([-1] * 3 + [0] * 3 + [-0.0] * 3 + [2] * 3 + [nan], dtype=dtype, requires_grad=True)
        results.append(torch.autograd.grad(layer(x), x, grad, create_graph=twice)[0][:12 if twice else 13].detach())
    torch.testing.assert_close(*results, rtol=0, atol=0, equal_nan=True)


@given(seeds)
def test_gradients(seed):
    x = normal(seed, 3, 4)
    assert_gradients(ReLU(), x + x.sign(), twice=True)  # away from 0, where ReLU has no derivative


@given(seeds)
def test_applied_again_changes_nothing(seed):
    y = ReLU()(normal(seed, 3, 4))
    assert (y >= 0).all() and torch.equal(ReLU()(y), y)
