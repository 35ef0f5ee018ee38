"""How a run computes: without subnormal numbers, which some processors multiply hundreds of times more slowly."""
import pytest
import torch

from hw1 import training
from hw1.experiments import Settings
from minidl.data import TabularEncoder
from minidl.device import without_subnormals
from tests.strategies import normal

SUBNORMAL = torch.tensor([1e-39])
TINY = torch.finfo(torch.float32).tiny


def test_subnormal_numbers_are_0_inside_only():
    with without_subnormals():
        assert not (SUBNORMAL * 1.5).view(torch.int32).any()
    assert (SUBNORMAL * 1.5).view(torch.int32).all()
    with pytest.raises(OSError), without_subnormals():
        raise OSError
    assert (SUBNORMAL * 1.5).view(torch.int32).all()


def test_weights_that_a_strong_decay_shrinks_do_not_become_subnormal():
    table = {"a": normal(0, 64, 1)[:, 0].numpy()}
    ids = torch.zeros((64, 0), dtype=torch.int64)
    features = training.Features(TabularEncoder().fit(table, []), {
        "train": (normal(1, 64, 1).float(), ids, (torch.arange(64) % 2).float()[:, None])})
    settings = Settings(hidden=4, blocks=1, lr=1.0, weight_decay=0.5, epochs=70, batch_size=32)
    run = training.train(settings, 0, features=features)
    weights = torch.cat([weight.flatten() for name, weight in run.weights.items() if weight.ndim == 2])
    assert weights.abs().max() < 10 * TINY and not ((weights != 0) & (weights.abs() < TINY)).any()
