"""One call of an implementation: whatever it does, the grader gets an outcome or a Failure, in limited time."""
import copy
import signal
from contextlib import contextmanager

from tests.grade.isolation import described
from tests.grade.piece import Complaint, Failure

CALL_SECONDS = 3.0  # of the processor; a right implementation needs milliseconds for a case
WAITING_SECONDS = 8.0  # of the clock, for a call that sleeps


class OutOfTime(BaseException):
    """A call took too long.  A BaseException, since `except Exception` must not swallow it."""


def outcome_of(form, case):
    """Return the outcome of a call, or a Failure; the implementation gets a copy of the case."""
    try:
        with time_limit():
            return form.call(copy.deepcopy(case))
    except NotImplementedError:
        return Failure("missing", "raises NotImplementedError")
    except OutOfTime:
        return Failure("time", f"gives no answer within {CALL_SECONDS:g} s")
    except Complaint as complaint:
        return Failure("complaint", str(complaint))
    except SystemExit:
        return Failure("stops", "calls sys.exit")
    except (Exception, KeyboardInterrupt) as error:  # whatever an implementation may raise
        return Failure("raises", f"raises {described(error)}")


@contextmanager
def time_limit():
    """Raise OutOfTime in a block that takes too long, and again every second, in case it is swallowed."""
    def stop(*_):
        raise OutOfTime
    timers = ((signal.SIGPROF, signal.ITIMER_PROF, CALL_SECONDS), (signal.SIGALRM, signal.ITIMER_REAL, WAITING_SECONDS))
    old = [signal.signal(number, stop) for number, _, _ in timers]
    for _, timer, seconds in timers:
        signal.setitimer(timer, seconds, 1.0)
    try:
        yield
    finally:
        for (number, timer, _), handler in zip(timers, old):
            signal.setitimer(timer, 0)
            signal.signal(number, handler)


def telling(failures):
    """Return the Failure that says most: a stub's, then a complaint, then the first; None if there are none."""
    order = {"missing": 0, "complaint": 1}
    return min(failures, key=lambda failure: order.get(failure.kind, len(order)), default=None)
