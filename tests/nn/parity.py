"""Every layer and loss of minidl.nn against its twin of torch.nn, in every dtype and mode: what torch users do with it.

The test and the benchmark share the cells of this table: LAYERS x DTYPES x MODES x ABILITIES, the last in
tests.nn.parity_abilities.
"""
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


def settings():
    """Return the list of all Settings."""
    return [Setting(layer, dtype, mode) for layer in LAYERS for dtype in DTYPES for mode in MODES]
