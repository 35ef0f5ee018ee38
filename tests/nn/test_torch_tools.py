"""Torch's own tools on minidl's layers: hooks, pruning, weight and spectral norm, update_bn, devices, autocast."""
import copy

import pytest
import torch
from torch.nn.utils import parametrizations, prune

from minidl import nn as ours
from minidl.nn import BatchNorm1d, BCEWithLogitsLoss, Embedding, Linear, ReLU, Residual, RMSNorm, Sequential
from tests.checks import assert_equal_runs, run
from tests.strategies import normal


def model(library):
    """Return the same network of minidl's or torch's layers."""
    return library.Sequential(library.Linear(3, 4), library.BatchNorm1d(4), library.ReLU(),
                              library.Sequential(library.Linear(4, 4), library.ReLU()), library.Linear(4, 2))


def pair():
    """
    Return the network of minidl and its twin of torch, with the same weights.

    The bias of the batch norm is not 0: a neuron whose weights are all pruned is constant, batch norm makes it a
    rounding error of either sign plus the bias, and ReLU must not decide by a rounding error.
    """
    layer, twin = model(ours), model(torch.nn)
    torch.nn.init.constant_(layer[1].bias, 0.25)
    twin.load_state_dict(layer.state_dict())
    return layer, twin


INNER = {"the first": lambda net: net[0], "nested": lambda net: net[3][0], "the last": lambda net: net[-1]}
TOOLS = {
    "weight_norm": parametrizations.weight_norm, "spectral_norm": parametrizations.spectral_norm,
    "old weight_norm": torch.nn.utils.weight_norm, "old spectral_norm": torch.nn.utils.spectral_norm,
    "prune": lambda layer: prune.l1_unstructured(layer, "weight", amount=0.5),
    "forward hook": lambda layer: layer.register_forward_hook(lambda _, inputs, y: 2 * y),
    "forward pre-hook": lambda layer: layer.register_forward_pre_hook(lambda _, inputs: (inputs[0] + 1,)),
    "backward hook": lambda layer: layer.register_full_backward_hook(lambda _, grads, __: (
        None if grads[0] is None else 3 * grads[0],)),
    "backward pre-hook": lambda layer: layer.register_full_backward_pre_hook(lambda _, grads: (3 * grads[0],)),
}


@pytest.mark.filterwarnings("ignore:.*weight_norm.* is deprecated", "ignore:Full backward hook is firing")
@pytest.mark.parametrize("inner", INNER)
@pytest.mark.parametrize("tool", TOOLS)
def test_hooks_pruning_and_norms_of_weights_work_on_inner_layers_as_in_torch(tool, inner):
    nets, x, target = pair(), normal(0, 8, 3, dtype=torch.float32), torch.rand(8, 2)
    for net in nets:
        with torch.random.fork_rng():
            torch.manual_seed(0)  # spectral_norm starts from random vectors
            TOOLS[tool](INNER[inner](net))
    assert_equal_runs(*(run(net, [x]) for net in nets))
    nets[1].load_state_dict(nets[0].state_dict())
    grads = []
    for net, loss in zip(nets, (BCEWithLogitsLoss(), torch.nn.BCEWithLogitsLoss())):
        ours.backpropagate(net, loss, (x,), target)
        grads.append({name: weight.grad for name, weight in net.named_parameters()})
    assert_equal_runs(*grads)


@pytest.mark.parametrize("name", ["weight", "bias"])
def test_pruned_batch_norm(name):
    nets, x = pair(), normal(0, 8, 3, dtype=torch.float32)
    for net in nets:
        prune.random_unstructured(net[1], name, amount=0.5)
    nets[1].load_state_dict(nets[0].state_dict())
    assert_equal_runs(*(run(net, [x]) for net in nets))
    assert nets[0][1].running_mean.grad_fn is None


def test_a_pre_hook_leaves_the_gradient_of_relu_at_0():
    layer, x = ReLU(), torch.zeros(2, requires_grad=True)
    layer.register_forward_pre_hook(lambda *_: None)
    layer(x).sum().backward()
    assert x.grad.tolist() == [0, 0]


def test_a_composite_layer_without_compose_names_it_when_an_inner_layer_has_a_hook():
    class Twice(Residual):
        compose = ours.Layer.compose

    layer = Twice(Linear(2, 2))
    layer(torch.ones(1, 2))
    layer.f.register_forward_hook(lambda *_: None)
    with pytest.raises(NotImplementedError, match=r"^Twice\.compose$"):
        layer(torch.ones(1, 2))


@pytest.mark.parametrize("momentum", [0.1, None])
def test_update_bn_finds_our_batch_norm(momentum):
    nets, batches = pair(), [normal(seed, 5, 3, dtype=torch.float32) for seed in range(4)]
    for net in nets:
        net[1].momentum = momentum
        for batch in batches[:2]:
            net(batch)
        torch.optim.swa_utils.update_bn(batches, net)
    for (name, buffer), twin_buffer in zip(nets[0].named_buffers(), nets[1].buffers(), strict=True):
        torch.testing.assert_close(buffer, twin_buffer, msg=name)
    assert nets[0][1].num_batches_tracked == 4 and nets[0][1].momentum == momentum
    nets[0][1].reset_running_stats()
    assert nets[0][1].running_var.tolist() == [1] * 4 and nets[0][1].num_batches_tracked == 0


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("tape", [True, False])
def test_autocast(dtype, training, tape):
    """The loss is float32; gradients are rounded to the dtype in the same places, so they differ by few roundings."""
    nets, x, target = pair(), normal(0, 8, 3, dtype=torch.float32), torch.rand(8, 2)
    grads = []
    for net, loss in zip(nets, (BCEWithLogitsLoss(), torch.nn.BCEWithLogitsLoss())):
        net.train(training)
        with torch.autocast("cpu", dtype):
            y = net(x)
            assert y.dtype == dtype
            value = ours.backpropagate(net, loss, (x,), target) if tape else loss(y, target)
        assert value.dtype == torch.float32
        if not tape:
            value.backward()  # outside, as in torch's examples
        grads.append({name: weight.grad for name, weight in net.named_parameters()})
    for name, grad in grads[1].items():
        assert grads[0][name].dtype == torch.float32
        torch.testing.assert_close(grads[0][name], grad, rtol=0.05, atol=4 * torch.finfo(dtype).eps, msg=name)


MADE = [(Linear, torch.nn.Linear, (3, 2)), (Embedding, torch.nn.Embedding, (3, 2)),
        (BatchNorm1d, torch.nn.BatchNorm1d, (3,)), (RMSNorm, torch.nn.RMSNorm, (3,))]


@pytest.mark.parametrize("ours_class, theirs, sizes", MADE)
def test_device_dtype_and_reset_parameters(ours_class, theirs, sizes):
    for options in ({"dtype": torch.float64}, {"dtype": torch.bfloat16}, {"device": "meta"}):
        layer, twin = ours_class(*sizes, **options), theirs(*sizes, **options)
        for (name, tensor), expected in zip(layer.state_dict().items(), twin.state_dict().values(), strict=True):
            assert all(getattr(tensor, key) == getattr(expected, key) for key in ("dtype", "device", "shape")), name
    layer, twin = ours_class(*sizes), theirs(*sizes)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.fill_(7)
    for module in (layer, twin):
        with torch.random.fork_rng():
            torch.manual_seed(0)
            module.reset_parameters()
    for name, expected in twin.state_dict().items():
        torch.testing.assert_close(layer.state_dict()[name], expected, rtol=3e-7, atol=0)  # as in test_linear


def test_sequential_is_a_sequence_of_its_layers():
    net = model(ours)
    assert len(net) == 5 and list(net) == [net[i] for i in range(5)] and net[-1] is net[4]
    assert isinstance(net[1:3], Sequential) and list(net[1:3]) == [net[1], net[2]]
    assert net[1:3](torch.ones(2, 4)).shape == (2, 4)
    copied = copy.deepcopy(net)
    assert copied.append(ReLU()) is copied and len(copied) == 6 and isinstance(copied[5], ReLU)
    copied[0] = Linear(7, 4)
    assert copied(torch.ones(2, 7)).shape == (2, 2)
    with pytest.raises(IndexError):
        net[5]
    with pytest.raises(TypeError, match="^layers: must be minidl.nn.Layer, got torch.nn.modules.activation.Tanh; "):
        net.append(torch.nn.Tanh())
