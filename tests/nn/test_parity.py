"""The table of parity: see tests/nn/parity.py; python -m tests.benchmarks parity prints it."""
import inspect

import pytest

from minidl import nn
from tests.nn.parity import LAYERS, settings
from tests.nn.parity_abilities import ABILITIES, fault
from tests.nn.parity_processes import data_parallel_faults

pytestmark = pytest.mark.filterwarnings("ignore:Mismatch dtype between input and weight")  # of torch.nn.RMSNorm


def test_every_layer_and_loss_is_in_the_table():
    classes = {name for name in nn.__all__ if inspect.isclass(getattr(nn, name))}
    assert set(LAYERS) == classes - {"Layer"}


@pytest.mark.parametrize("ability", [name for name, ability in ABILITIES.items() if ability])
@pytest.mark.parametrize("setting", settings(), ids="-".join)
def test_works_as_torchs(setting, ability):
    assert fault(ABILITIES[ability], setting) == ""


def test_works_as_torchs_in_two_processes():
    """One test, so that the processes start once, whatever number of workers share the tests."""
    assert {"-".join(setting): text for setting, text in data_parallel_faults().items() if text} == {}
