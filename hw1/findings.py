"""The findings of HW1's report: which score is better, what a history shows, which model to choose.

The numbers determine each sentence: a score is called better than another only if
DeLong's test is significant at the 5 % level.  say: the Sentences of report.ini.
"""
import math
from statistics import fmean

from hw1.experiments import label
from minidl.history import best_row
from minidl.metrics import delong_test
from minidl.metrics.delong import DelongTest

LEVEL = 0.05


def p_text(p):
    """Return a p-value as text.

    >>> p_text(0.0004), p_text(0.0312), p_text(0.5)
    ('< 0.001', '0.031', '0.500')
    """
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def p_equation(p):
    """Return a p-value as an equation.

    >>> p_equation(0.0004), p_equation(0.5)
    ('p < 0.001', 'p = 0.500')
    """
    text = p_text(p)
    return f"p {text}" if text[0] == "<" else f"p = {text}"


def compare(run, other):
    """Return DeLong's test of two runs on the same rows."""
    return delong_test(run.target, run.score, other.score)


def compare_points(point, other):
    """Return DeLong's test of two points of a search, for the first seed.

    With several splits, the difference is the mean over the splits.  Their validation
    parts are separate, so the variances add up.
    """
    tests = [compare(run, other_run) for run, other_run in zip(point.runs[:point.n_splits], other.runs)]
    if len(tests) == 1:
        return tests[0]
    difference = fmean(test.difference for test in tests)
    error = math.hypot(*(test.standard_error for test in tests)) / len(tests)
    p = math.erfc(abs(difference) / error / math.sqrt(2)) if error else float(difference == 0)
    return DelongTest(difference, error, p)


def verdict(say, test):
    """Return "better", "worse" or "no significant difference", with the numbers that show it."""
    name = "not significant"
    if test.p_value < LEVEL:
        name = "better" if test.difference > 0 else "worse"
    margin = 1.96 * test.standard_error
    return say("verdict", word=say(name), difference=test.difference, low=test.difference - margin,
               high=test.difference + margin, p=p_equation(test.p_value))


def epochs_text(say, history):
    """Return what a history says about the number of epochs, and about overfitting."""
    best, first, last = best_row(history, "test_roc_auc"), history[min(1, len(history) - 1)], history[-1]
    values = {"start": first["test_roc_auc"], "first": first["epoch"], "best": best["test_roc_auc"],
              "at": best["epoch"], "gap": gap_text(say, first, last)}
    if best is last:
        return say("best is last", **values)
    name = "overfits" if last["train_roc_auc"] > best["train_roc_auc"] else "noisy"
    return say(name, **values, last=last["epoch"], train_then=best["train_roc_auc"],
               train_now=last["train_roc_auc"], test_now=last["test_roc_auc"])


def gap_text(say, first, last):
    """Return how the difference of train and test ROC-AUC changed between two epochs."""
    before, after = (row["train_roc_auc"] - row["test_roc_auc"] for row in (first, last))
    change = "grew" if after > before else "shrank" if after < before else "stayed"
    return say(f"gap {change}", before=before, after=after)


def choice_text(say, outcomes):
    """Return which experiment's model to choose, and why: the simplest that is not significantly worse than the best.

    The experiments are in order, the simplest first.
    """
    best = max(outcomes, key=lambda number: outcomes[number].runs[0].last["test_roc_auc"])
    tests = {number: compare(outcome.runs[0], outcomes[best].runs[0]) for number, outcome in outcomes.items()}
    chosen = next(number for number in outcomes if number == best or not tests[number].p_value < LEVEL)
    lines = [say("highest", number=best, title=title_text(say, outcomes[best]),
                 value=outcomes[best].runs[0].last["test_roc_auc"])]
    worse = [f"{number} ({test.difference:+.4f}, {p_equation(test.p_value)})" for number, test in tests.items()
             if number != best and test.p_value < LEVEL]
    if worse:
        lines.append(say("significantly worse", experiments=", ".join(worse)))
    lines.append(say("choose the best", number=best) if chosen == best else
                 say("choose the simplest", number=chosen, title=title_text(say, outcomes[chosen]),
                     difference=tests[chosen].difference, p=p_equation(tests[chosen].p_value)))
    return " ".join(lines)


def equality_text(say, n_equal, n_others):
    """Return how many of the other candidates do not differ significantly from the best."""
    if not n_others:
        return say("no other")
    if n_equal == n_others:
        return say("all equal")
    if not n_equal:
        return say("all worse")
    return say("some worse", worse=n_others - n_equal, others=n_others, equal=n_equal)


def title_text(say, outcome):
    """Return the title of an outcome's experiment."""
    return say.translated("experiment", outcome.experiment.title)


def setting_text(say, name):
    """Return a setting's name."""
    return say.translated("setting", label(name))


def point_text(say, point):
    """Return a point of the grid as text."""
    return ", ".join(f"{setting_text(say, name)} {value}" for name, value in point.values.items())
