import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from minidl.nn import BCEWithLogitsLoss, binary_cross_entropy_with_logits
from tests import oracles
from tests.checks import tolerance
from tests.strategies import normal, seeds

# up to 700 e^z is finite in float64; test_extremes_stay_finite covers larger logits
pairs = st.lists(st.tuples(st.floats(-700, 700), st.floats(0, 1)), min_size=1, max_size=9)


@given(pairs, st.sampled_from([torch.float32, torch.float64]))
def test_equals_torch(values, dtype):
    logits, target = torch.tensor(values, dtype=dtype).T
    results = []
    for loss in (BCEWithLogitsLoss(), torch.nn.BCEWithLogitsLoss()):
        z = logits.clone().requires_grad_()
        value = loss(z, target)
        results.append((value.detach(), torch.autograd.grad(value, z)[0]))
    for ours, theirs in zip(*results):
        torch.testing.assert_close(ours, theirs, **tolerance(dtype))


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
