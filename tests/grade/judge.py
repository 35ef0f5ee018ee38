"""The verdict on an implementation: find its form, compare it with the oracle, shrink a counterexample, name mistakes.

    right     it agrees with the oracle in all cases
    reading   it agrees with the oracle in all cases if one reading, or several, are switched on
    WRONG     it agrees with no combination of readings; the counterexample contradicts the nearest one
"""
import time
from contextlib import suppress
from functools import lru_cache

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.grade.calls import outcome_of, telling
from tests.grade.comparison import (agreement, agreements, contradictions, diagnosis, explanations, fitting_readings,
                                    nearest_readings, remembering)
from tests.grade.notes import reading_note, wrong_note
from tests.grade.piece import Example, Failure, Verdict

SHRINK_SECONDS = 4.0
PROBES = 8  # cases that decide on the form
SAMPLE = 24  # cases that decide on the nearest readings
BATCH = 10  # cases that hypothesis draws in one run


def judge(piece, implementation):
    """Return the Verdict on one implementation of the piece."""
    piece.prepare()
    piece = remembering(piece)
    cases = drawn_cases(piece)
    form, outcomes = choose_form(piece, piece.forms(implementation), cases[:PROBES])
    if form is None:
        return failed(piece, cases[0], telling(outcomes))
    for case in cases[len(outcomes):]:
        outcomes.append(outcome_of(form, case))
        if is_failure(outcomes[-1], "time"):
            return failed(piece, case, outcomes[-1])
    if all(is_failure(outcome, "missing") for outcome in outcomes):
        return Verdict(piece.name, "missing")
    return compared(piece, form, list(zip(outcomes, cases)))


def compared(piece, form, pairs):
    """Return the Verdict on an implementation that returned these outcomes; pairs: of (outcome, case)."""
    wrong = contradictions(piece, pairs, {})
    if not wrong:
        return Verdict(piece.name, "right", f"{form.name}; {len(pairs)} {piece.unit}")
    first = wrong + pairs  # those that decide come first
    readings = fitting_readings(piece, first)
    if readings:
        example = counterexample(piece, form, {}, wrong[0])
        return Verdict(piece.name, "reading", reading_note(piece, readings, example), example)
    readings, mistake = diagnosis(piece, pairs, nearest_readings(piece, first[:SAMPLE]))
    example = counterexample(piece, form, readings, contradictions(piece, pairs, readings)[0])
    return Verdict(piece.name, "WRONG", wrong_note(example, mistake), example)


def is_failure(outcome, kind):
    return isinstance(outcome, Failure) and outcome.kind == kind


def drawn_cases(piece):
    """Return piece.cases if it is a list, else piece.count cases, the same in each run (see Piece.cases)."""
    return piece.cases if isinstance(piece.cases, list) else drawn(piece.cases, piece.count)


@lru_cache(maxsize=None)
def drawn(strategy, count):
    """Return a list of `count` different cases of a hypothesis strategy, or what it gives in `count` batches."""
    cases = {}
    for number in range(count):
        @batch(number, Phase.generate)
        @given(strategy)
        def collect(case):
            cases.setdefault(repr(case), case)

        collect()
        if len(cases) >= count:
            break
    return list(cases.values())[:count]


def batch(number, *phases):
    """Return the decorator of a hypothesis test that runs the batch of this number: the same cases in each run.

    After ten cases hypothesis varies those it has; many small batches give cases that are independent.
    """
    quiet = settings(max_examples=BATCH, phases=phases, database=None, deadline=None,
                     report_multiple_bugs=False, suppress_health_check=list(HealthCheck))
    return lambda test: seed(number)(quiet(test))


def choose_form(piece, forms, probes):
    """Return (Form, its outcomes): the form that agrees most often with the oracle, or with the oracle of one mistake.

    If every call failed: (None, all outcomes).
    """
    best, chosen, most, all_outcomes = None, [], (0, 0, 0), []
    for form in forms:
        outcomes = []
        for case in probes:
            outcomes.append(outcome_of(form, case))
            if is_failure(outcomes[-1], "time"):
                return None, outcomes[-1:]  # every further form could take as long
        pairs = list(zip(outcomes, probes))
        agreed = agreements(piece, pairs, nearest_readings(piece, pairs))
        if agreed == len(probes):
            return form, outcomes
        explained = max((explanations(mistake, piece, pairs, {}) for mistake in piece.mistakes), default=0)
        answered = sum(not isinstance(outcome, Failure) for outcome in outcomes)
        if (max(agreed, explained), agreed, answered) > most:
            best, chosen, most = form, outcomes, (max(agreed, explained), agreed, answered)
        all_outcomes += outcomes
    return best, chosen if best else all_outcomes


def failed(piece, case, failure):
    """Return the Verdict on an implementation that answered in no form."""
    if failure is None:
        return Verdict(piece.name, "WRONG", "cannot be called: neither a function nor a class of a known form")
    if failure.kind == "missing":
        return Verdict(piece.name, "missing")
    example = example_of(piece, case, failure, piece.expected(case))
    return Verdict(piece.name, "WRONG", wrong_note(example, None), example)


def counterexample(piece, form, readings, pair):
    """Return the smallest case that contradicts the oracle with these readings, as an Example.

    pair: (outcome, case) that contradicts it, to begin with.
    """
    if not isinstance(piece.cases, list):
        pair = shrunk(piece, form, readings, pair)
    outcome, case = pair
    return example_of(piece, case, outcome, piece.expected(case, **readings))


def shrunk(piece, form, readings, pair):
    """Return the smallest (outcome, case) pair found that contradicts the oracle with these readings, or `pair`."""
    deadline, found = time.monotonic() + SHRINK_SECONDS, False
    for number in range(piece.count):
        @batch(number, Phase.generate, Phase.shrink)
        @given(piece.cases)
        def search(case):
            nonlocal pair, found
            if time.monotonic() < deadline:
                outcome = outcome_of(form, case)
                if not agreement(piece, outcome, case, readings):
                    pair, found = (outcome, case), True
                    raise AssertionError

        with suppress(Exception):  # AssertionError, or hypothesis's own if the implementation is not deterministic
            search()
        if found or time.monotonic() >= deadline:
            break
    return pair


def example_of(piece, case, outcome, expected):
    """Return a case, what was got and what was expected as an Example."""
    if piece.difference and not isinstance(outcome, Failure):
        return Example(piece.show(case), *piece.difference(case, outcome, expected))
    got = outcome if isinstance(outcome, Failure) else piece.show_outcome(outcome)
    return Example(piece.show(case), got, piece.show_outcome(expected))
