"""Locks on files and folders that end with the process that holds them, however it ends.

They are the system's advisory locks (flock), which only minidl's own processes respect.
Windows and some network file systems have none; there nothing is locked.
"""
import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

if sys.platform != "win32":
    import fcntl

PATIENCE = 2.0  # seconds to wait for another process: the lock is held for milliseconds unless that process is stopped
POLL = 0.01  # seconds between two tries


def lock(descriptor: int) -> bool | None:
    """Lock an open file, without waiting.

    Returns True if this process now has the lock, False if another process has it, None if
    the file cannot be locked.  The lock ends when the file is closed, or its process ends.
    """
    if sys.platform == "win32":
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder; after PATIENCE without the lock go on all the same, so that nothing hangs."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # there is no such folder, or Windows, which does not open folders
        yield
        return
    try:
        end = time.monotonic() + PATIENCE
        while lock(descriptor) is False and time.monotonic() < end:
            time.sleep(POLL)
        yield
    finally:
        os.close(descriptor)
