"""Losses and layers on inputs far from 0 and of extreme scale, in every dtype, judged by torch in float64."""
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from minidl import nn as ours

DTYPES = (torch.float32, torch.float64, torch.bfloat16, torch.float16)
OFFSETS, SCALES = (0.0, 1e4, -1e4, 1e8), (1.0, 1e-30, 1e30)


def bce(logits):
    return torch.linspace(0, 1, logits.numel(), dtype=logits.dtype).view_as(logits)


def classes(logits):
    return torch.arange(len(logits)) % logits.shape[1]


LOSSES = {
    "cross_entropy": (ours.cross_entropy, functional.cross_entropy, classes),
    "binary_cross_entropy": (ours.binary_cross_entropy_with_logits, functional.binary_cross_entropy_with_logits, bce),
}
LAYERS = {
    "BatchNorm1d": lambda library, dtype: library.BatchNorm1d(4, dtype=dtype),
    "BatchNorm1d in eval": lambda library, dtype: library.BatchNorm1d(4, dtype=dtype).eval(),
    "RMSNorm": lambda library, dtype: library.RMSNorm(4, eps=1e-6, dtype=dtype),
    "ReLU": lambda library, _: library.ReLU(),
    "Linear": lambda library, dtype: library.Linear(4, 4, dtype=dtype),
}


@st.composite
def inputs(draw):
    """Draw offset + scale * normal, (6, 4), in one of DTYPES, within the dtype's range."""
    dtype, offset, scale = draw(st.sampled_from(DTYPES)), draw(st.sampled_from(OFFSETS)), draw(st.sampled_from(SCALES))
    x = torch.randn(6, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(draw(st.integers(0, 2**32))))
    largest = torch.finfo(dtype).max
    return (offset + scale * x).clamp(-largest / 8, largest / 8).to(dtype)


def error(value, truth):
    """Return the largest difference as a share of the largest value of the truth."""
    return ((value.double() - truth).abs().max() / truth.abs().max().clamp_min(torch.finfo(value.dtype).tiny)).item()


def condition(x):
    """Return max |x| / deviation: so many times a rounding of x grows where a layer subtracts a mean."""
    x = x.double()
    return (x.abs().max() / x.std().clamp_min(1e-300)).item()


def assert_as_right_as_torch(value, theirs, truth, growth=0.0):
    """Assert that the dtype is torch's, and the error at most twice torch's and 8 roundings, which may have grown."""
    assert value.dtype == theirs.dtype
    computed = torch.finfo(torch.promote_types(value.dtype, torch.float32)).eps  # halves are computed in float32
    rounding = 8 * (torch.finfo(value.dtype).eps + computed * growth)
    assert error(value, truth) <= 2 * error(theirs, truth) + rounding


@pytest.mark.parametrize("name", LOSSES)
@given(logits=inputs())
def test_a_loss_and_its_gradient(name, logits):
    loss, theirs, targets = LOSSES[name]
    target, results = targets(logits), []
    wide_target = target.double() if target.is_floating_point() else target
    for function, x, y in (loss, logits, target), (theirs, logits, target), (theirs, logits.double(), wide_target):
        x = x.clone().requires_grad_()
        value = function(x, y)
        results.append((value, *torch.autograd.grad(value, x)))
    for value, torchs, truth in zip(*results):
        assert_as_right_as_torch(value, torchs, truth)


@pytest.mark.parametrize("name", LAYERS)
@given(x=inputs())
def test_a_layer_and_its_gradient(name, x):
    layer, twin, judge = (LAYERS[name](library, dtype) for library, dtype in (
        (ours, x.dtype), (torch.nn, x.dtype), (torch.nn, torch.float64)))
    twin.load_state_dict(layer.state_dict())
    judge.load_state_dict(layer.state_dict())
    grad, results = torch.linspace(-1, 1, x.numel()).view_as(x), []
    for net, input_ in (layer, x), (twin, x), (judge, x.double()):
        input_ = input_.clone().requires_grad_()
        y = net(input_)
        results.append((y, *torch.autograd.grad(y, input_, grad.to(y.dtype))))
    for value, torchs, truth in zip(*results):
        assert_as_right_as_torch(value, torchs, truth, condition(x))
