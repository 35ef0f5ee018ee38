"""Lion with a closure and a scheduler, and the settings and gradients that raise."""
import math

import pytest
import torch

from minidl.optim import Lion
from tests.optim.parameters import all_weights


def test_finds_the_minimum_of_a_parabola_with_a_closure_and_a_scheduler():
    weight = torch.nn.Parameter(torch.tensor([5.0, -3.0]))
    optimizer = Lion([weight], lr=0.1)
    scheduler = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.001, total_iters=300)

    def closure():
        optimizer.zero_grad()
        loss = (weight - torch.tensor([1.0, 2.0])).square().sum()
        loss.backward()
        return loss

    first = optimizer.step(closure).item()
    for _ in range(300):
        last = optimizer.step(closure).item()
        scheduler.step()
    assert first == 41 and last < 1e-3


BAD = [({"lr": value}, "lr: must be finite and at least 0, got ") for value in (-1e-9, math.nan, math.inf)]
BAD += [({"weight_decay": value}, "weight_decay: must be finite and at least 0, got ") for value in (-0.1, math.nan)]
BAD += [({"betas": value}, r"betas: must be two numbers in \[0, 1\), got ") for value in
        ((1.0, 0.9), (0.9, 1.0), (-0.1, 0.9), (0.9, math.nan), (0.9,), 0.9)]


@pytest.mark.parametrize("options, message", BAD)
def test_other_settings_raise(options, message):
    weight, other = torch.nn.Parameter(torch.zeros(1)), torch.nn.Parameter(torch.zeros(1))
    with pytest.raises(ValueError, match=f"^{message}"):
        Lion([weight], **options)
    optimizer = Lion([weight])
    with pytest.raises(ValueError, match=f"^{message}"):
        optimizer.add_param_group({"params": [other], **options})
    assert all_weights(optimizer) == [weight], "the group that raised is not kept"


@pytest.mark.parametrize("options, message", [
    ({"lr": "1e-4"}, "lr: must be a number, got str '1e-4'"), ({"lr": None}, "lr: must be a number, got NoneType"),
    ({"lr": torch.ones(2)}, r"lr: must be a number, got Tensor tensor\(\[1., 1.\]\)"),
    ({"weight_decay": [0.1]}, r"weight_decay: must be a number, got list \[0.1\]"),
    ({"betas": ("0.9", 0.99)}, r"betas: must be two numbers, got tuple \('0.9', 0.99\)"),
])
def test_settings_of_another_type_raise_with_its_name(options, message):
    with pytest.raises(TypeError, match=f"^{message}$"):
        Lion([torch.nn.Parameter(torch.zeros(1))], **options)


@pytest.mark.parametrize("kind, message", [
    ("sparse", "grad: must be dense and real, got torch.sparse_coo"),
    ("complex", "grad: must be dense and real, got torch.complex64"),
])
def test_other_gradients_raise_before_any_weight_changes(kind, message):
    good = torch.nn.Parameter(torch.ones(2))
    bad = torch.nn.Parameter(torch.ones(2, dtype=torch.complex64 if kind == "complex" else torch.float32))
    good.grad = torch.ones(2)
    bad.grad = torch.ones(2).to_sparse() if kind == "sparse" else torch.ones(2, dtype=torch.complex64)
    optimizer = Lion([good, bad])
    with pytest.raises(TypeError, match=f"^{message}$"):
        optimizer.step()
    assert torch.equal(good, torch.ones(2)) and not optimizer.state
