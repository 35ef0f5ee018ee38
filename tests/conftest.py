"""Settings for every test: reproducible threads, hypothesis without a clock, the data beside the project."""
import os
from pathlib import Path

import pytest
import torch
from hypothesis import settings

torch.set_num_threads(1)
settings.register_profile("quick", deadline=None, max_examples=60, print_blob=True)
settings.register_profile("deep", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile("quick")


@pytest.fixture(scope="session")
def loan_folder():
    """The course's loan files, where MINIDL_SHARED names the folder that holds data/loan."""
    shared = os.environ.get("MINIDL_SHARED")
    if not shared:
        pytest.skip("MINIDL_SHARED is not set: the course's data are not at hand")
    return Path(shared) / "data" / "loan"


@pytest.fixture
def torch_seed():
    """Give a test torch's global generator at a known state, and put it back afterwards."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        yield
