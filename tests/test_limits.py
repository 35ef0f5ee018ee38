"""Limits of time and memory: what runs inside of them is stopped, and earlier limits hold as before."""
import signal
import sys
import time

import pytest

from minidl.limits import limited

resource = pytest.importorskip("resource", reason="Windows has no limits")
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory has no limit")
GIB = 1 << 30


@pytest.fixture
def limits():
    """Set a timer and a limit of memory, which are far away; remove them after the test."""
    handler, (soft, hard) = signal.getsignal(signal.SIGALRM), resource.getrlimit(resource.RLIMIT_AS)
    signal.setitimer(signal.ITIMER_REAL, 1000)
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (1 << 45, hard))
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    signal.signal(signal.SIGALRM, handler)


def in_force():
    """Return (handler of the timer, its seconds, the limit of memory)."""
    return (signal.getsignal(signal.SIGALRM), round(signal.getitimer(signal.ITIMER_REAL)[0], -1),
            resource.getrlimit(resource.RLIMIT_AS))


def test_a_block_that_takes_too_long_is_stopped():
    started = time.monotonic()
    with pytest.raises(TimeoutError, match="^it takes longer than 0.05 s$"), limited(0.05, GIB):
        time.sleep(5)
    assert time.monotonic() - started < 4


@ON_LINUX
def test_a_block_that_takes_too_much_memory_is_stopped():
    with limited(10, GIB):
        assert len(bytearray(GIB // 2)) == GIB // 2
    with pytest.raises(MemoryError), limited(10, GIB):
        bytearray(2 * GIB)


@pytest.mark.parametrize("error", [None, KeyError, TimeoutError, MemoryError])
def test_the_limits_of_before_hold_again_after_the_block(limits, error):
    before = in_force()
    try:
        with limited(10, GIB):
            assert in_force() != before
            if error:
                raise error
    except (KeyError, TimeoutError, MemoryError) as raised:
        assert type(raised) is error
    assert in_force() == before


@ON_LINUX
def test_a_limit_of_memory_that_is_lower_already_stays(limits):
    with limited(10, 1 << 50):
        assert resource.getrlimit(resource.RLIMIT_AS)[0] == 1 << 45
