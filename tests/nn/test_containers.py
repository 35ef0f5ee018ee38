import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from minidl.nn import BatchNorm1d, BCEWithLogitsLoss, Dropout, Linear, ReLU, Residual, Sequential, backpropagate
from tests.checks import assert_backpropagates, assert_gradients, assert_twins
from tests.strategies import normal, seeds


class TorchResidual(torch.nn.Module):
    def __init__(self, f):
        super().__init__()
        self.f = f

    def forward(self, x):
        return x + self.f(x)


def ours(d):
    return Sequential(Linear(d, 4), Residual(Sequential(
        BatchNorm1d(4), Linear(4, 5), ReLU(), Linear(5, 4, bias=False))), Linear(4, 1))


def theirs(d):
    nn = torch.nn
    return nn.Sequential(nn.Linear(d, 4), TorchResidual(nn.Sequential(
        nn.BatchNorm1d(4), nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 4, bias=False))), nn.Linear(4, 1))


@given(seeds, st.integers(3, 7), st.integers(1, 4), st.booleans(), st.sampled_from([torch.float32, torch.float64]))
def test_nested_containers_equal_torch(seed, n, d, training, dtype):
    x = normal(seed, n, d, dtype=dtype)
    x[0] += 3
    assert_twins(ours(d).to(dtype).train(training), theirs(d).to(dtype).train(training), x)


@given(seeds)
def test_gradients(seed):
    assert_gradients(Sequential(Linear(3, 4), Residual(Linear(4, 4)), BatchNorm1d(4, eps=0.1)), normal(seed, 5, 3))


@given(seeds, st.booleans())
def test_backpropagates_by_minidls_own_chain_rule(seed, training):
    model = ours(3).train(training)
    x, y = normal(seed, 6, 3, dtype=torch.float32), normal(seed + 1, 6, 1, dtype=torch.float32).sigmoid()
    assert_backpropagates(model, BCEWithLogitsLoss(), (x,), y)


def test_backpropagates_through_torchs_modules_too():
    model, twin = ours(3), theirs(3)
    twin.load_state_dict(model.state_dict())
    x, y = normal(0, 6, 3, dtype=torch.float32), torch.ones(6, 1)
    for _ in range(2):  # the gradients of the second call replace those of the first
        values = [backpropagate(model, BCEWithLogitsLoss(), (x,), y),
                  backpropagate(twin, torch.nn.BCEWithLogitsLoss(), (x,), y)]
    torch.testing.assert_close(*values)
    assert not any(value.requires_grad for value in values)
    for weight, twin_weight in zip(model.parameters(), twin.parameters(), strict=True):
        torch.testing.assert_close(weight.grad, twin_weight.grad)


def test_the_gradient_of_a_layer_used_twice_is_the_sum():
    shared = Linear(3, 3)
    assert_backpropagates(Sequential(shared, ReLU(), shared, Linear(3, 1)), BCEWithLogitsLoss(),
                          (normal(0, 4, 3, dtype=torch.float32),), torch.ones(4, 1))


def test_a_frozen_weight_gets_no_gradient():
    model = Sequential(Linear(3, 3), Linear(3, 1))
    model.get_parameter("0.weight").requires_grad_(False)
    backpropagate(model, BCEWithLogitsLoss(), (torch.ones(2, 3),), torch.ones(2, 1))
    assert model.get_parameter("0.weight").grad is None and model.get_parameter("0.bias").grad is not None


def test_dropout_in_nested_containers_uses_one_mask_for_both_passes():
    model = Sequential(Dropout(0.5, generator=torch.Generator().manual_seed(0)), Residual(Dropout(0.0)))
    x = torch.ones(50, requires_grad=True)
    y = model(x)
    y.sum().backward()
    assert torch.equal(x.grad, y.detach())


def test_works_inside_torchs_containers():
    model = torch.nn.Sequential(Linear(3, 4), torch.nn.Tanh(), Linear(4, 1)).double()
    x = normal(0, 2, 3).requires_grad_()
    assert torch.autograd.gradcheck(model, x) and torch.autograd.gradgradcheck(model, x)


def test_an_input_changed_between_forward_and_backward_raises():
    x = torch.ones(2, 3)
    y = Linear(3, 1)(x)
    x += 1
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()


@pytest.mark.parametrize("container", [Sequential, Residual])
def test_a_layer_of_torch_raises_with_its_name(container):
    with pytest.raises(TypeError, match="^layers: must be minidl.nn.Layer, got torch.nn.modules.activation.Tanh; "
                                        "torch.nn.Sequential takes both kinds$"):
        container(torch.nn.Tanh())


def test_no_layers_raise():
    with pytest.raises(ValueError, match="^layers: must be at least one, got none$"):
        Sequential()
