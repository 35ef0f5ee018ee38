"""The coverage of DeLong's intervals and the power of the test, over many samples; and their errors."""
import math

import numpy as np
import pytest
from scipy import stats

from minidl.metrics import delong_test, roc_auc_ci
from tests.metrics.problems import BAD_PROBLEMS

RUNS = 2000
TAIL_PROBABILITY = 1e-6  # of a correct count of successes, below its lower bound and above its upper


def within_binomial_bounds(successes, probability):
    """Return whether a number of successes in RUNS independent trials agrees with their probability."""
    low, high = stats.binom.ppf([TAIL_PROBABILITY, 1 - TAIL_PROBABILITY], RUNS, probability)
    return low <= successes <= high


def binormal(rng, *shifts):
    """Return labels of 100 positives and 200 negatives, and scores of correlation 1/2 with AUC Phi(shift / sqrt(2))."""
    labels = np.repeat([1, 0], [100, 200])
    shared, own = rng.normal(size=300), rng.normal(size=(len(shifts), 300))
    return labels, *((shared + noise) / math.sqrt(2) + shift * labels for shift, noise in zip(shifts, own))


@pytest.mark.parametrize("shift", [0, 1])
def test_the_share_of_intervals_with_the_true_auc_is_the_confidence(shift):
    rng, true_auc = np.random.default_rng(0), stats.norm.cdf(shift / math.sqrt(2))
    intervals = [roc_auc_ci(*binormal(rng, shift)) for _ in range(RUNS)]
    assert within_binomial_bounds(sum(low <= true_auc <= high for _, low, high in intervals), 0.95)


def test_the_share_of_equal_aucs_rejected_is_the_level():
    rng = np.random.default_rng(0)
    p_values = np.array([delong_test(*binormal(rng, 1, 1)).p_value for _ in range(RUNS)])
    for level in (0.01, 0.05, 0.5):
        assert within_binomial_bounds((p_values <= level).sum(), level)


def test_the_share_of_different_aucs_rejected_is_the_power():
    """The power of a two-sided z-test, with the standard deviation of the measured differences."""
    rng = np.random.default_rng(0)
    tests = [delong_test(*binormal(rng, 1, 1.3)) for _ in range(RUNS)]
    true_difference = stats.norm.cdf(1 / math.sqrt(2)) - stats.norm.cdf(1.3 / math.sqrt(2))
    z = true_difference / np.std([test.difference for test in tests])
    power = stats.norm.cdf(z - 1.96) + stats.norm.cdf(-z - 1.96)
    assert 0.5 < power < 0.9
    assert within_binomial_bounds(sum(test.p_value <= 0.05 for test in tests), power)


@pytest.mark.parametrize("labels, scores, message", BAD_PROBLEMS)
def test_refuses_bad_input_in_one_line(labels, scores, message):
    good = np.arange(np.size(labels))
    for name, call in {"y_score": lambda: roc_auc_ci(labels, scores),
                       "score_a": lambda: delong_test(labels, scores, good),
                       "score_b": lambda: delong_test(labels, good, scores)}.items():
        with pytest.raises(ValueError, match=f"^{message.replace('y_score', name)}$"):
            call()


@pytest.mark.parametrize("labels, counts", [([0, 1, 1], "2 positive and 1 negative"),
                                            ([-1, -1, -1, 1], "1 positive and 3 negative")])
def test_refuses_a_class_of_one_member(labels, counts):
    scores = list(range(len(labels)))
    for call in (lambda: roc_auc_ci(labels, scores), lambda: delong_test(labels, scores, scores)):
        with pytest.raises(ValueError, match=f"^y_true: each class must have at least 2 members, got {counts}$"):
            call()


@pytest.mark.parametrize("confidence", [0, 1, -0.1, 95, math.nan])
def test_refuses_a_confidence_outside_0_to_1(confidence):
    with pytest.raises(ValueError, match=rf"^confidence: must be in \(0, 1\), got {confidence}$"):
        roc_auc_ci([0, 0, 1, 1], [1, 2, 3, 4], confidence=confidence)
