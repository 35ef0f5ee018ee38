import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from minidl.optim import SGD, sgd_update
from tests.strategies import normal, seeds, sizes

rates = st.one_of(st.sampled_from([0.0, 0.01, 0.1]), st.floats(0, 2))
groups = st.lists(st.tuples(st.lists(sizes, max_size=2).map(tuple), rates, rates), min_size=1, max_size=3)


@given(seeds, groups, st.sampled_from([torch.float32, torch.float64, torch.bfloat16]))
def test_equals_torch_bit_for_bit(seed, drawn, dtype):
    runs = []
    for optimizer_class in (SGD, torch.optim.SGD):
        weights = [torch.nn.Parameter(normal(seed + k, *shape, dtype=dtype)) for k, (shape, *_) in enumerate(drawn)]
        idle = torch.nn.Parameter(torch.ones(2))  # it has no gradient
        optimizer = optimizer_class([{"params": [weight], "lr": lr, "weight_decay": decay}
                                     for weight, (_, lr, decay) in zip(weights, drawn)] + [{"params": [idle]}], lr=0.5)
        for step in range(10):
            for k, weight in enumerate(weights):
                weight.grad = normal(seed + 100 * step + k, *weight.shape, dtype=dtype)
            optimizer.step()
        assert torch.equal(idle, torch.ones(2))
        runs.append(weights)
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(*runs))


@given(seeds, rates)
def test_the_gradient_is_left_as_it_is(seed, weight_decay):
    weight, grad = normal(seed, 4), normal(seed + 1, 4)
    copy = grad.clone()
    sgd_update([weight], [grad], lr=0.1, weight_decay=weight_decay)
    assert torch.equal(grad, copy)


def test_follows_a_scheduler_and_keeps_it_in_the_state_dict():
    weight = torch.nn.Parameter(torch.zeros(1))
    optimizer = SGD([weight], lr=1.0)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    for _ in range(3):
        weight.grad = torch.ones(1)
        optimizer.step()
        scheduler.step()
    assert weight.item() == -(1 + 0.5 + 0.25)
    other = SGD([weight], lr=9.0)
    other.load_state_dict(optimizer.state_dict())
    assert other.param_groups[0]["lr"] == 0.125


@pytest.mark.parametrize("name", ["lr", "weight_decay"])
@pytest.mark.parametrize("value", [-1.0, math.nan, math.inf])
def test_other_rates_raise(name, value):
    weight = torch.nn.Parameter(torch.zeros(1))
    with pytest.raises(ValueError, match=f"^{name}: must be finite and at least 0, got {value}$"):
        SGD([weight], **{"lr": 0.1, name: value})
    with pytest.raises(ValueError, match=f"^{name}: "):
        SGD([{"params": [weight], name: value}], lr=0.1)
