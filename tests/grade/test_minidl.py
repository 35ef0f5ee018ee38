"""minidl does what the assignments demand, by the properties that judge a student's file.

The other tests of these pieces state only what minidl promises beyond that: exactness, dtypes, speed, bad input.
"""
import pytest

from tests.grade import reference
from tests.grade.judge import judge
from tests.grade.pieces import PIECES


@pytest.mark.parametrize("name", PIECES)
def test_minidl_is_right(name):
    verdict = judge(PIECES[name], getattr(reference, name))
    assert verdict.verdict == "right", verdict
