import copy

import lion_pytorch
import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from minidl.optim import Lion
from minidl.optim import lion as lion_module
from minidl.optim import lion_update
from minidl.optim.lion import update_at_once, update_in_blocks
from tests import oracles
from tests.checks import FLOAT64, tolerance
from tests.strategies import normal, seeds, sizes

STEPS = 50
# where gradients are exactly 0 the momentum's sign decides: a beta near 1e-16 is lost in 1 - beta, and the powers of
# one that is not much larger leave float64 within 50 steps
beta = st.one_of(st.just(0.0), st.floats(1e-3, 0.999))
betas = st.one_of(st.just((0.9, 0.99)), st.tuples(beta, beta))
rates = st.one_of(st.sampled_from([1e-4, 0.01]), st.floats(1e-6, 1))
decays = st.one_of(st.just(0.0), st.floats(0, 1))
shapes = st.lists(sizes, max_size=3).map(tuple)
groups = st.lists(st.tuples(st.lists(shapes, min_size=1, max_size=2), rates, betas, decays), min_size=1, max_size=3)


def gradient(seed, *shape, dtype=torch.float64):
    """Normal numbers, about a third of them exactly 0: a sign that is not +-1."""
    return normal(seed, *shape, dtype=dtype) * (normal(seed + 1, *shape) > -0.4).to(dtype)


def parameter_groups(seed, drawn):
    """Return groups for an optimiser, the same for the same arguments."""
    return [{"params": [torch.nn.Parameter(normal(seed + 10 * k + i, *shape)) for i, shape in enumerate(shapes)],
             "lr": lr, "betas": betas, "weight_decay": decay} for k, (shapes, lr, betas, decay) in enumerate(drawn)]


def all_weights(optimizer):
    return [weight for group in optimizer.param_groups for weight in group["params"]]


def train(optimizer, seed, steps):
    """Take steps along gradients that depend on seed and step, and on where the weights are."""
    for step in steps:
        for k, weight in enumerate(all_weights(optimizer)):
            weight.grad = gradient(seed + 1000 * step + 10 * k, *weight.shape) + 0.1 * weight.detach() * (step % 2)
        optimizer.step()


@given(seeds, groups)
def test_equals_lion_pytorch(seed, drawn):
    ours, theirs = Lion(parameter_groups(seed, drawn)), lion_pytorch.Lion(parameter_groups(seed, drawn))
    for optimizer in (ours, theirs):
        train(optimizer, seed, range(STEPS))
    for weight, other in zip(all_weights(ours), all_weights(theirs), strict=True):
        torch.testing.assert_close(weight.detach(), other.detach(), **FLOAT64)
        torch.testing.assert_close(ours.state[weight]["exp_avg"], theirs.state[other]["exp_avg"], **FLOAT64)


@given(seeds, groups)
def test_equals_the_papers_program(seed, drawn):
    optimizer = Lion(parameter_groups(seed, drawn))
    twins = [(weight.detach().numpy().copy(), np.zeros(weight.shape)) for weight in all_weights(optimizer)]
    settings = [group for group in optimizer.param_groups for _ in group["params"]]
    for step in range(STEPS):
        train(optimizer, seed, [step])
        twins = [oracles.lion(weight, parameter.grad.numpy(), momentum, lr=group["lr"], beta1=group["betas"][0],
                              beta2=group["betas"][1], weight_decay=group["weight_decay"])
                 for (weight, momentum), parameter, group in zip(twins, all_weights(optimizer), settings)]
    for parameter, (weight, momentum) in zip(all_weights(optimizer), twins, strict=True):
        np.testing.assert_allclose(parameter.detach(), weight, **FLOAT64)
        np.testing.assert_allclose(optimizer.state[parameter]["exp_avg"], momentum, **FLOAT64)


@given(seeds, shapes, rates, betas, decays, st.booleans(), st.integers(1, 20),
       st.sampled_from([torch.float32, torch.float64]))
def test_both_ways_in_place_are_the_pure_function(seed, shape, lr, betas, decay, transposed, block, dtype):
    weight, grad, momentum = (normal(seed + k, *shape, dtype=dtype) for k in range(3))
    if transposed and len(shape) > 1:
        weight = weight.transpose(0, 1).contiguous().transpose(0, 1)  # the same numbers, not in a row
    settings = {"lr": lr, "beta1": betas[0], "beta2": betas[1], "weight_decay": decay}
    before = weight.clone(), grad.clone(), momentum.clone()
    wanted = lion_update(weight, grad, momentum, **settings)
    assert all(torch.equal(*pair) for pair in zip(before, (weight, grad, momentum)))
    whole, lion_module.BLOCK = lion_module.BLOCK, block
    try:
        for update in (update_in_blocks, update_at_once):
            found = weight.clone(), momentum.clone()
            update([found[0]], [grad], [found[1]], **settings)
            for ours, theirs in zip(found, wanted):
                torch.testing.assert_close(ours, theirs, **tolerance(dtype))
            assert torch.equal(grad, before[1])
    finally:
        lion_module.BLOCK = whole


@given(seeds, rates, betas)
def test_every_number_moves_by_lr_whatever_the_gradients_size(seed, lr, betas):
    start, grad = normal(seed, 8), gradient(seed + 1, 8)
    ends = []
    for scale in (1, 2**-20, 2**20):
        weight = torch.nn.Parameter(start.clone())
        optimizer = Lion([weight], lr=lr, betas=betas)
        weight.grad = scale * grad
        optimizer.step()
        ends.append(weight.detach())
    torch.testing.assert_close(ends[0], start - lr * grad.sign(), **FLOAT64)
    assert torch.equal(ends[0], ends[1]) and torch.equal(ends[0], ends[2])


@given(seeds, rates, betas, decays)
def test_without_gradients_the_weights_decay_geometrically(seed, lr, betas, decay):
    weight = torch.nn.Parameter(normal(seed, 4))
    start = weight.detach().clone()
    optimizer = Lion([weight], lr=lr, betas=betas, weight_decay=decay)
    for _ in range(5):
        weight.grad = torch.zeros(4, dtype=torch.float64)
        optimizer.step()
    torch.testing.assert_close(weight.detach(), start * (1 - lr * decay) ** 5, **FLOAT64)


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
def test_goes_on_from_its_own_state_and_from_lion_pytorchs(seed, drawn, own):
    whole = Lion(parameter_groups(seed, drawn))
    train(whole, seed, range(6))
    first = (Lion if own else lion_pytorch.Lion)(parameter_groups(seed, drawn))
    train(first, seed, range(3))
    second = Lion(parameter_groups(seed + 1, [(shapes, 0.5, (0.5, 0.5), 0.5) for shapes, *_ in drawn]))
    for weight, other in zip(all_weights(second), all_weights(first)):
        weight.data.copy_(other)
    second.load_state_dict(first.state_dict())
    train(second, seed, range(3, 6))
    for weight, wanted in zip(all_weights(second), all_weights(whole)):
        torch.testing.assert_close(weight.detach(), wanted.detach(), **FLOAT64)


def test_lion_pytorch_goes_on_from_ours():
    drawn = [([(3,), (2, 2)], 0.01, (0.9, 0.99), 0.1)]
    ours, theirs = Lion(parameter_groups(0, drawn)), lion_pytorch.Lion(parameter_groups(0, drawn))
    train(ours, 0, range(3))
    theirs.load_state_dict(copy.deepcopy(ours.state_dict()))  # else both would move one momentum
    for weight, other in zip(all_weights(theirs), all_weights(ours)):
        weight.data.copy_(other)
    for optimizer in (ours, theirs):
        train(optimizer, 0, range(3, 6))
    for weight, wanted in zip(all_weights(theirs), all_weights(ours)):
        torch.testing.assert_close(weight, wanted, **FLOAT64)


@given(seeds)
def test_bfloat16_weights_move_as_float32_ones_rounded(seed):
    """Powers of two for lr, so that nothing but the momentum is rounded, and that never past 0."""
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


def test_what_has_no_gradient_stays():
    weight, idle = torch.nn.Parameter(torch.ones(2)), torch.nn.Parameter(torch.ones(2))
    optimizer = Lion([weight, idle], lr=0.1, weight_decay=0.5)
    weight.grad = torch.ones(2)
    optimizer.step()
    assert torch.equal(idle, torch.ones(2)) and idle not in optimizer.state
    assert not torch.equal(weight, torch.ones(2))
