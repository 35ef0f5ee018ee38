"""Fixtures for the tests of the pretraining."""
import pytest

from hw2.pretraining.training import SMOKE, Training, make_tokenizer


@pytest.fixture(scope="session")
def tokenizer():
    """The tokenizer of the smoke test's settings."""
    return make_tokenizer(SMOKE)


@pytest.fixture(scope="session")
def uninterrupted():
    """A whole training with the smoke test's settings; tests that change its history copy it first."""
    result = Training(SMOKE._replace(dtype="float32"))
    for _ in range(SMOKE.epochs):
        result.epoch()
    return result
