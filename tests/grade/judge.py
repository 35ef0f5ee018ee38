"""The verdict on an implementation: find its form, compare it with the oracle, shrink a counterexample, name the mistake.

    right     it agrees with the oracle in all cases
    reading   it agrees with the oracle in all cases if one reading, or several, are switched on
    WRONG     it agrees with no combination of readings; the counterexample contradicts the nearest one

A mistake is named if an oracle with this mistake agrees with the implementation in NAMED of the cases that
contradict the nearest combination.
"""
import copy
import itertools
import signal
import time
from contextlib import contextmanager

from hypothesis import HealthCheck, Phase, given, settings

from tests.grade.piece import Complaint, Example, Failure, Verdict

CALL_SECONDS = 3.0  # a right implementation needs milliseconds for a case
SHRINK_SECONDS = 4.0
PROBES = 8  # cases that decide on the form
NAMED = 0.9
SHORT = 60  # characters


class OutOfTime(BaseException):
    """A call took longer than CALL_SECONDS.  A BaseException, since `except Exception` must not swallow it."""


def judge(piece, implementation):
    """Return the Verdict on one implementation of the piece."""
    cases = drawn_cases(piece)
    form, failure = choose_form(piece, piece.forms(implementation), cases[:PROBES])
    if form is None:
        return failed(piece, cases[0], failure)
    outcomes = []
    for case in cases:
        outcomes.append(outcome_of(form, case))
        if isinstance(outcomes[-1], Failure) and outcomes[-1].kind == "time":
            return failed(piece, case, outcomes[-1])
    if all(isinstance(outcome, Failure) and outcome.kind == "missing" for outcome in outcomes):
        return Verdict(piece.name, "missing")
    agreed = {flags: [agreement(piece, outcome, case, flags) for outcome, case in zip(outcomes, cases)]
              for flags in reading_combinations(piece)}
    nearest = max(agreed, key=lambda flags: sum(agreed[flags]))  # of several, the first: the fewest readings
    if nearest == () and all(agreed[nearest]):
        return Verdict(piece.name, "right", f"{form.name}; {len(cases)} {piece.unit}")
    if all(agreed[nearest]):
        example = counterexample(piece, form, (), cases, agreed[()])
        return Verdict(piece.name, "reading", reading_note(piece, nearest, example), example)
    example = counterexample(piece, form, nearest, cases, agreed[nearest])
    wrong = [number for number, agrees in enumerate(agreed[nearest]) if not agrees]
    mistake = named_mistake(piece, [cases[i] for i in wrong], [outcomes[i] for i in wrong], nearest)
    return Verdict(piece.name, "WRONG", wrong_note(example, mistake), example)


def drawn_cases(piece):
    """Return piece.count cases, always the same."""
    cases = []

    @quiet(piece.count, Phase.generate)
    @given(piece.cases)
    def collect(case):
        cases.append(case)

    collect()
    return cases


def quiet(count, *phases):
    """Return the hypothesis settings of the grader: the same cases in each run, and no report of its own."""
    return settings(max_examples=count, phases=phases, derandomize=True, database=None, deadline=None,
                    report_multiple_bugs=False, suppress_health_check=list(HealthCheck))


def choose_form(piece, forms, probes):
    """Return (Form, None): the form that agrees most often with the oracle; (None, Failure) if every call failed."""
    best, most, failure, timeouts = None, (0, 0), None, 0
    for form in forms:
        outcomes = []
        for case in probes:
            outcomes.append(outcome_of(form, case))
            if isinstance(outcomes[-1], Failure) and outcomes[-1].kind == "time":
                timeouts += 1
                break
        agreed = max(sum(agreement(piece, *pair, flags) for pair in zip(outcomes, probes))
                     for flags in reading_combinations(piece))
        if agreed == len(probes):
            return form, None
        answered = sum(not isinstance(outcome, Failure) for outcome in outcomes)
        if (agreed, answered) > most:
            best, most = form, (agreed, answered)
        failure = worse(failure, outcomes)
        if timeouts == 2:
            break
    return best, failure


def worse(failure, outcomes):
    """Return the Failure that says most: a complaint or an exception of the first form before those of the others."""
    failures = [outcome for outcome in outcomes if isinstance(outcome, Failure)]
    order = ("missing", "time", "complaint")
    for kind in order:
        if failure is not None and failure.kind == kind:
            return failure
        for candidate in failures:
            if candidate.kind == kind:
                return candidate
    return failure or next(iter(failures), None)


def failed(piece, case, failure):
    """Return the Verdict on an implementation that answered in no form."""
    if failure is None:
        return Verdict(piece.name, "WRONG", "cannot be called: neither a function nor a class of a known form")
    if failure.kind == "missing":
        return Verdict(piece.name, "missing")
    example = Example(piece.show(case), failure, piece.show_outcome(piece.expected(case)))
    return Verdict(piece.name, "WRONG", wrong_note(example, None), example)


def outcome_of(form, case):
    """Return the outcome of a call, or a Failure; the implementation gets a copy of the case."""
    try:
        with time_limit(CALL_SECONDS):
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
        lines = str(error).strip().splitlines()
        return Failure("raises", f"raises {type(error).__name__}" + (f": {lines[0]}" if lines else ""))


@contextmanager
def time_limit(seconds):
    """Raise OutOfTime in the block after `seconds`, and then every second, in case it is swallowed."""
    def stop(*_):
        raise OutOfTime
    old = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)


def reading_combinations(piece):
    """Return all sets of readings as tuples of keywords, small ones first.

    >>> from types import SimpleNamespace
    >>> reading_combinations(SimpleNamespace(readings={"a": "", "b": ""}))
    [(), ('a',), ('b',), ('a', 'b')]
    """
    return [flags for size in range(len(piece.readings) + 1) for flags in itertools.combinations(piece.readings, size)]


def expected_of(piece, case, flags):
    """Return the outcome that the oracle with these readings expects."""
    return piece.expected(case, **dict.fromkeys(flags, True))


def agreement(piece, outcome, case, flags):
    """Return whether the outcome is what the oracle with these readings expects."""
    return not isinstance(outcome, Failure) and bool(piece.agrees(outcome, expected_of(piece, case, flags)))


def counterexample(piece, form, flags, cases, agreed):
    """Return the smallest case that contradicts the oracle with these readings, as an Example."""
    smallest = cases[agreed.index(False)]
    deadline = time.monotonic() + SHRINK_SECONDS

    @quiet(piece.count, Phase.generate, Phase.shrink)
    @given(piece.cases)
    def search(case):
        nonlocal smallest
        if time.monotonic() < deadline and not agreement(piece, outcome_of(form, case), case, flags):
            smallest = case
            raise AssertionError

    try:
        search()
    except Exception:  # AssertionError, or hypothesis's own if the implementation is not deterministic
        pass
    outcome = outcome_of(form, smallest)
    got = outcome if isinstance(outcome, Failure) else piece.show_outcome(outcome)
    return Example(piece.show(smallest), got, piece.show_outcome(expected_of(piece, smallest, flags)))


def named_mistake(piece, cases, outcomes, flags):
    """Return the name of the mistake that explains the wrong outcomes, or None."""
    best, most = None, NAMED * len(cases)
    for mistake in piece.mistakes:
        agreed = sum(not isinstance(outcome, Failure) and bool(piece.agrees(
            outcome, mistake.outcome(case, **dict.fromkeys(flags, True)))) for outcome, case in zip(outcomes, cases))
        if agreed >= most and agreed > 0:
            best, most = mistake.name, agreed + 0.5
    return best


def reading_note(piece, flags, example):
    """Return the one line on a reading: its sentence, and what it changes if that is short."""
    difference = f": got {example.got}, expected {example.expected}"
    return "; ".join(piece.readings[flag] for flag in flags) + (difference if len(difference) <= SHORT else "")


def wrong_note(example, mistake):
    """Return the one line on a wrong implementation."""
    if not isinstance(example.got, Failure):
        reason = f": {mistake}" if mistake else ""
        return f"{example.case} gives {example.got}, expected {example.expected}{reason}"
    if example.got.kind == "complaint":
        return example.got.text
    return f"{example.case} {example.got.text}, expected {example.expected}"
