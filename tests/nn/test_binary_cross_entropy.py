import math

import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from minidl.nn import BCEWithLogitsLoss, binary_cross_entropy_with_logits
from tests import oracles
from tests.checks import tolerance
from tests.strategies import normal, seeds

# up to 700 e^z is finite in float64; test_extremes_stay_finite covers larger logits
pairs = st.lists(st.tuples(st.floats(-700, 700), st.floats(0, 1)), min_size=1, max_size=9)


@given(pairs, st.sampled_from([torch.float32, torch.float64]))
@example([(-613.0, 1e-5)], torch.float32)
def test_equals_torch(values, dtype):
    logits, target = torch.tensor(values, dtype=dtype).T
    results = []
    for loss in (BCEWithLogitsLoss(), torch.nn.BCEWithLogitsLoss()):
        z = logits.clone().requires_grad_()
        value = loss(z, target)
        results.append((value.detach(), torch.autograd.grad(value, z)[0]))
    (value, grad), (torchs_value, torchs_grad) = results
    torch.testing.assert_close(grad, torchs_grad, **tolerance(dtype))
    # torch's loss is (1 - y) z + log(1 + e^-z), for z < 0 the difference of two numbers as large as z, each rounded
    rounding = 2 * torch.finfo(dtype).eps * logits.abs().max().item()
    allowed = tolerance(dtype)
    torch.testing.assert_close(value, torchs_value, rtol=allowed["rtol"], atol=allowed["atol"] + rounding)


weights = st.sampled_from([None, torch.tensor(3.0), torch.tensor([0.5, 2.0, 0.0])])


@given(seeds, weights, st.sampled_from([torch.float32, torch.float64]))
def test_pos_weight_and_the_gradient_of_the_target_equal_torchs(seed, pos_weight, dtype):
    results = []
    for loss_class in (BCEWithLogitsLoss, torch.nn.BCEWithLogitsLoss):
        loss = loss_class(pos_weight=pos_weight).to(dtype)
        z, y = normal(seed, 4, 3, dtype=dtype).mul(9).requires_grad_(), normal(seed + 1, 4, 3, dtype=dtype).sigmoid()
        y.requires_grad_()
        results.append((loss.state_dict(), [loss(z, y).detach(), *torch.autograd.grad(loss(z, y), (z, y))]))
    (state, ours), (twin_state, theirs) = results
    torch.testing.assert_close(ours, theirs, **tolerance(dtype))
    assert state.keys() == twin_state.keys() and all(torch.equal(state[name], twin_state[name]) for name in state)


@given(seeds, weights, st.sampled_from([torch.bfloat16, torch.float16]))
def test_bfloat16_and_float16_are_rounded_once(seed, pos_weight, dtype):
    z, y = normal(seed, 64, 3, dtype=dtype).requires_grad_(), normal(seed + 1, 64, 3, dtype=dtype).sigmoid()
    loss = BCEWithLogitsLoss(pos_weight=pos_weight)
    value, expected = loss(z, y), loss(z.float(), y.float())
    assert value.dtype == dtype and value.item() == expected.to(dtype).item()
    grad, = torch.autograd.grad(value, z)
    torch.testing.assert_close(grad, torch.autograd.grad(expected, z)[0], rtol=2**-7, atol=0)


def test_no_rows_give_nan_as_in_torch():
    z = torch.empty(0, 2, requires_grad=True)
    loss = BCEWithLogitsLoss()
    loss(z, torch.empty(0, 2)).backward()
    assert math.isnan(loss(z, torch.empty(0, 2)).item()) and z.grad.shape == (0, 2)
    tape = []
    loss.compute(tape, z.detach(), torch.empty(0, 2))
    assert loss.backprop(tape, 1.0)[0].shape == (0, 2)


@given(pairs)
def test_equals_the_definition(values):
    logits, target = torch.tensor(values, dtype=torch.float64).T
    value = binary_cross_entropy_with_logits(logits, target).item()
    expected = oracles.binary_cross_entropy(logits.tolist(), target.tolist())
    # log(1 + e^z) and y z, both up to 700, cancel
    np.testing.assert_allclose(value, expected, rtol=1e-12, atol=1e-12)


@given(seeds)
def test_gradients(seed):
    z, y = normal(seed, 3, 2).requires_grad_(), normal(seed + 1, 3, 2).sigmoid()

    def call(logits):
        return BCEWithLogitsLoss()(logits, y)

    assert torch.autograd.gradcheck(call, z) and torch.autograd.gradgradcheck(call, z)


@given(pairs)
def test_swapping_the_classes_changes_nothing(values):
    z, y = torch.tensor(values, dtype=torch.float64).T
    assert binary_cross_entropy_with_logits(-z, 1 - y).item() == pytest.approx(
        binary_cross_entropy_with_logits(z, y).item(), rel=1e-12, abs=1e-12)


def test_extremes_stay_finite():
    z = torch.tensor([1e30, -1e30, 1e30, -1e30], requires_grad=True)
    y = torch.tensor([1.0, 0.0, 0.0, 1.0])
    loss = BCEWithLogitsLoss()(z, y)
    loss.backward()
    assert loss.item() == pytest.approx(5e29) and z.grad.tolist() == [0, 0, 0.25, -0.25]


def test_shapes_that_would_broadcast_raise():
    with pytest.raises(ValueError, match=r"^target: must have the logits' shape \(3, 1\), got \(3,\)$"):
        binary_cross_entropy_with_logits(torch.zeros(3, 1), torch.zeros(3))
