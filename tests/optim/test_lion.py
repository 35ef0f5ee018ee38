import copy

import lion_pytorch
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from minidl.optim import Lion
from tests.checks import FLOAT64
from tests.optim.parameters import STEPS, all_weights, gradient, groups, parameter_groups, train
from tests.strategies import seeds


@given(seeds, groups)
def test_equals_lion_pytorch(seed, drawn):
    ours, theirs = Lion(parameter_groups(seed, drawn)), lion_pytorch.Lion(parameter_groups(seed, drawn))
    for optimizer in (ours, theirs):
        train(optimizer, seed, range(STEPS))
    for weight, other in zip(all_weights(ours), all_weights(theirs), strict=True):
        torch.testing.assert_close(weight.detach(), other.detach(), **FLOAT64)
        torch.testing.assert_close(ours.state[weight]["exp_avg"], theirs.state[other]["exp_avg"], **FLOAT64)


@given(seeds, groups)
def test_maximize_is_descent_along_the_negated_gradient(seed, drawn):
    down, up = Lion(parameter_groups(seed, drawn)), Lion(parameter_groups(seed, drawn), maximize=True)
    for step in range(3):
        for k, (weight, other) in enumerate(zip(all_weights(down), all_weights(up))):
            other.grad = gradient(seed + 100 * step + k, *weight.shape)
            weight.grad = -other.grad
        down.step()
        up.step()
    assert all(torch.equal(*pair) for pair in zip(all_weights(down), all_weights(up)))


@given(seeds, groups, st.booleans())
def test_continues_from_its_own_state_dict_and_from_lion_pytorchs(seed, drawn, own):
    uninterrupted = Lion(parameter_groups(seed, drawn))
    train(uninterrupted, seed, range(6))
    optimizer_class = Lion if own else lion_pytorch.Lion
    first = optimizer_class(parameter_groups(seed, drawn))
    train(first, seed, range(3))
    second = Lion(parameter_groups(seed + 1, [(shapes, 0.5, (0.5, 0.5), 0.5) for shapes, *_ in drawn]))
    for weight, other in zip(all_weights(second), all_weights(first)):
        weight.data.copy_(other)
    second.load_state_dict(first.state_dict())
    train(second, seed, range(3, 6))
    for weight, expected in zip(all_weights(second), all_weights(uninterrupted)):
        torch.testing.assert_close(weight.detach(), expected.detach(), **FLOAT64)


def test_lion_pytorch_continues_from_our_state_dict():
    drawn = [([(3,), (2, 2)], 0.01, (0.9, 0.99), 0.1)]
    ours, theirs = Lion(parameter_groups(0, drawn)), lion_pytorch.Lion(parameter_groups(0, drawn))
    train(ours, 0, range(3))
    theirs.load_state_dict(copy.deepcopy(ours.state_dict()))  # a copy, or both would update the same momentum
    for weight, other in zip(all_weights(theirs), all_weights(ours)):
        weight.data.copy_(other)
    for optimizer in (ours, theirs):
        train(optimizer, 0, range(3, 6))
    for weight, expected in zip(all_weights(theirs), all_weights(ours)):
        torch.testing.assert_close(weight, expected, **FLOAT64)


@given(seeds)
def test_bfloat16_weights_move_as_float32_ones_rounded(seed):
    """lr is a power of two, so only the momentum is rounded, and its sign does not change."""
    runs = []
    for dtype in (torch.bfloat16, torch.float32):
        weight = torch.nn.Parameter(torch.zeros(8, dtype=dtype))
        optimizer = Lion([weight], lr=2.0**-6)
        for step in range(10):
            weight.grad = (gradient(seed, 8).sign() * (1 + step % 3)).to(dtype)
            optimizer.step()
        assert optimizer.state[weight]["exp_avg"].dtype == weight.dtype == dtype
        runs.append(weight.detach().float())
    assert torch.equal(*runs)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64])
@pytest.mark.parametrize("size", [3, 70_000])  # a large weight is updated in blocks
def test_the_momentum_follows_the_dtype_of_the_weight(dtype, size):
    """lr is a power of two and the gradients are whole numbers, so lion-pytorch's mixed dtypes change no weight."""
    runs = []
    for optimizer_class in (Lion, lion_pytorch.Lion):
        model = torch.nn.Linear(size, 1, bias=False)
        model.weight.data.fill_(1)
        optimizer = optimizer_class(model.parameters(), lr=2.0**-5)
        for step, kind in enumerate([torch.float32, torch.float32, dtype, dtype]):
            model.to(kind)
            model.weight.grad = (gradient(step, 1, size).sign() * (1 + step)).to(kind)
            optimizer.step()
        runs.append(model.weight.detach())
        if optimizer_class is Lion:
            assert optimizer.state[model.weight]["exp_avg"].dtype == model.weight.dtype == dtype
    assert torch.equal(*runs)


def test_a_weight_without_a_gradient_does_not_change():
    weight, idle = torch.nn.Parameter(torch.ones(2)), torch.nn.Parameter(torch.ones(2))
    optimizer = Lion([weight, idle], lr=0.1, weight_decay=0.5)
    weight.grad = torch.ones(2)
    optimizer.step()
    assert torch.equal(idle, torch.ones(2)) and idle not in optimizer.state
    assert not torch.equal(weight, torch.ones(2))
