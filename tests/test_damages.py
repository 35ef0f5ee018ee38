"""Each kind of kept file under random damage: the same numbers and a line that says so, or one line and exit code 2.

The deep profile does 200 damages to each kind, as `python -m tests.damages 200` does.
"""
import random
import sys

import pytest
from hypothesis import settings

from tests.damages.judge import Pristine
from tests.damages.kinds import KINDS

N_DEEP = 200


@pytest.mark.parametrize("name", KINDS)
def test_no_damage_of_a_kept_file_is_believed(tmp_path, monkeypatch, name):
    monkeypatch.setitem(sys.modules, "matplotlib", None)  # pictures take most of the time
    pristine = Pristine(KINDS[name], tmp_path)
    damages = pristine.damages()
    for number in range(N_DEEP if settings().max_examples > 100 else len(damages)):
        damage = damages[number % len(damages)]
        assert pristine.fault(damage, random.Random(f"{name} {number}")) is None, (damage, number)
