"""The sentences of HW1's report: which score is better, what a history shows, which model to choose.

The numbers determine each sentence: a score is called better than another only if
DeLong's test is significant at the 5 % level.
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


def verdict(test):
    """Return "better", "worse" or "no significant difference", with the numbers that show it."""
    word = "no significant difference"
    if test.p_value < LEVEL:
        word = "better" if test.difference > 0 else "worse"
    margin = 1.96 * test.standard_error
    return (f"{word} ({test.difference:+.4f}, 95 % interval {test.difference - margin:+.4f} to "
            f"{test.difference + margin:+.4f}, {p_equation(test.p_value)})")


def epochs_text(history):
    """Return what a history says about the number of epochs, and about overfitting."""
    best, first, last = best_row(history, "test_roc_auc"), history[min(1, len(history) - 1)], history[-1]
    text = (f"test ROC-AUC is {first['test_roc_auc']:.4f} after epoch {first['epoch']} and highest, "
            f"{best['test_roc_auc']:.4f}, after epoch {best['epoch']}")
    if best is last:
        text += ", the last: test still improves, more epochs may help"
    elif last["train_roc_auc"] > best["train_roc_auc"]:
        text += (f" of {last['epoch']}; after that, train still rises from {best['train_roc_auc']:.4f} to "
                 f"{last['train_roc_auc']:.4f} while test falls to {last['test_roc_auc']:.4f}: the model overfits")
    else:
        text += (f" of {last['epoch']}; at the end both are lower, train {best['train_roc_auc']:.4f} to "
                 f"{last['train_roc_auc']:.4f} and test {last['test_roc_auc']:.4f}: the steps are noisy")
    return f"{text}. {gap_text(first, last)}"


def gap_text(first, last):
    """Return how the difference of train and test ROC-AUC changed between two epochs.

    >>> gap_text({"epoch": 1, "train_roc_auc": 0.8, "test_roc_auc": 0.75},
    ...          {"epoch": 9, "train_roc_auc": 0.9, "test_roc_auc": 0.8})
    'The gap, train minus test, grew from +0.0500 to +0.1000.'
    """
    before, after = (row["train_roc_auc"] - row["test_roc_auc"] for row in (first, last))
    change = "grew" if after > before else "shrank" if after < before else "stayed"
    return f"The gap, train minus test, {change} from {before:+.4f} to {after:+.4f}."


def choice_text(outcomes):
    """Return which experiment's model to choose, and why: the simplest that is not significantly worse than the best.

    The experiments are in order, the simplest first.
    """
    best = max(outcomes, key=lambda number: outcomes[number].runs[0].last["test_roc_auc"])
    tests = {number: compare(outcome.runs[0], outcomes[best].runs[0]) for number, outcome in outcomes.items()}
    chosen = next(number for number in outcomes if number == best or not tests[number].p_value < LEVEL)
    text = (f"Experiment {best} ({outcomes[best].experiment.title}) has the highest test ROC-AUC, "
            f"{outcomes[best].runs[0].last['test_roc_auc']:.4f}. ")
    worse = [f"{number} ({test.difference:+.4f}, {p_equation(test.p_value)})" for number, test in tests.items()
             if number != best and test.p_value < LEVEL]
    if worse:
        text += f"Significantly worse on the same rows: {', '.join(worse)}. "
    if chosen == best:
        return text + f"Choose experiment {best}: every simpler model is significantly worse, or there is none."
    return text + (f"Choose experiment {chosen} ({outcomes[chosen].experiment.title}): it is the simplest model that "
                   f"these rows do not show to be worse ({tests[chosen].difference:+.4f}, "
                   f"{p_equation(tests[chosen].p_value)}).")


def equality_text(n_equal, n_others):
    """Return how many of the other candidates do not differ significantly from the best."""
    if not n_others:
        return "No other candidate finished."
    if n_equal == n_others:
        return "No other candidate differs significantly from the best on these rows."
    if not n_equal:
        return "Every other candidate is significantly worse."
    return (f"{n_others - n_equal} of the {n_others} other candidates are significantly worse than the best; "
            f"{n_equal} do not differ significantly from it.")


def point_text(point):
    """Return a point of the grid as text."""
    return ", ".join(f"{label(name)} {value}" for name, value in point.values.items())
