"""Comparisons that several tests share."""
import copy

import torch

# float32 results differ by the order of their sums: some hundred roundings of 6e-8 at most
FLOAT32 = {"rtol": 2e-5, "atol": 2e-5}
# float64: the same in the other unit
FLOAT64 = {"rtol": 1e-11, "atol": 1e-11}


def tolerance(dtype):
    return FLOAT64 if dtype == torch.float64 else FLOAT32


def run(module, inputs, grad_seed=0):
    """Return outputs and all gradients of a random projection of the output."""
    inputs = [x.clone().requires_grad_() if x.is_floating_point() else x.clone() for x in inputs]
    module.zero_grad()
    y = module(*inputs)
    direction = torch.randn(y.shape, generator=torch.Generator().manual_seed(grad_seed), dtype=y.dtype)
    (y * direction.to(y.device)).sum().backward()
    found = {"output": y.detach()}
    found |= {f"grad of input {i}": x.grad for i, x in enumerate(inputs) if x.is_floating_point()}
    found |= {f"grad of {name}": weight.grad for name, weight in module.named_parameters()}
    return found


def assert_equal_runs(found, wanted):
    assert found.keys() == wanted.keys()
    for name, value in wanted.items():
        torch.testing.assert_close(found[name], value, **tolerance(value.dtype), msg=lambda text: f"{name}: {text}")


def assert_twins(layer, twin, *inputs):
    """Outputs, gradients and buffers agree, with the state moved to the twin and back."""
    twin.load_state_dict(layer.state_dict())
    copied = copy.deepcopy(layer)
    copied.load_state_dict(twin.state_dict())
    before = [x.clone() for x in inputs]
    assert_equal_runs(run(copied, inputs), run(twin, inputs))
    for (name, buffer), (other_name, other) in zip(copied.named_buffers(), twin.named_buffers(), strict=True):
        assert name == other_name
        torch.testing.assert_close(buffer, other, **tolerance(other.dtype))
        assert not buffer.requires_grad
    assert all(torch.equal(x, y) for x, y in zip(inputs, before)), "an input was modified"


def assert_gradients(layer, *inputs, twice=False):
    """The gradients by hand are those of finite differences, in float64."""
    layer.double()
    inputs = [x.double().requires_grad_() if x.is_floating_point() else x for x in inputs]
    checked = [x for x in inputs if x.is_floating_point()] + list(layer.parameters())

    def call(*_):  # gradcheck moves the numbers in place, weights included
        return layer(*inputs)

    assert torch.autograd.gradcheck(call, checked)
    if twice:
        assert torch.autograd.gradgradcheck(call, checked)


def assert_backpropagates(model, loss, inputs, target):
    """minidl's own chain rule leaves the gradients that torch's autograd finds through the same layers."""
    from minidl.nn import backpropagate
    other = copy.deepcopy(model)
    value = backpropagate(model, loss, inputs, target)
    wanted = loss(other(*inputs), target)
    wanted.backward()
    assert torch.equal(value, wanted)
    for (name, weight), twin in zip(model.named_parameters(), other.parameters()):
        assert torch.equal(weight.grad, twin.grad), name
