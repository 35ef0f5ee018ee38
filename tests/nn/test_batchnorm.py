import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from minidl.nn import BatchNorm1d
from tests import oracles
from tests.checks import assert_gradients, assert_twins, run
from tests.strategies import normal, seeds, sizes

rows = st.integers(2, 8)


def layer_with_state(seed, d, dtype, **options):
    """Return a layer as if trained: random weights and running statistics instead of the initial 0 and 1."""
    layer = BatchNorm1d(d, **options).to(dtype)
    layer.load_state_dict({"weight": normal(seed, d), "bias": normal(seed + 1, d), "running_mean": normal(seed + 2, d),
                           "running_var": normal(seed + 3, d).square(), "num_batches_tracked": torch.tensor(7)})
    return layer


@given(seeds, rows, sizes, st.booleans(), st.sampled_from([1e-5, 0.1]), st.sampled_from([0.0, 0.1, 1.0]),
       st.sampled_from([torch.float32, torch.float64]))
def test_equals_torch(seed, n, d, training, eps, momentum, dtype):
    layer = layer_with_state(seed, d, dtype, eps=eps, momentum=momentum).train(training)
    twin = torch.nn.BatchNorm1d(d, eps, momentum).to(dtype).train(training)
    x = normal(seed + 4, n, d, dtype=dtype)
    x[0] += 3  # no feature is nearly constant: float32 errors of gradients grow as 1 / sqrt(var + eps)
    assert_twins(layer, twin, x)


@given(seeds, st.sampled_from([0.0, 100.0, 10_000.0, -1e6]))
def test_is_precise_at_a_large_offset(seed, offset):
    layer = layer_with_state(seed, 3, torch.float32)
    running = layer.running_mean.numpy().copy(), layer.running_var.numpy().copy()
    x = normal(seed + 4, 32, 3, dtype=torch.float32) + offset  # rounded to float32 once, before both compute
    expected = oracles.batch_norm(x.numpy(), layer.weight.detach().numpy(), layer.bias.detach().numpy(), *running,
                                  eps=layer.eps, momentum=layer.momentum)
    # the rounding error of the mean is offset * 6e-8; the standard deviation is near 1
    tolerance = 2e-5 + abs(offset) * 1e-6
    np.testing.assert_allclose(layer(x).detach(), expected[0], atol=tolerance, rtol=tolerance)
    np.testing.assert_allclose(layer.running_var, expected[2], atol=2e-5, rtol=tolerance)


@given(seeds, rows, sizes, st.booleans())
def test_gradients(seed, n, d, training):
    layer = layer_with_state(seed, d, torch.float64, eps=0.01).train(training)
    assert_gradients(layer, normal(seed + 4, n, d))


@given(seeds, st.integers(2, 40), st.sampled_from([torch.bfloat16, torch.float16]),
       st.sampled_from([0.01, 1, 100, 300]), st.booleans(), st.booleans())
def test_bfloat16_and_float16_are_computed_in_float32(seed, n, dtype, scale, training, float32_weights):
    """Torch in float32 is the judge: in bfloat16 torch rounds before it subtracts, and a flat column has no digit."""
    layer = BatchNorm1d(3, dtype=torch.float32 if float32_weights else dtype).train(training)
    judge = torch.nn.BatchNorm1d(3).train(training)
    twin = torch.nn.BatchNorm1d(3).to(layer.weight.dtype).train(training)
    x = (normal(seed, n, 3) * scale).to(dtype)
    x[0] += scale * 3
    (ours, theirs, exact), eps = (run(net, [x.to(wide)]) for net, wide in (
        (layer, dtype), (twin, dtype), (judge, torch.float32))), torch.finfo(dtype).eps
    for name, expected in exact.items():
        assert ours[name].dtype == theirs[name].dtype
        # the result is rounded once; a gradient of x is a difference of numbers of size 1 / deviation
        size = (1 / x.float().std(0).clamp_min(1e-3)).max() if name == "grad of input 0" else 1
        torch.testing.assert_close(ours[name].float(), expected.float(), rtol=2 * eps, msg=name, atol=8 * eps * size)
    for buffer, judge_buffer in zip(layer.buffers(), judge.buffers(), strict=True):
        torch.testing.assert_close(buffer, judge_buffer.to(buffer.dtype), rtol=eps, atol=eps * scale)


def test_a_float16_variance_above_65504_counts_in_the_running_average():
    layer, x = BatchNorm1d(1, dtype=torch.float16), torch.tensor([[0.0], [600.0]], dtype=torch.float16)
    assert layer(x).tolist() == [[-1], [1]] and layer.running_var.tolist() == [18000], "0.1 * 180,000"


def test_momentum_none_averages_over_all_batches():
    layer, twin = BatchNorm1d(2, momentum=None), torch.nn.BatchNorm1d(2, momentum=None)
    for seed in range(3):
        assert_twins(layer, twin, normal(seed, 5, 2, dtype=torch.float32))
        layer(normal(seed, 5, 2, dtype=torch.float32))


@pytest.mark.parametrize("training", [True, False])
def test_no_rows_leave_the_running_statistics(training):
    assert_twins(BatchNorm1d(3).train(training), torch.nn.BatchNorm1d(3).train(training), torch.empty(0, 3))


def test_buffers_never_carry_a_graph():
    layer = BatchNorm1d(3)
    for _ in range(2):
        layer(torch.randn(4, 3, requires_grad=True)).sum().backward()
    assert layer.running_mean.grad_fn is None and layer.num_batches_tracked == 2


def test_the_mode_may_change_between_forward_and_backward():
    layer, x = layer_with_state(0, 3, torch.float64), normal(1, 5, 3).requires_grad_()
    expected, = torch.autograd.grad(layer(x).square().sum(), x)
    y = layer(x).square().sum()
    layer.eval()
    assert torch.equal(torch.autograd.grad(y, x)[0], expected)


def test_a_batch_of_one_raises_and_does_not_change_the_buffers():
    layer = BatchNorm1d(2)
    with pytest.raises(ValueError, match="^x: batch norm needs at least 2 rows in training, got 1$"):
        layer(torch.ones(1, 2))
    assert layer.running_mean.tolist() == [0, 0] and layer.num_batches_tracked == 0


@pytest.mark.parametrize("shape", [(3,), (2, 4), (2, 3, 1)])
def test_other_shapes_raise(shape):
    with pytest.raises(ValueError, match=f"^{re.escape(f'x: must be (B, 3), got {shape}')}$"):
        BatchNorm1d(3)(torch.zeros(shape))
