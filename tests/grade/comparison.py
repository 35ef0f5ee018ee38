"""Outcomes of an implementation beside those of the oracle: which readings and which mistakes explain them.

A mistake is named if an oracle with this mistake agrees with the implementation in NAMED of the cases that
contradict the nearest combination.
"""
import itertools

from tests.grade.piece import Failure

NAMED = 0.9


def remembering(piece):
    """Return the piece with oracles that compute each outcome once: all forms and readings ask for it again."""
    def once(oracle):
        known = {}

        def outcome(case, **readings):
            key = repr((case, readings))
            if key not in known:
                known[key] = oracle(case, **readings)
            return known[key]
        return outcome
    mistakes = [mistake._replace(outcome=once(mistake.outcome)) for mistake in piece.mistakes]
    return piece._replace(expected=once(piece.expected), mistakes=mistakes)


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


def fitting_readings(piece, pairs):
    """Return the first combination of readings that agrees with all (outcome, case) pairs, or None."""
    return next((readings for readings in reading_combinations(piece)
                 if all(agreement(piece, *pair, readings) for pair in pairs)), None)


def nearest_readings(piece, pairs):
    """Return the combination of readings that agrees with most (outcome, case) pairs; of several, the first."""
    if agreements(piece, pairs, {}) == len(pairs):
        return {}
    return max(reading_combinations(piece), key=lambda readings: agreements(piece, pairs, readings))


def agreements(piece, pairs, readings):
    """Return the number of (outcome, case) pairs that agree with the oracle with these readings."""
    return sum(agreement(piece, outcome, case, readings) for outcome, case in pairs)


def contradictions(piece, pairs, readings):
    """Return the (outcome, case) pairs that do not agree with the oracle with these readings."""
    return [pair for pair in pairs if not agreement(piece, *pair, readings)]


def agreement(piece, outcome, case, readings):
    """Return whether the outcome is what the oracle with these readings expects."""
    return not isinstance(outcome, Failure) and bool(piece.agrees(outcome, piece.expected(case, **readings)))


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
        wrong = contradictions(piece, pairs, readings)
        shares = {}
        for mistake in piece.mistakes:
            share = explanations(mistake, piece, wrong, readings) / len(wrong)
            shares[mistake.name] = max(share, shares.get(mistake.name, 0.0))
        share = max(shares.values(), default=0.0)
        if share > most or share == most and not names:
            best, most, names = readings, share, [name for name in shares if shares[name] == share]
    return best, " or ".join(names[:2]) or None
