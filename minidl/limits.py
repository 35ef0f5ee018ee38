"""Limits of time and memory for code that comes from outside, as a model's chat template.

Time is limited on Unix in the main thread, by SIGALRM; one long operation of C is stopped
only when it ends.  Memory is limited on Linux, by the size of the process's address space.
Elsewhere there is no such limit, because Python offers none.
"""
import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

if sys.platform != "win32":
    import resource


@contextlib.contextmanager
def limited(seconds: float, size: int) -> Iterator[None]:
    """Raise a TimeoutError or MemoryError in a block that takes more than these seconds, or more than `size` bytes."""
    with _limited_time(seconds), _limited_memory(size):
        yield


@contextlib.contextmanager
def _limited_time(seconds: float) -> Iterator[None]:
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: Any) -> None:
        raise TimeoutError(f"it takes longer than {seconds:g} s")

    earlier, (left, _) = signal.signal(signal.SIGALRM, stop), signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left)
        signal.signal(signal.SIGALRM, earlier)


@contextlib.contextmanager
def _limited_memory(size: int) -> Iterator[None]:
    if sys.platform != "linux":
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + size
    resource.setrlimit(resource.RLIMIT_AS, (limit if soft == resource.RLIM_INFINITY else min(soft, limit), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
