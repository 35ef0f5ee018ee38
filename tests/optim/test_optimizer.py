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


def after_a_step(optimizer_class, **options):
    """Return an optimiser of one weight of ones, after one step."""
    weight = torch.nn.Parameter(torch.ones(2))
    optimizer = optimizer_class([weight], lr=0.1, **options)
    weight.grad = torch.ones(2)
    optimizer.step()
    return optimizer


LOADED = [
    (Lion, torch.optim.AdamW, {}, "must be that of Lion, got group 0 with eps"),
    (Lion, torch.optim.SGD, {}, "must be that of Lion, got group 0 without betas"),
    (Lion, SGD, {}, "must be that of Lion, got group 0 without betas"),
    (SGD, torch.optim.SGD, {"momentum": 0.9}, "must be that of SGD, got group 0 with momentum"),
    (SGD, torch.optim.AdamW, {}, "must be that of SGD, got group 0 with eps"),
    (SGD, Lion, {}, "must be that of SGD, with nothing for each weight, got exp_avg"),
]


@pytest.mark.parametrize("ours, other, options, message", LOADED)
def test_the_state_dict_of_another_optimiser_raises_and_changes_nothing(ours, other, options, message):
    optimizer = ours([torch.nn.Parameter(torch.ones(2))], lr=0.5)
    with pytest.raises(ValueError, match=f"^state_dict: {message}$"):
        optimizer.load_state_dict(after_a_step(other, **options).state_dict())
    assert optimizer.param_groups[0]["lr"] == 0.5 and not optimizer.state


def test_a_setting_out_of_range_in_a_state_dict_raises():
    optimizer = after_a_step(Lion)
    state = optimizer.state_dict()
    state["param_groups"][0]["lr"] = -1.0
    with pytest.raises(ValueError, match="^lr: must be finite and at least 0, got -1.0$"):
        optimizer.load_state_dict(state)


@pytest.mark.parametrize("ours, other", [(SGD, torch.optim.SGD), (SGD, SGD), (Lion, Lion), (Lion, lion_pytorch.Lion)])
def test_the_state_dict_of_the_same_kind_loads_with_a_users_own_settings_of_a_group(ours, other):
    state = after_a_step(other).state_dict()
    state["param_groups"][0] |= {"layer": "head", "initial_lr": 0.2, "scale": 0.5}
    optimizer = ours([torch.nn.Parameter(torch.ones(2))], lr=0.5)
    optimizer.load_state_dict(state)
    assert optimizer.param_groups[0]["lr"] == 0.1 and optimizer.param_groups[0]["scale"] == 0.5
