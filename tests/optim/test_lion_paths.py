"""The three ways of Lion's update: lion_update, update_together and lion_blocks give the same bits."""
from unittest.mock import patch

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from minidl.optim import Lion, lion_blocks, lion_update
from minidl.optim.lion import update_together
from tests.optim.parameters import betas, decays, gradient, rates, shapes
from tests.strategies import normal, seeds


def assert_same_bits(weight, grad, momentum, block, settings):
    """Assert that both fast paths compute what lion_update computes, and change nothing else."""
    before = weight.clone(), grad.clone(), momentum.clone()
    expected = lion_update(weight, grad, momentum, **settings)
    assert all(torch.equal(*pair) for pair in zip(before, (weight, grad, momentum)))
    together = weight.clone(), momentum.clone()
    update_together([together[0]], [grad], [together[1]], **settings)
    in_blocks = weight.clone(memory_format=torch.contiguous_format), momentum.clone()
    with patch.object(lion_blocks, "BLOCK", block):
        lion_blocks.update(in_blocks[0], grad, in_blocks[1], **settings)
    for updated in (together, in_blocks):
        assert torch.equal(updated[0], expected[0]) and torch.equal(updated[1], expected[1])
    assert torch.equal(grad, before[1])


def settings_of(lr, betas, decay):
    return {"lr": lr, "beta1": betas[0], "beta2": betas[1], "weight_decay": decay}


@given(seeds, shapes, rates, betas, decays, st.booleans(), st.integers(1, 20),
       st.sampled_from([torch.float32, torch.float64]))
def test_the_fast_paths_equal_the_formula_bit_for_bit(seed, shape, lr, betas, decay, transposed, block, dtype):
    weight, grad, momentum = (normal(seed + k, *shape, dtype=dtype) for k in range(3))
    if transposed and len(shape) > 1:
        weight = weight.transpose(0, 1).contiguous().transpose(0, 1)  # the same numbers in another memory layout
    assert_same_bits(weight, grad, momentum, block, settings_of(lr, betas, decay))


@given(seeds, st.integers(1, 700), rates, betas, decays, st.integers(1, 4))
def test_the_fast_paths_equal_the_formula_bit_for_bit_in_bfloat16(seed, size, lr, betas, decay, vectors):
    tensors = [normal(seed + k, size, dtype=torch.bfloat16) for k in range(3)]
    assert_same_bits(*tensors, vectors * lion_blocks.VECTORS, settings_of(lr, betas, decay))


def test_blocks_hold_whole_vectors():
    assert lion_blocks.BLOCK % lion_blocks.VECTORS == 0


def formula_steps(weight, grads, settings):
    """Return the weight after a step of lion_update per gradient, from momentum 0."""
    momentum = torch.zeros_like(weight)
    for grad in grads:
        weight, momentum = lion_update(weight, grad, momentum, **settings)
    return weight


@pytest.mark.parametrize("maximize", [False, True])
@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_the_optimiser_equals_the_formula_bit_for_bit_for_every_size_and_layout(decay, maximize):
    large = (257, 300)  # 77,100 numbers
    starts = [normal(0, 5, 3, dtype=torch.float32), normal(1, *large, dtype=torch.float32),
              normal(2, *large, dtype=torch.float32).t(), normal(3, dtype=torch.float32)]
    assert [lion_blocks.is_large(start) for start in starts] == [False, True, True, False]
    assert [lion_blocks.applies(start) for start in starts] == [True, True, False, True]
    parameters = [torch.nn.Parameter(start.clone()) for start in starts]
    optimizer = Lion(parameters, lr=0.01, weight_decay=decay, maximize=maximize)
    grads = [[gradient(10 * step + k, *start.shape, dtype=torch.float32) for k, start in enumerate(starts)]
             for step in range(3)]
    for step_grads in grads:
        for parameter, grad in zip(parameters, step_grads):
            parameter.grad = grad.clone()
        optimizer.step()
    settings = settings_of(0.01, (0.9, 0.99), decay)
    for parameter, start, parameter_grads in zip(parameters, starts, zip(*grads)):
        descent = [-grad for grad in parameter_grads] if maximize else parameter_grads
        assert torch.equal(parameter, formula_steps(start, descent, settings))


@pytest.mark.parametrize("shape, transposed, path", [
    ((256, 256), False, "update_together"),
    ((257, 256), False, "lion_blocks.update"),
    ((257, 256), True, "lion_update"),
])
def test_the_path_depends_on_size_and_layout(shape, transposed, path):
    start = torch.ones(shape).t() if transposed else torch.ones(shape)
    weight = torch.nn.Parameter(start)
    weight.grad = torch.ones_like(weight)
    with patch(f"minidl.optim.lion.{path}", side_effect=StopIteration):
        with pytest.raises(StopIteration):
            Lion([weight]).step()
