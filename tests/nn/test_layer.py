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
def test_defaults_settings_and_repr_equal_torchs(layer, twin):
    assert all(getattr(twin, name) == value for name, value in vars(layer).items()
               if not name.startswith("_") and name != "generator")
    assert f"{repr(twin)[:-1]},".startswith(f"{repr(layer)[:-1]},"), "torch may show more settings than we have"


def test_a_layer_that_torch_does_not_have_shows_its_settings_too():
    assert repr(PiecewiseLinear([0, 0], [0, 1], [0, 0], [1, 1])) == "PiecewiseLinear(2 features)"


def test_a_layer_without_one_of_the_two_methods_names_it():
    class Half(Layer):
        def compute(self, tape, x):
            return 2 * x

    with pytest.raises(NotImplementedError, match=r"^Layer\.compute$"):
        Layer()(torch.ones(2))
    with pytest.raises(NotImplementedError, match=r"^Half\.backprop$"):
        Half()(torch.ones(2, requires_grad=True)).sum().backward()


class Cube(Layer):
    """A user's layer with only the two methods."""

    def compute(self, tape, x):
        tape.append((x,))
        return x ** 3

    def backprop(self, tape, grad, need_input=True):
        assert need_input
        x, = tape.pop()
        return [3 * x ** 2 * grad]


def test_without_gradients_nothing_is_kept_for_the_backward_pass():
    sizes = []

    class Watched(Cube):
        def compute(self, tape, x):
            y = super().compute(tape, x)
            sizes.append(len(tape))
            return y

    model, x = Sequential(Watched(), Watched()), torch.tensor([0.5, -2.0])
    expected = model(x)
    with torch.no_grad():
        assert torch.equal(model(x), expected)
    assert sizes == [1, 2, 0, 0]


def test_a_users_layer_can_be_differentiated_twice_by_default():
    x = torch.tensor([0.5, -2.0], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(Cube(), x) and torch.autograd.gradgradcheck(Cube(), x)


@pytest.mark.parametrize("module, inputs", [
    (BatchNorm1d(3), torch.ones(4, 3)), (Sequential(BatchNorm1d(3)), torch.ones(4, 3)),
    (Sequential(Linear(3, 3)), torch.ones(4, 3)),
    (Residual(Linear(3, 3)), torch.ones(4, 3)),
    (PiecewiseLinear([0, 0], [0, 1], [0, 0], [1, 1]), torch.full((2, 1), 0.5)),
])
def test_a_second_derivative_raises_with_the_layers_name(module, inputs):
    x = inputs.requires_grad_()
    message = f"{type(module).__name__}: can be differentiated only once, got create_graph=True"
    with pytest.raises(RuntimeError, match=f"^{message}$"):
        torch.autograd.grad(module(x).square().sum(), x, create_graph=True)


class RecordingLinear(Linear):
    """A linear layer that records `need_input`."""

    def backprop(self, tape, grad, need_input=True):
        self.need_input = need_input
        return super().backprop(tape, grad, need_input)


def test_the_first_layer_need_not_compute_the_gradient_of_an_input_without_requires_grad():
    first, second = RecordingLinear(3, 2), RecordingLinear(2, 1)
    backpropagate(Sequential(Sequential(first), second), BCEWithLogitsLoss(), (torch.ones(4, 3),),
                  torch.ones(4, 1))
    assert (first.need_input, second.need_input) == (False, True)
    for needed in (False, True):
        first(torch.ones(4, 3, requires_grad=needed)).sum().backward()
        assert first.need_input == needed, "by torch's autograd too"


@pytest.mark.parametrize("layer", [Linear(2, 2), Sequential(Linear(2, 2)), Sequential(Linear(2, 2), Linear(2, 2)),
                                   Residual(Sequential(Linear(2, 2))), PiecewiseLinear([0, 1], [0, 0], [0, 0], [1, 2])])
def test_by_default_backprop_returns_the_gradient_of_the_input(layer):
    tape, x = [], torch.tensor([[0.25, 0.5]], requires_grad=True)
    with torch.no_grad():
        y = layer.compute(tape, x)
        grad_x = layer.backprop(tape, torch.ones_like(y))[0]
    assert torch.equal(grad_x, torch.autograd.grad(layer(x).sum(), x)[0])


@pytest.mark.parametrize("module", [Linear(3, 2), Linear(3, 2, bias=False), RMSNorm(3)])
@pytest.mark.parametrize("needed", [True, False])
def test_the_gradients_of_weights_do_not_depend_on_need_input(module, needed):
    x = torch.arange(6.0).reshape(2, 3).requires_grad_(needed)
    module.zero_grad()
    module(x).square().sum().backward()
    assert (x.grad is not None) == needed
    weight_grads = torch.autograd.grad(module(x.detach().requires_grad_()).square().sum(), list(module.parameters()))
    assert all(torch.equal(weight.grad, grad) for weight, grad in zip(module.parameters(), weight_grads, strict=True))
