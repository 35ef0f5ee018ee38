import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from minidl.nn import Linear
from minidl.nn.linear import linear, linear_backward
from tests.checks import FLOAT64, assert_gradients, assert_twins
from tests.strategies import normal, seeds, sizes

leading = st.lists(sizes, max_size=2).map(tuple)  # (), (B,), (B, T)


@given(seeds, leading, sizes, sizes, st.booleans(), st.sampled_from([torch.float32, torch.float64]))
def test_equals_torch(seed, shape, d, h, bias, dtype):
    layer, twin = Linear(d, h, bias).to(dtype), torch.nn.Linear(d, h, bias).to(dtype)
    assert_twins(layer, twin, normal(seed, *shape, d, dtype=dtype))


@given(seeds, leading, sizes, sizes, st.booleans())
def test_gradients(seed, shape, d, h, bias):
    assert_gradients(Linear(d, h, bias), normal(seed, *shape, d), twice=True)


@given(st.integers(0, 2**31), sizes, sizes, st.booleans())
def test_initial_values_equal_torchs(seed, d, h, bias):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        layer = Linear(d, h, bias)
        torch.manual_seed(seed)
        twin = torch.nn.Linear(d, h, bias)
    same = Linear(d, h, bias, generator=torch.Generator().manual_seed(seed))
    for name, expected in twin.state_dict().items():
        # one rounding apart: torch computes the bound as sqrt(3) / sqrt(3 D)
        torch.testing.assert_close(layer.state_dict()[name], expected, rtol=3e-7, atol=0)
        assert torch.equal(same.state_dict()[name], layer.state_dict()[name])


@given(seeds, leading, sizes, sizes)
def test_the_functions_equal_torchs(seed, shape, d, h):
    x, weight = normal(seed, *shape, d).requires_grad_(), normal(seed + 1, h, d).requires_grad_()
    y = torch.nn.functional.linear(x, weight)
    grad = normal(seed + 2, *shape, h)
    torch.testing.assert_close(linear(x, weight), y, **FLOAT64)
    for actual, expected in zip(linear_backward(grad, x, weight), torch.autograd.grad(y, (x, weight), grad)):
        torch.testing.assert_close(actual, expected, **FLOAT64)


def test_without_need_input_the_gradient_of_the_input_is_none():
    layer, tape = Linear(3, 2), []
    layer.compute(tape, normal(0, 4, 3, dtype=torch.float32))
    assert layer.backprop(tape, torch.ones(4, 2), need_input=False)[0] is None


def test_another_number_of_features_raises():
    with pytest.raises(ValueError, match=r"^x: must have 3 features in the last dimension, got \(2, 4\)$"):
        Linear(3, 1)(torch.zeros(2, 4))
