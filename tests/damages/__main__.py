"""Damage each kind of kept file N times: python -m tests.damages 200 [KIND ...] prints how many were survived."""
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from minidl.tables import print_table


def main(count, names):
    """Print a row per kind and the faults; return the number of damages that were not survived."""
    sys.modules["matplotlib"] = None  # pictures are no numbers, and slow
    from tests.damages.judge import Pristine
    from tests.damages.kinds import KINDS
    rows, faults = [], Counter()
    for name in names or KINDS:
        with tempfile.TemporaryDirectory() as folder:
            pristine, survived = Pristine(KINDS[name], Path(folder)), 0
            damages = pristine.damages()
            for number in range(count):
                damage = damages[number % len(damages)]
                fault = pristine.fault(damage, random.Random(f"{name} {number}"))
                survived += fault is None
                if fault:
                    faults[f"{name}, {damage} (number {number}): {fault}"[:300]] += 1
        rows.append([name, count, survived])
        print(f"{name}: {survived} of {count}", file=sys.stderr, flush=True)
    print_table({"kind": "<s", "tried": "d", "survived": "d"}, rows)
    print("\n".join(faults))
    return len(faults)


if __name__ == "__main__":
    sys.exit(bool(main(int(sys.argv[1]), sys.argv[2:])))
