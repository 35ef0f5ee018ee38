"""Settings for every test: reproducible threads, hypothesis without a clock, the data beside the project."""
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import settings

from tests.file_server import running_server

LOAN_HEADER = "id,age,home,loan_status\n"
torch.set_num_threads(1)
settings.register_profile("quick", deadline=None, max_examples=60, print_blob=True)
settings.register_profile("deep", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile("quick")


@pytest.fixture(scope="session")
def loan_folder():
    """Return the folder of the course's loan files, data/loan in MINIDL_SHARED; skip if that is not set."""
    shared = os.environ.get("MINIDL_SHARED")
    if not shared:
        pytest.skip("MINIDL_SHARED is not set: the course's data are missing")
    return Path(shared) / "data" / "loan"


@pytest.fixture
def torch_seed():
    """Seed torch's global generator with 0 for a test; restore its state afterwards."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        yield


@pytest.fixture
def loan(tmp_path):
    """Return a folder with two small files of the course's form, in which young people do not repay."""
    folder = tmp_path / "loan"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for name, n in (("loan_train.csv", 300), ("loan_test.csv", 80)):
        ages = rng.integers(20, 80, n)
        status = (ages + rng.normal(0, 5, n) < 45).astype(int)
        lines = [f"{k},{age},{'RENT' if k % 2 else 'OWN'},{y}\n" for k, (age, y) in enumerate(zip(ages, status))]
        (folder / name).write_text(LOAN_HEADER + "".join(lines))
    return folder


@pytest.fixture
def figures(monkeypatch):
    """A list to which each matplotlib figure is appended when it is saved; skip without matplotlib."""
    Figure = pytest.importorskip("matplotlib.figure").Figure
    saved, savefig = [], Figure.savefig

    def keep(figure, *arguments, **options):
        savefig(figure, *arguments, **options)
        saved.append(figure)
    monkeypatch.setattr(Figure, "savefig", keep)
    return saved


@pytest.fixture
def server(monkeypatch):
    """A running server of tests.file_server, reached without a proxy."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with running_server() as server:
        yield server
