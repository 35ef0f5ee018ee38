"""A small random model in a folder, for the runs of HW2."""
import pytest

from tests.decoding.folders import save_model


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return save_model(tmp_path_factory.mktemp("hw2") / "model", seed=3)
