import math
from contextlib import nullcontext
from unittest.mock import patch

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from minidl.nn import BCEWithLogitsLoss, Linear, RMSNorm, Sequential, rmsnorm, rmsnorm_blocks
from tests import oracles
from tests.checks import FLOAT64, assert_backpropagates, assert_gradients, assert_twins, run, tolerance
from tests.strategies import normal, seeds, sizes

leading = st.lists(sizes, max_size=2).map(tuple)  # (), (B,), (B, T)
shapes = st.lists(sizes, min_size=1, max_size=2).map(tuple)
epsilons = st.sampled_from([0.0, 1e-6, 0.1])
fractions = st.floats(0, 1, exclude_min=True)
halves = st.sampled_from([torch.bfloat16, torch.float16])
# a gradient is a sum of products of numbers near 1, each rounded to the 8 bits of bfloat16 or 11 of float16
HALF = {torch.bfloat16: {"rtol": 2**-7, "atol": 2**-6}, torch.float16: {"rtol": 2**-10, "atol": 2**-9}}


def rows(seed, *shape, dtype=torch.float64):
    """Return normal rows whose first number is at least 1: near a row of zeros, gradients grow as 1 / rms."""
    x = normal(seed, *shape, dtype=torch.float64)
    x[..., 0] = x[..., 0].abs() + 1
    return x.to(dtype)


def layer_with_weight(seed, shape, dtype, **options):
    layer = RMSNorm(shape, **options).to(dtype)
    if layer.weight is not None:
        layer.load_state_dict({"weight": normal(seed, *layer.normalized_shape)})
    return layer


@given(seeds, leading, shapes, epsilons, st.booleans(), st.sampled_from([torch.float32, torch.float64]))
def test_equals_torch(seed, lead, shape, eps, affine, dtype):
    layer = layer_with_weight(seed, shape, dtype, eps=eps, elementwise_affine=affine)
    twin = torch.nn.RMSNorm(shape, eps, affine).to(dtype)
    assert_twins(layer, twin, rows(seed + 1, *lead, *shape, dtype=dtype))


@given(seeds, leading, st.integers(1, 40), epsilons, halves, st.sampled_from([0.01, 1, 100]), st.booleans())
def test_equals_torch_in_bfloat16_and_float16_bit_for_bit(seed, lead, d, eps, dtype, scale, affine):
    layer = layer_with_weight(seed, d, dtype, eps=eps, elementwise_affine=affine)
    twin = torch.nn.RMSNorm(d, eps, affine).to(dtype)
    twin.load_state_dict(layer.state_dict())
    x = rows(seed + 1, *lead, d, dtype=dtype) * scale
    assert torch.equal(layer(x), twin(x))
    for name, expected in run(twin, [x]).items():
        # dL/dx is a difference of terms of size 1 / rms; if D is 1, it is 0
        size = 1 / scale if name == "grad of input 0" else expected.abs().max().item()
        torch.testing.assert_close(run(layer, [x])[name] / size, expected / size, **HALF[dtype], msg=name)


@given(seeds, halves)
def test_a_float32_weight_with_bfloat16_or_float16_inputs(seed, dtype):
    layer, x = layer_with_weight(seed, 9, torch.float32), rows(seed + 1, 4, 9, dtype=dtype).requires_grad_()
    y = layer(x)
    y.sum().backward()
    expected = rmsnorm.rms_norm(x.float(), layer.weight, layer.eps, 9)[0].to(dtype)
    assert y.dtype == x.grad.dtype == dtype and layer.weight.grad.dtype == torch.float32 and torch.equal(y, expected)


@given(seeds, sizes, st.integers(1, 9), epsilons, fractions, st.sampled_from([0, 1e4]))
def test_equals_the_definition(seed, n, d, eps, partial, offset):
    layer = layer_with_weight(seed, d, torch.float64, eps=eps, partial=partial)
    x = rows(seed + 1, n, d) + offset
    expected = oracles.rms_norm(x.tolist(), layer.weight.tolist(), eps=eps, partial=partial)
    np.testing.assert_allclose(layer(x).detach(), expected, **FLOAT64)


@given(seeds, sizes, sizes, st.sampled_from([1e-6, 0.1]), st.booleans(), fractions)
def test_gradients(seed, n, d, eps, affine, partial):
    layer = layer_with_weight(seed, d, torch.float64, eps=eps, elementwise_affine=affine, partial=partial)
    assert_gradients(layer, rows(seed + 1, n, d), twice=True)


@given(seeds, st.integers(1, 12), st.integers(1, 9), fractions, st.integers(1, 60),
       st.sampled_from([torch.float32, torch.float64]))
def test_the_blocks_equal_the_formula(seed, n, d, partial, size, dtype):
    x, grad = rows(seed, n, d, dtype=dtype), normal(seed + 1, n, d, dtype=dtype)
    weight = normal(seed + 2, d, dtype=dtype)
    k = max(1, math.floor(partial * d))
    with patch.object(rmsnorm_blocks, "BLOCK", size):
        y, r = rmsnorm_blocks.forward(x, weight, 1e-6, k)
        in_blocks = [y, r, *rmsnorm_blocks.backward(grad, x, weight, r, k)]
    y, r = rmsnorm.rms_norm(x, weight, 1e-6, k)
    formula = [y, r, *rmsnorm.rms_norm_backward(grad, x, weight, r, k)]
    for actual, expected in zip(in_blocks, formula, strict=True):
        torch.testing.assert_close(actual, expected, **tolerance(dtype))


@pytest.mark.parametrize("dtype, twice, applies", [
    (torch.float32, False, True), (torch.float64, False, True), (torch.bfloat16, False, False),
    (torch.float32, True, False),
])
def test_the_fast_path_applies_to_float32_and_float64_without_double_backward(dtype, twice, applies):
    layer, x = RMSNorm(3).to(dtype), rows(0, 4, 3, dtype=dtype).requires_grad_()
    y = layer(x).sum()
    with patch.object(rmsnorm_blocks, "backward", side_effect=StopIteration):
        with pytest.raises(StopIteration) if applies else nullcontext():
            torch.autograd.grad(y, x, create_graph=twice)
    with patch.object(rmsnorm_blocks, "forward", side_effect=StopIteration):
        with pytest.raises(StopIteration) if dtype.itemsize > 2 else nullcontext():
            layer(x)


@given(seeds, sizes, sizes, fractions)
def test_works_under_the_transforms_of_torch_func(seed, n, d, partial):
    layer, x = layer_with_weight(seed, d, torch.float64, partial=partial), rows(seed + 1, n, d)
    torch.testing.assert_close(torch.func.vmap(layer)(x), layer(x), **FLOAT64)

    def loss(weights, x):
        return torch.func.functional_call(layer, weights, (x,)).sin().sum()

    weights = dict(layer.named_parameters())
    weight_grads, x_grads = torch.func.vmap(torch.func.grad(loss, (0, 1)), (None, 0))(weights, x)
    for row in range(n):
        x_row = x[row].clone().requires_grad_()
        expected = torch.autograd.grad(layer(x_row).sin().sum(), [layer.weight, x_row])
        torch.testing.assert_close([weight_grads["weight"][row], x_grads[row]], list(expected), **FLOAT64)
    _, tangent = torch.func.jvp(layer, (x,), (x,))  # along x itself y changes only because of eps
    mean_square = x[:, :layer.k].square().mean(1, keepdim=True)
    torch.testing.assert_close(tangent, layer(x) * layer.eps / (mean_square + layer.eps), rtol=1e-4, atol=1e-12)


@pytest.mark.parametrize("partial, features", [(1.0, 10), (0.999, 9), (0.25, 2), (0.2, 2), (0.01, 1)])
def test_partial_uses_only_the_first_features(partial, features):
    layer, x = RMSNorm(10, partial=partial), rows(0, 4, 10, dtype=torch.float32)
    y = layer(x)
    for changed in range(10):
        changed_x = x.clone()
        changed_x[:, changed] += 1
        assert torch.equal(layer(changed_x)[:, :changed], y[:, :changed]) == (changed >= features or changed == 0)


def test_saves_only_x_weight_and_r():
    x = rows(0, 4, 3, dtype=torch.float32).requires_grad_()
    layer = RMSNorm(3)
    y = layer(x)  # some versions of torch free the saved tensors with it
    saved_x, saved_weight, r = y.grad_fn.saved_tensors
    assert (saved_x.data_ptr(), saved_weight.data_ptr()) == (x.data_ptr(), layer.weight.data_ptr())
    assert r.shape == (4, 1)


def test_no_rows_and_expanded_gradients():
    layer = RMSNorm(3)
    x = torch.zeros(0, 3, requires_grad=True)
    layer(x).sum().backward()  # the gradient of sum() is one number, expanded
    assert x.grad.shape == (0, 3) and layer.weight.grad.tolist() == [0, 0, 0]
    x = rows(0, 5, 3, dtype=torch.float32).t().contiguous().t().requires_grad_()  # column-major
    assert not x.is_contiguous()
    layer(x).sum().backward()
    twin = torch.nn.RMSNorm(3, eps=1e-6)
    expected, = torch.autograd.grad(twin(x).sum(), x)
    torch.testing.assert_close(x.grad, expected, **tolerance(x.dtype))


def test_the_backward_pass_uses_the_weight_of_the_forward_pass():
    layer, x = RMSNorm(2), torch.tensor([[3.0, 4.0]], requires_grad=True)
    y = torch.func.functional_call(layer, {"weight": torch.tensor([2.0, 2.0])}, (x,))
    once, = torch.autograd.grad(layer(x).square()[0, 0], x)
    four_times, = torch.autograd.grad(y.square()[0, 0], x)
    torch.testing.assert_close(four_times, 4 * once)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_backpropagates_by_minidls_own_chain_rule(dtype):
    model = Sequential(Linear(3, 4), RMSNorm(4), Linear(4, 1)).to(dtype)
    x, y = normal(0, 8, 3, dtype=dtype), normal(1, 8, 1, dtype=dtype).sigmoid()  # dividing by 8 rows is exact
    assert_backpropagates(model, BCEWithLogitsLoss(), (x,), y)
