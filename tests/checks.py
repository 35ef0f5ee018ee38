"""Comparisons that several tests share."""
import copy

import torch

# float32 sums in another order differ by at most some hundred roundings of 6e-8
FLOAT32 = {"rtol": 2e-5, "atol": 2e-5}
# float64: the same, with roundings of 1e-16
FLOAT64 = {"rtol": 1e-11, "atol": 1e-11}


def tolerance(dtype):
    return FLOAT64 if dtype == torch.float64 else FLOAT32


def run(module, inputs, grad_seed=0):
    """Return a dict: the output, and the gradients of its product with a random tensor, for all inputs and weights."""
    inputs = [x.clone().requires_grad_() if x.is_floating_point() else x.clone() for x in inputs]
    module.zero_grad()
    y = module(*inputs)
    # numbers of bfloat16, which every dtype represents exactly: the same direction for all
    direction = torch.randn(y.shape, generator=torch.Generator().manual_seed(grad_seed), dtype=torch.bfloat16)
    (y * direction.to(y)).sum().backward()
    tensors = {"output": y.detach()}
    tensors |= {f"grad of input {i}": x.grad for i, x in enumerate(inputs) if x.is_floating_point()}
    tensors |= {f"grad of {name}": weight.grad for name, weight in module.named_parameters()}
    return tensors


def assert_equal_runs(actual, expected):
    """Assert that two results of `run` are equal within the tolerance of their dtypes."""
    assert actual.keys() == expected.keys()
    for name, value in expected.items():
        torch.testing.assert_close(actual[name], value, **tolerance(value.dtype), msg=lambda text: f"{name}: {text}")


def assert_twins(layer, twin, *inputs):
    """Assert that outputs, gradients and buffers are equal after the state is copied to the twin and back."""
    twin.load_state_dict(layer.state_dict())
    copied = copy.deepcopy(layer)
    copied.load_state_dict(twin.state_dict())
    before = [x.clone() for x in inputs]
    assert_equal_runs(run(copied, inputs), run(twin, inputs))
    for (name, buffer), (twin_name, twin_buffer) in zip(copied.named_buffers(), twin.named_buffers(), strict=True):
        assert name == twin_name
        torch.testing.assert_close(buffer, twin_buffer, **tolerance(twin_buffer.dtype))
        assert not buffer.requires_grad
    assert all(torch.equal(x, y) for x, y in zip(inputs, before)), "an input was modified"


def assert_gradients(layer, *inputs, twice=False):
    """Assert that the gradients equal finite differences, in float64; with `twice`, the second derivatives too."""
    layer.double()
    inputs = [x.double().requires_grad_() if x.is_floating_point() else x for x in inputs]
    checked = [x for x in inputs if x.is_floating_point()] + list(layer.parameters())

    def call(*_):  # gradcheck changes the tensors in place, also the weights
        return layer(*inputs)

    assert torch.autograd.gradcheck(call, checked)
    if twice:
        assert torch.autograd.gradgradcheck(call, checked)


def assert_backpropagates(model, loss, inputs, target):
    """Assert that minidl's own chain rule gives the gradients of torch's autograd through the same layers, exactly."""
    from minidl.nn import backpropagate
    twin = copy.deepcopy(model)
    value = backpropagate(model, loss, inputs, target)
    expected = loss(twin(*inputs), target)
    expected.backward()
    assert torch.equal(value, expected)
    for (name, weight), twin_weight in zip(model.named_parameters(), twin.parameters()):
        assert torch.equal(weight.grad, twin_weight.grad), name
