"""Every layer and loss of minidl.nn against its twin of torch.nn, in every dtype and mode: what torch users do with it.

The test and the benchmark share the cells of this table: LAYERS x DTYPES x MODES x ABILITIES.
"""
import copy
import io
import pickle
from contextlib import nullcontext
from typing import Callable, NamedTuple

import torch
from torch import nn

from minidl import nn as ours
from tests.strategies import normal

D, B = 6, 8
BINS = ([0, 0, 1], [0, 1, 0], [0.5, 0.25, 0.5], [0.5, 0.25, 1.0])  # columns, steps, mean, std


class TorchResidual(nn.Module):
    def __init__(self, f):
        super().__init__()
        self.f = f

    def forward(self, x):
        return x + self.f(x)


class TorchPiecewise(nn.Module):
    def __init__(self, columns, *buffers):
        super().__init__()
        self.register_buffer("columns", torch.tensor(columns))
        for name, values in zip(("steps", "mean", "std"), buffers):
            self.register_buffer(name, torch.tensor(values, dtype=torch.float32))

    def forward(self, p):
        return ((p[:, self.columns] - self.steps).clamp(0, 1) - self.mean) / self.std


class AfterLinear(nn.Module):
    """A module after a Linear of torch: DistributedDataParallel refuses a module without parameters."""

    def __init__(self, module, size):
        super().__init__()
        self.linear, self.module = nn.Linear(size, size), module

    def forward(self, x, *others):
        return self.module(self.linear(x), *others)


class Pair(NamedTuple):
    """Functions that return our layer, its twin, and the inputs of a seed."""

    ours: Callable
    twin: Callable
    inputs: Callable


def features(seed):
    return [normal(seed, B, D, dtype=torch.float32)]


def ids(seed):
    return [torch.randint(D, (B, 3), generator=torch.Generator().manual_seed(seed))]


def network(library, residual):
    """Return containers in each other, of minidl's or of torch's layers."""
    block = library.Sequential(library.BatchNorm1d(D), library.ReLU())
    return library.Sequential(library.Linear(D, D), residual(block))


def same(name, *settings, inputs=features, **named):
    """Return the Pair of the class that has the same name and settings in both libraries."""
    return Pair(lambda: getattr(ours, name)(*settings, **named), lambda: getattr(nn, name)(*settings, **named), inputs)


LAYERS = {
    "Linear": same("Linear", D, 3),
    "Embedding": same("Embedding", D, 3, padding_idx=1, inputs=ids),
    "BatchNorm1d": same("BatchNorm1d", D),
    "RMSNorm": same("RMSNorm", D, eps=1e-6),
    "ReLU": same("ReLU"),
    "Dropout": same("Dropout"),
    "Sequential": Pair(lambda: network(ours, ours.Residual), lambda: network(nn, TorchResidual), features),
    "Residual": Pair(lambda: ours.Residual(ours.Linear(D, D)), lambda: TorchResidual(nn.Linear(D, D)), features),
    "PiecewiseLinear": Pair(lambda: ours.PiecewiseLinear(*BINS), lambda: TorchPiecewise(*BINS),
                            lambda seed: [normal(seed, B, 2, dtype=torch.float32).abs() + 0.01]),
    "BCEWithLogitsLoss": same("BCEWithLogitsLoss", pos_weight=torch.tensor(2.0), inputs=lambda seed: [
        *features(seed), normal(seed + 1, B, D, dtype=torch.float32).sigmoid()]),
    "CrossEntropyLoss": same("CrossEntropyLoss", inputs=lambda seed: [*features(seed), ids(seed)[0][:, 0]]),
}
DTYPES = {"float32": torch.float32, "float64": torch.float64, "bfloat16": torch.bfloat16, "float16": torch.float16,
          "autocast": torch.float32}  # autocast: float32 weights, bfloat16 inputs
MODES = {"train": True, "eval": False}


class Setting(NamedTuple):
    """A layer, dtype and mode, by name."""

    layer: str
    dtype: str
    mode: str

    def make(self):
        """Return our layer and its twin, with the same weights.

        They are fixed: where x is near 0, a rounding of bfloat16 decides whether ReLU passes the gradient.
        """
        pair = LAYERS[self.layer]
        with torch.random.fork_rng():
            torch.manual_seed(0)
            layer, twin = (make().to(DTYPES[self.dtype]).train(MODES[self.mode]) for make in (pair.ours, pair.twin))
        twin.load_state_dict(layer.state_dict())
        return layer, twin

    def run(self, module, call=None, seed=0):
        """Return a dict: the output, the gradients of inputs and weights, and the buffers after the call."""
        dtype = torch.bfloat16 if self.dtype == "autocast" else DTYPES[self.dtype]
        inputs = LAYERS[self.layer].inputs(seed)
        inputs = [x.to(dtype).requires_grad_() if x.is_floating_point() else x for x in inputs]
        module.zero_grad()
        with torch.random.fork_rng(), torch.autocast("cpu") if self.dtype == "autocast" else nullcontext():
            torch.manual_seed(seed)  # of Dropout
            y = (module if call is None else call)(*inputs)
        if y.requires_grad:
            (y * normal(seed, *y.shape).to(y.dtype)).sum().backward()
        results = {"output": y.detach()} | {f"input {i}": x.grad for i, x in enumerate(inputs)}
        results |= {name: weight.grad for name, weight in module.named_parameters()}
        return {name: value for name, value in (results | dict(module.named_buffers())).items() if value is not None}

    def compare(self, actual, expected):
        """Assert that two results have the same names, dtypes and, within a few roundings, values."""
        assert actual.keys() == expected.keys(), f"{sorted(actual)} instead of {sorted(expected)}"
        for name, value in expected.items():
            assert actual[name].dtype == value.dtype, f"{name}: {actual[name].dtype} instead of {value.dtype}"
            # each number is a sum of at most B terms, rounded some times on its way to the coarsest dtype
            eps = torch.finfo(torch.bfloat16 if self.dtype == "autocast" else DTYPES[self.dtype]).eps
            size = value.double().abs().max().clamp(min=1) if value.numel() else 1
            error = (actual[name].double() - value.double()).abs().max().item()
            assert error <= B * eps * size, f"{name}: differs by {error:.1e}"


def gradients(setting):
    layer, twin = setting.make()
    setting.compare(setting.run(layer), setting.run(twin))


def state_dict(setting):
    layer, twin = setting.make()
    fresh = LAYERS[setting.layer].ours().to(DTYPES[setting.dtype]).train(MODES[setting.mode])
    setting.run(twin)  # changes the running statistics
    assert str(fresh.load_state_dict(twin.state_dict())) == str(twin.load_state_dict(fresh.state_dict()))
    assert list(fresh.state_dict()) == list(twin.state_dict())
    setting.compare(setting.run(fresh), setting.run(twin))


def copied(copy_of):
    """Return an ability: a copy computes what the layer computes, without changing it."""
    def ability(setting):
        layer, twin = setting.make()
        setting.run(layer)  # so that there are gradients and new running statistics to copy
        setting.run(twin)
        before = copy.deepcopy(layer.state_dict())
        setting.compare(setting.run(copy_of(layer, setting)), setting.run(twin))
        assert all(torch.equal(value, before[name]) for name, value in layer.state_dict().items()), "shares its state"
    return ability


def saved(layer, setting):
    file = io.BytesIO()
    torch.save(layer.state_dict(), file)
    file.seek(0)
    fresh = setting.make()[0]
    fresh.load_state_dict(torch.load(file, weights_only=True))
    return fresh


def compiled(setting):
    layer, twin = setting.make()
    torch._dynamo.reset()
    setting.compare(setting.run(layer, torch.compile(layer, backend="eager")), setting.run(twin))


def functional_call(setting):
    results = []
    for module in setting.make():
        weights = {name: (2 * weight).detach().requires_grad_() for name, weight in module.named_parameters()}
        results.append(setting.run(module, lambda *inputs: torch.func.functional_call(module, weights, inputs)))
        results[-1] |= {f"given {name}": weight.grad for name, weight in weights.items()}
    setting.compare(*results)


def data_parallel(setting, rank):
    """Compare the layers in DistributedDataParallel; each process has its own rows and gets the mean gradient."""
    results = []
    for module in setting.make():
        if not list(module.parameters()):
            torch.manual_seed(0)
            module = AfterLinear(module, LAYERS[setting.layer].inputs(0)[0].shape[-1]).to(DTYPES[setting.dtype])
        results.append(setting.run(module, nn.parallel.DistributedDataParallel(module), seed=rank))
    setting.compare(*results)


ABILITIES = {
    "gradients": gradients, "state_dict": state_dict, "deepcopy": copied(lambda layer, _: copy.deepcopy(layer)),
    "pickle": copied(lambda layer, _: pickle.loads(pickle.dumps(layer))), "compile": compiled, "save": copied(saved),
    "functional": functional_call, "DDP": None,  # in tests.nn.parity_processes
}


def settings():
    """Return the list of all Settings."""
    return [Setting(layer, dtype, mode) for layer in LAYERS for dtype in DTYPES for mode in MODES]


def fault(ability, *arguments):
    """Return "" if the ability works as in torch, or one line that says what differs."""
    try:
        ability(*arguments)
    except Exception as error:
        return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    return ""
