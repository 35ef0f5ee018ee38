"""The verdict on an implementation: find its form, compare it with the oracle, shrink a counterexample, name mistakes.

    right     it agrees with the oracle in all cases
    reading   it agrees with the oracle in all cases if one reading, or several, are switched on
    WRONG     it agrees with no combination of readings; the counterexample contradicts the nearest one

A mistake is named if an oracle with this mistake agrees with the implementation in NAMED of the cases that
contradict the nearest combination.
"""
import itertools
import time

from hypothesis import HealthCheck, Phase, given, settings

from tests.grade.calls import outcome_of, worse
from tests.grade.notes import reading_note, wrong_note
from tests.grade.piece import Example, Failure, Verdict

SHRINK_SECONDS = 4.0
PROBES = 8  # cases that decide on the form
SAMPLE = 24  # cases that decide on the readings
NAMED = 0.9


def judge(piece, implementation):
    """Return the Verdict on one implementation of the piece."""
    piece.prepare()
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
    pairs = list(zip(outcomes, cases))
    wrong = [pair for pair in pairs if not agreement(piece, *pair, {})]
    if not wrong:
        return Verdict(piece.name, "right", f"{form.name}; {len(cases)} {piece.unit}")
    readings = nearest_readings(piece, (wrong + pairs)[:SAMPLE])
    if agreements(piece, pairs, readings) == len(pairs):
        example = counterexample(piece, form, {}, wrong[0][1])
        return Verdict(piece.name, "reading", reading_note(piece, readings, example), example)
    readings, mistake = diagnosis(piece, pairs, readings)
    contradicting = next(case for outcome, case in pairs if not agreement(piece, outcome, case, readings))
    example = counterexample(piece, form, readings, contradicting)
    return Verdict(piece.name, "WRONG", wrong_note(example, mistake), example)


def drawn_cases(piece):
    """Return piece.cases if it is a list, else piece.count cases, always the same."""
    if isinstance(piece.cases, list):
        return piece.cases
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
    """Return (Form, None): the form that agrees most often with the oracle, or with the oracle of one mistake.

    If every call failed: (None, Failure).
    """
    best, most, failure = None, (0, 0, 0), None
    for form in forms:
        outcomes = []
        for case in probes:
            outcomes.append(outcome_of(form, case))
            if isinstance(outcomes[-1], Failure) and outcomes[-1].kind == "time":
                return None, outcomes[-1]  # every further form could take as long
        pairs = list(zip(outcomes, probes))
        agreed = agreements(piece, pairs, nearest_readings(piece, pairs))
        if agreed == len(probes):
            return form, None
        explained = max((explanations(mistake, piece, pairs, {}) for mistake in piece.mistakes), default=0)
        answered = sum(not isinstance(outcome, Failure) for outcome in outcomes)
        if (max(agreed, explained), agreed, answered) > most:
            best, most = form, (max(agreed, explained), agreed, answered)
        failure = worse(failure, outcomes)
    return best, failure


def failed(piece, case, failure):
    """Return the Verdict on an implementation that answered in no form."""
    if failure is None:
        return Verdict(piece.name, "WRONG", "cannot be called: neither a function nor a class of a known form")
    if failure.kind == "missing":
        return Verdict(piece.name, "missing")
    example = Example(piece.show(case), failure, piece.show_outcome(piece.expected(case)))
    return Verdict(piece.name, "WRONG", wrong_note(example, None), example)


def reading_combinations(piece):
    """Return all combinations of readings as dicts from keyword to value, those of few readings first.

    >>> from types import SimpleNamespace
    >>> reading_combinations(SimpleNamespace(readings={"a": {True: ""}, "b": {1: "", 2: ""}}))
    [{}, {'b': 1}, {'b': 2}, {'a': True}, {'a': True, 'b': 1}, {'a': True, 'b': 2}]
    """
    choices = [[{}, *({keyword: value} for value in sentences)] for keyword, sentences in piece.readings.items()]
    combinations = [{key: value for choice in chosen for key, value in choice.items()}
                    for chosen in itertools.product(*choices)]
    return sorted(combinations, key=len)


def nearest_readings(piece, pairs):
    """Return the combination of readings that agrees with most (outcome, case) pairs; of several, the first."""
    if agreements(piece, pairs, {}) == len(pairs):
        return {}
    return max(reading_combinations(piece), key=lambda readings: agreements(piece, pairs, readings))


def agreements(piece, pairs, readings):
    """Return the number of (outcome, case) pairs that agree with the oracle with these readings."""
    return sum(agreement(piece, outcome, case, readings) for outcome, case in pairs)


def agreement(piece, outcome, case, readings):
    """Return whether the outcome is what the oracle with these readings expects."""
    return not isinstance(outcome, Failure) and bool(piece.agrees(outcome, piece.expected(case, **readings)))


def counterexample(piece, form, readings, smallest):
    """Return the smallest case that contradicts the oracle with these readings, as an Example.

    smallest: a case that contradicts it, to begin with.
    """
    if isinstance(piece.cases, list):
        return example_of(piece, form, readings, smallest)
    deadline = time.monotonic() + SHRINK_SECONDS

    @quiet(piece.count, Phase.generate, Phase.shrink)
    @given(piece.cases)
    def search(case):
        nonlocal smallest
        if time.monotonic() < deadline and not agreement(piece, outcome_of(form, case), case, readings):
            smallest = case
            raise AssertionError

    try:
        search()
    except Exception:  # AssertionError, or hypothesis's own if the implementation is not deterministic
        pass
    return example_of(piece, form, readings, smallest)


def example_of(piece, form, readings, smallest):
    """Return a case that contradicts the oracle with these readings as an Example."""
    outcome, wanted = outcome_of(form, smallest), piece.expected(smallest, **readings)
    if isinstance(outcome, Failure):
        return Example(piece.show(smallest), outcome, piece.show_outcome(wanted))
    if piece.difference:
        return Example(piece.show(smallest), *piece.difference(smallest, outcome, wanted))
    return Example(piece.show(smallest), piece.show_outcome(outcome), piece.show_outcome(wanted))


def explanations(mistake, piece, pairs, readings):
    """Return the number of (outcome, case) pairs that agree with the oracle of a mistake."""
    return sum(not isinstance(outcome, Failure) and bool(piece.agrees(outcome, mistake.outcome(case, **readings)))
               for outcome, case in pairs)


def diagnosis(piece, pairs, nearest):
    """Return (readings, name of the mistake that explains most (outcome, case) pairs that contradict them, or None).

    The nearest readings may agree by chance, so a mistake is looked for without readings first.  If two mistakes
    explain the same pairs, both are named.
    """
    best, names, most = nearest, [], NAMED
    for readings in ([{}, nearest] if nearest else [{}]):
        wrong = [pair for pair in pairs if not agreement(piece, *pair, readings)]
        shares = {}
        for mistake in piece.mistakes:
            share = explanations(mistake, piece, wrong, readings) / len(wrong)
            shares[mistake.name] = max(share, shares.get(mistake.name, 0.0))
        share = max(shares.values(), default=0.0)
        if share > most or share == most and not names:
            best, most, names = readings, share, [name for name in shares if shares[name] == share]
    return best, " or ".join(names[:2]) or None
