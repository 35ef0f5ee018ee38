import lion_pytorch
import pytest
import torch
from hypothesis import given

from minidl.optim import SGD, Lion, Optimizer, sgd_update
from tests.strategies import normal, seeds


@pytest.mark.parametrize("ours, theirs", [(SGD, torch.optim.SGD), (Lion, lion_pytorch.Lion)])
def test_defaults_equal_the_references(ours, theirs):
    actual, expected = (optimizer([torch.nn.Parameter(torch.zeros(1))]).defaults for optimizer in (ours, theirs))
    assert {"lr", "weight_decay"} <= actual.keys() & expected.keys()
    assert all(actual[name] == expected[name] for name in actual.keys() & expected.keys())


@given(seeds)
def test_by_default_the_weights_do_not_decay(seed):
    weight, other, grad = normal(seed, 4), normal(seed, 4), normal(seed + 1, 4)
    sgd_update([weight], [grad], lr=0.1)
    sgd_update([other], [grad], lr=0.1, weight_decay=0.0)
    assert torch.equal(weight, other)


def test_an_optimiser_without_one_of_the_two_methods_names_it():
    class Unchecked(Optimizer):
        pass

    class Idle(Optimizer):
        def check(self, group):
            """Accept every setting."""

    weight = torch.nn.Parameter(torch.zeros(1))
    weight.grad = torch.ones(1)
    with pytest.raises(NotImplementedError, match=r"^Unchecked\.check$"):
        Unchecked([weight], {})
    with pytest.raises(NotImplementedError, match=r"^Idle\.update$"):
        Idle([weight], {}).step()
