"""A process that computes tasks keeps the memory that it frees: a training step needs no new pages."""
import resource
import sys

import numpy as np
import pytest

from minidl.parallel import Workers

ROUNDS, SIZE = 50, 2**22  # bytes: more than glibc takes from the heap by itself


def faults(task, tick):
    """Return how many pages the process has received while it fills and frees memory."""
    np.ones(SIZE, np.uint8)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(ROUNDS):
        first = np.ones(SIZE, np.uint8)
        second = np.ones(SIZE, np.uint8)
        del first, second
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


@pytest.mark.skipif(sys.platform != "linux", reason="glibc is the C library of Linux")
def test_a_worker_takes_the_same_memory_again():
    with Workers(2, unit="task") as workers:
        pages = SIZE // resource.getpagesize()
        assert all(count < 4 * pages for count in workers.map(faults, [0, 1], total=2)), "at most once for each array"
