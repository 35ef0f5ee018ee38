import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from minidl.nn import BCEWithLogitsLoss, binary_cross_entropy_with_logits
from tests import oracles
from tests.checks import tolerance
from tests.strategies import normal, seeds

# logits to +-700, where e^z still has a float64; beyond, see the test of extremes
pairs = st.lists(st.tuples(st.floats(-700, 700), st.floats(0, 1)), min_size=1, max_size=9)


@given(pairs, st.sampled_from([torch.float32, torch.float64]))
def test_is_torchs_twin(values, dtype):
    logits, target = torch.tensor(values, dtype=dtype).T
    found = []
    for loss in (BCEWithLogitsLoss(), torch.nn.BCEWithLogitsLoss()):
        z = logits.clone().requires_grad_()
        value = loss(z, target)
        found.append((value.detach(), torch.autograd.grad(value, z)[0]))
    for ours, theirs in zip(*found):
        torch.testing.assert_close(ours, theirs, **tolerance(dtype))


@given(pairs)
def test_equals_the_definition(values):
    logits, target = torch.tensor(values, dtype=torch.float64).T
    found = binary_cross_entropy_with_logits(logits, target).item()
    wanted = oracles.binary_cross_entropy(logits.tolist(), target.tolist())
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)  # log(1 + e^z) and y z, up to 700, cancel


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


def test_refuses_shapes_that_would_broadcast():
    with pytest.raises(ValueError, match=r"^target: must have the logits' shape \(3, 1\), got \(3,\)$"):
        binary_cross_entropy_with_logits(torch.zeros(3, 1), torch.zeros(3))
