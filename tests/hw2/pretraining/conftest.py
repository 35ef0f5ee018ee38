"""Fixtures for the tests of the pretraining."""
import pytest

from hw2.pretraining.training import SMOKE, make_tokenizer


@pytest.fixture(scope="session")
def tokenizer():
    """The tokenizer of the smoke test's settings."""
    return make_tokenizer(SMOKE)
