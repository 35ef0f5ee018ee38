import pytest
import torch

from minidl.nn import (BatchNorm1d, BCEWithLogitsLoss, Dropout, Embedding, Layer, Linear, PiecewiseLinear, Residual,
                       RMSNorm, Sequential, backpropagate)

TWINS = [
    (Linear(2, 3), torch.nn.Linear(2, 3)),
    (Linear(2, 3, bias=False), torch.nn.Linear(2, 3, bias=False)),
    (Embedding(4, 2), torch.nn.Embedding(4, 2)),
    (BatchNorm1d(3), torch.nn.BatchNorm1d(3)),
    (BatchNorm1d(3, 0.25, 0.5), torch.nn.BatchNorm1d(3, 0.25, 0.5)),
    (Dropout(), torch.nn.Dropout()),
    (Dropout(0.25), torch.nn.Dropout(0.25)),
]


@pytest.mark.parametrize("layer, twin", TWINS)
def test_defaults_and_settings_are_those_of_torch_and_shown_as_there(layer, twin):
    assert all(getattr(twin, name) == value for name, value in vars(layer).items()
               if not name.startswith("_") and name != "generator")
    assert f"{repr(twin)[:-1]},".startswith(f"{repr(layer)[:-1]},"), "torch may have settings that are left out here"


def test_a_layer_without_a_twin_shows_its_settings_too():
    assert repr(PiecewiseLinear([0, 0], [0, 1], [0, 0], [1, 1])) == "PiecewiseLinear(2 features)"


def test_a_layer_without_its_two_methods_says_which_one_is_missing():
    class Half(Layer):
        def compute(self, tape, x):
            return 2 * x

    with pytest.raises(NotImplementedError, match=r"^Layer\.compute$"):
        Layer()(torch.ones(2))
    with pytest.raises(NotImplementedError, match=r"^Half\.backprop$"):
        Half()(torch.ones(2, requires_grad=True)).sum().backward()


class Cube(Layer):
    """A layer of one's own, with nothing but its two methods."""

    def compute(self, tape, x):
        tape.append((x,))
        return x ** 3

    def backprop(self, tape, grad, need_input=True):
        assert need_input
        x, = tape.pop()
        return [3 * x ** 2 * grad]


def test_a_layer_of_ones_own_is_differentiated_twice_unless_it_says_otherwise():
    x = torch.tensor([0.5, -2.0], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(Cube(), x) and torch.autograd.gradgradcheck(Cube(), x)


@pytest.mark.parametrize("module, inputs", [
    (BatchNorm1d(3), torch.ones(4, 3)), (Sequential(Linear(3, 3)), torch.ones(4, 3)),
    (Residual(Linear(3, 3)), torch.ones(4, 3)),
    (PiecewiseLinear([0, 0], [0, 1], [0, 0], [1, 1]), torch.full((2, 1), 0.5)),
])
def test_a_second_derivative_is_refused_by_name(module, inputs):
    x = inputs.requires_grad_()
    message = f"{type(module).__name__}: can be differentiated only once, got create_graph=True"
    with pytest.raises(RuntimeError, match=f"^{message}$"):
        torch.autograd.grad(module(x).square().sum(), x, create_graph=True)


class Asked(Linear):
    """A linear layer that notes whether its input's gradient was wanted."""

    def backprop(self, tape, grad, need_input=True):
        self.wanted = need_input
        return super().backprop(tape, grad, need_input)


def test_backpropagation_asks_no_first_layer_for_a_gradient_that_nobody_wants():
    first, second = Asked(3, 2), Asked(2, 1)
    backpropagate(Sequential(Sequential(first), second), BCEWithLogitsLoss(), (torch.ones(4, 3),),
                  torch.ones(4, 1))
    assert (first.wanted, second.wanted) == (False, True)
    for wanted in (False, True):
        first(torch.ones(4, 3, requires_grad=wanted)).sum().backward()
        assert first.wanted == wanted, "nor does torch's autograd"


@pytest.mark.parametrize("layer", [Linear(2, 2), Sequential(Linear(2, 2)), Sequential(Linear(2, 2), Linear(2, 2)),
                                   Residual(Sequential(Linear(2, 2))), PiecewiseLinear([0, 1], [0, 0], [0, 0], [1, 2])])
def test_without_being_told_a_layer_returns_its_inputs_gradient(layer):
    tape, x = [], torch.tensor([[0.25, 0.5]], requires_grad=True)
    with torch.no_grad():
        y = layer.compute(tape, x)
        found = layer.backprop(tape, torch.ones_like(y))[0]
    assert torch.equal(found, torch.autograd.grad(layer(x).sum(), x)[0])


@pytest.mark.parametrize("module", [Linear(3, 2), Linear(3, 2, bias=False), RMSNorm(3)])
@pytest.mark.parametrize("wanted", [True, False])
def test_the_weights_gradients_do_not_depend_on_whether_the_inputs_is_wanted(module, wanted):
    x = torch.arange(6.0).reshape(2, 3).requires_grad_(wanted)
    module.zero_grad()
    module(x).square().sum().backward()
    assert (x.grad is not None) == wanted
    twin = torch.autograd.grad(module(x.detach().requires_grad_()).square().sum(), list(module.parameters()))
    assert all(torch.equal(weight.grad, other) for weight, other in zip(module.parameters(), twin, strict=True))
