import math

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
shares = st.floats(0, 1, exclude_min=True)
halves = st.sampled_from([torch.bfloat16, torch.float16])
# a gradient is a sum of products of numbers near 1, each rounded to a half's 8 or 11 bits
HALF = {torch.bfloat16: {"rtol": 2**-7, "atol": 2**-6}, torch.float16: {"rtol": 2**-10, "atol": 2**-9}}


def rows(seed, *shape, dtype=torch.float64):
    """Rows that begin with a number of 1 or more: where a row is all but 0, gradients grow as 1 / rms."""
    x = normal(seed, *shape, dtype=torch.float64)
    x[..., 0] = x[..., 0].abs() + 1
    return x.to(dtype)


def layer_with_weight(seed, shape, dtype, **options):
    layer = RMSNorm(shape, **options).to(dtype)
    if layer.weight is not None:
        layer.load_state_dict({"weight": normal(seed, *layer.normalized_shape)})
    return layer


@given(seeds, leading, shapes, epsilons, st.booleans(), st.sampled_from([torch.float32, torch.float64]))
def test_is_torchs_twin(seed, lead, shape, eps, affine, dtype):
    layer = layer_with_weight(seed, shape, dtype, eps=eps, elementwise_affine=affine)
    twin = torch.nn.RMSNorm(shape, eps, affine).to(dtype)
    assert_twins(layer, twin, rows(seed + 1, *lead, *shape, dtype=dtype))


@given(seeds, leading, st.integers(1, 40), epsilons, halves, st.sampled_from([0.01, 1, 100]), st.booleans())
def test_is_torchs_twin_in_the_halves_bit_for_bit(seed, lead, d, eps, dtype, scale, affine):
    layer = layer_with_weight(seed, d, dtype, eps=eps, elementwise_affine=affine)
    twin = torch.nn.RMSNorm(d, eps, affine).to(dtype)
    twin.load_state_dict(layer.state_dict())
    x = rows(seed + 1, *lead, d, dtype=dtype) * scale
    assert torch.equal(layer(x), twin(x))
    for name, wanted in run(twin, [x]).items():
        # dL/dx is a difference of terms of size 1 / rms, and nothing where D is 1
        size = 1 / scale if name == "grad of input 0" else wanted.abs().max().item()
        torch.testing.assert_close(run(layer, [x])[name] / size, wanted / size, **HALF[dtype], msg=name)


@given(seeds, halves)
def test_a_float32_weight_over_halves(seed, dtype):
    layer, x = layer_with_weight(seed, 9, torch.float32), rows(seed + 1, 4, 9, dtype=dtype).requires_grad_()
    y = layer(x)
    y.sum().backward()
    wanted = rmsnorm.rms_norm(x.float(), layer.weight, layer.eps, 9)[0].to(dtype)
    assert y.dtype == x.grad.dtype == dtype and layer.weight.grad.dtype == torch.float32 and torch.equal(y, wanted)


@given(seeds, sizes, st.integers(1, 9), epsilons, shares, st.sampled_from([0, 1e4]))
def test_equals_the_definition(seed, n, d, eps, partial, offset):
    layer = layer_with_weight(seed, d, torch.float64, eps=eps, partial=partial)
    x = rows(seed + 1, n, d) + offset
    wanted = oracles.rms_norm(x.tolist(), layer.weight.tolist(), eps=eps, partial=partial)
    np.testing.assert_allclose(layer(x).detach(), wanted, **FLOAT64)


@given(seeds, sizes, sizes, st.sampled_from([1e-6, 0.1]), st.booleans(), shares)
def test_gradients(seed, n, d, eps, affine, partial):
    layer = layer_with_weight(seed, d, torch.float64, eps=eps, elementwise_affine=affine, partial=partial)
    assert_gradients(layer, rows(seed + 1, n, d), twice=True)


@given(seeds, st.integers(1, 12), st.integers(1, 9), shares, st.integers(1, 60),
       st.sampled_from([torch.float32, torch.float64]))
def test_blocks_are_the_formula(seed, n, d, partial, size, dtype):
    x, grad = rows(seed, n, d, dtype=dtype), normal(seed + 1, n, d, dtype=dtype)
    weight = normal(seed + 2, d, dtype=dtype)
    k, whole = max(1, math.floor(partial * d)), rmsnorm_blocks.BLOCK
    rmsnorm_blocks.BLOCK = size
    try:
        y, r = rmsnorm_blocks.forward(x, weight, 1e-6, k)
        found = [y, r, *rmsnorm_blocks.backward(grad, x, weight, r, k)]
    finally:
        rmsnorm_blocks.BLOCK = whole
    y, r = rmsnorm.rms_norm(x, weight, 1e-6, k)
    for ours, wanted in zip(found, [y, r, *rmsnorm.rms_norm_backward(grad, x, weight, r, k)], strict=True):
        torch.testing.assert_close(ours, wanted, **tolerance(dtype))


@given(seeds, sizes, sizes, shares)
def test_works_under_the_transforms_of_torch_func(seed, n, d, partial):
    layer, x = layer_with_weight(seed, d, torch.float64, partial=partial), rows(seed + 1, n, d)
    torch.testing.assert_close(torch.func.vmap(layer)(x), layer(x), **FLOAT64)

    def loss(weights, x):
        return torch.func.functional_call(layer, weights, (x,)).sin().sum()

    weights = dict(layer.named_parameters())
    found = torch.func.vmap(torch.func.grad(loss, (0, 1)), (None, 0))(weights, x)
    for row in range(n):
        alone = x[row].clone().requires_grad_()
        wanted = torch.autograd.grad(layer(alone).sin().sum(), [layer.weight, alone])
        torch.testing.assert_close([found[0]["weight"][row], found[1][row]], list(wanted), **FLOAT64)
    _, tangent = torch.func.jvp(layer, (x,), (x,))  # along x itself y changes as eps alone makes it
    small = x[:, :layer.k].square().mean(1, keepdim=True)
    torch.testing.assert_close(tangent, layer(x) * layer.eps / (small + layer.eps), rtol=1e-4, atol=1e-12)


@given(seeds, sizes, sizes, st.floats(1e-3, 1e3))
def test_the_size_of_a_row_does_not_matter(seed, n, d, scale):
    layer, x = layer_with_weight(seed, d, torch.float64, eps=0), rows(seed + 1, n, d)
    torch.testing.assert_close(layer(-scale * x), -layer(x), **FLOAT64)


@given(seeds, sizes, sizes)
def test_the_output_has_mean_square_1(seed, n, d):
    y = RMSNorm(d, eps=0).double()(rows(seed, n, d))
    torch.testing.assert_close(y.square().mean(-1), torch.ones(n, dtype=torch.float64), **FLOAT64)


@pytest.mark.parametrize("partial, features", [(1.0, 10), (0.999, 9), (0.25, 2), (0.2, 2), (0.01, 1)])
def test_partial_estimates_from_the_first_features_alone(partial, features):
    layer, x = RMSNorm(10, partial=partial), rows(0, 4, 10, dtype=torch.float32)
    y = layer(x)
    for changed in range(10):
        other = x.clone()
        other[:, changed] += 1
        assert torch.equal(layer(other)[:, :changed], y[:, :changed]) == (changed >= features or changed == 0)


def test_keeps_nothing_that_can_be_rebuilt():
    x = rows(0, 4, 3, dtype=torch.float32).requires_grad_()
    layer = RMSNorm(3)
    kept_x, kept_weight, r = layer(x).grad_fn.saved_tensors
    assert (kept_x.data_ptr(), kept_weight.data_ptr()) == (x.data_ptr(), layer.weight.data_ptr()) and r.shape == (4, 1)


def test_no_rows_and_expanded_gradients():
    layer = RMSNorm(3)
    x = torch.zeros(0, 3, requires_grad=True)
    layer(x).sum().backward()  # whose gradient is one number, expanded
    assert x.grad.shape == (0, 3) and layer.weight.grad.tolist() == [0, 0, 0]
    x = rows(0, 5, 3, dtype=torch.float32).t().contiguous().t().requires_grad_()  # columns lie in a row
    assert not x.is_contiguous()
    layer(x).sum().backward()
    twin = torch.nn.RMSNorm(3, eps=1e-6)
    wanted, = torch.autograd.grad(twin(x).sum(), x)
    torch.testing.assert_close(x.grad, wanted, **tolerance(x.dtype))


def test_goes_back_with_the_weight_it_went_there_with():
    layer, x = RMSNorm(2), torch.tensor([[3.0, 4.0]], requires_grad=True)
    y = torch.func.functional_call(layer, {"weight": torch.tensor([2.0, 2.0])}, (x,))
    once, = torch.autograd.grad(layer(x).square()[0, 0], x)
    four_times, = torch.autograd.grad(y.square()[0, 0], x)
    torch.testing.assert_close(four_times, 4 * once)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_takes_part_in_minidls_own_chain_rule(dtype):
    model = Sequential(Linear(3, 4), RMSNorm(4), Linear(4, 1)).to(dtype)
    x, y = normal(0, 8, 3, dtype=dtype), normal(1, 8, 1, dtype=dtype).sigmoid()  # 1 / 8 has no rounding
    assert_backpropagates(model, BCEWithLogitsLoss(), (x,), y)
