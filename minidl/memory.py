"""Memory that a process frees and soon needs again.

A training step frees some megabytes of gradients and hidden layers, and the next step needs them
again.  glibc, the C library of most Linux systems, gives freed memory back to the system beyond a
threshold; the system then clears every page that it hands out again.  In HW1's experiment 5 that
was up to 180 pages per step, and some 4 % of the time.
"""
import ctypes
from contextlib import suppress

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of glibc's malloc.h
KEPT = 2**28  # bytes of free memory that the process may keep
LARGE = 2**25  # bytes from which an array is given back at once; glibc allows no more


def keep_freed_memory() -> None:
    """Let this process keep the memory that it frees, up to KEPT bytes; without glibc nothing changes."""
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(M_MMAP_THRESHOLD, LARGE)
        libc.mallopt(M_TRIM_THRESHOLD, KEPT)
