import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from minidl.metrics import bootstrap, bootstrap_mean, paired_bootstrap
from tests.strategies import seeds

values = st.lists(st.floats(-100, 100), min_size=1, max_size=30)


@given(values, seeds, st.floats(0.01, 0.99), st.integers(1, 300), st.sampled_from([1, 100, 1 << 20]))
def test_equals_the_definition_for_all_batch_sizes(values, seed, confidence, n_resamples, draws_per_batch):
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(bootstrap, "DRAWS_PER_BATCH", draws_per_batch)
        mean, low, high = bootstrap_mean(values, confidence=confidence, n_resamples=n_resamples,
                                         rng=np.random.default_rng(seed))
    indices = np.random.default_rng(seed).integers(len(values), size=(n_resamples, len(values)))
    means = sorted(np.mean([values[i] for i in row]) for row in indices)
    assert mean == pytest.approx(np.mean(values))
    assert low == pytest.approx(np.quantile(means, (1 - confidence) / 2), rel=1e-9, abs=1e-9)
    assert high == pytest.approx(np.quantile(means, (1 + confidence) / 2), rel=1e-9, abs=1e-9)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9


def test_agrees_with_scipy_and_with_the_normal_interval():
    sample = np.random.default_rng(0).exponential(size=400)
    ours = bootstrap_mean(sample, n_resamples=20_000, rng=np.random.default_rng(1))
    theirs = stats.bootstrap([sample], np.mean, method="percentile", n_resamples=20_000,
                             rng=np.random.default_rng(2)).confidence_interval
    error = sample.std(ddof=1) / math.sqrt(len(sample))
    assert abs(ours.low - theirs.low) < 0.1 * error > abs(ours.high - theirs.high)  # a quantile's error is 0.03
    assert ours.high - ours.low == pytest.approx(2 * 1.96 * error, rel=0.05)


def test_the_share_of_intervals_with_the_true_mean_is_near_the_confidence():
    rng, hits = np.random.default_rng(0), 0
    for _ in range(400):
        low, high = bootstrap_mean((rng.random(100) < 0.3).astype(float), n_resamples=300, rng=rng)[1:]
        hits += low <= 0.3 <= high
    assert 0.9 < hits / 400 < 0.985  # 95 %, minus its known bias at 100 rows, and three deviations of 400 trials


def test_values_are_unchanged_and_all_draws_come_from_rng():
    sample = np.array([3.0, 1.0, 2.0])
    first, second = (bootstrap_mean(sample, rng=np.random.default_rng(0)) for _ in range(2))
    assert first == second and sample.tolist() == [3, 1, 2]
    assert bootstrap_mean([5.0], rng=np.random.default_rng(0)) == (5.0, 5.0, 5.0)


def test_the_default_is_95_percent_of_a_thousand_means():
    sample = np.random.default_rng(0).normal(size=20)
    assert bootstrap_mean(sample, rng=np.random.default_rng(1)) == bootstrap_mean(
        sample, confidence=0.95, n_resamples=1000, rng=np.random.default_rng(1))


@given(st.lists(st.tuples(st.floats(-100, 100), st.floats(-100, 100)), min_size=1, max_size=20), seeds)
def test_the_paired_bootstrap_is_that_of_the_differences_and_antisymmetric(pairs, seed):
    a, b = np.array(pairs).T
    forth, back = (paired_bootstrap(*values, rng=np.random.default_rng(seed)) for values in ((a, b), (b, a)))
    assert forth == bootstrap_mean(a - b, rng=np.random.default_rng(seed))
    np.testing.assert_allclose(forth, [-back.mean, -back.high, -back.low], rtol=1e-9, atol=1e-9)
    assert paired_bootstrap(a, a, rng=np.random.default_rng(seed)) == (0, 0, 0)


def test_the_paired_bootstrap_agrees_with_scipy_and_finds_what_two_intervals_do_not():
    rng = np.random.default_rng(0)
    hard = rng.random(300)
    a, b = hard + 0.02 + 0.05 * rng.normal(size=300), hard
    ours = paired_bootstrap(a, b, n_resamples=20_000, rng=np.random.default_rng(1))
    theirs = stats.bootstrap([a, b], lambda x, y, axis=-1: x.mean(axis) - y.mean(axis), paired=True,
                             method="percentile", n_resamples=20_000, rng=np.random.default_rng(2)).confidence_interval
    error = (a - b).std(ddof=1) / math.sqrt(300)
    assert abs(ours.low - theirs.low) < 0.1 * error > abs(ours.high - theirs.high)  # a quantile's error is 0.03
    first, second = (bootstrap_mean(values, rng=np.random.default_rng(1)) for values in (a, b))
    assert ours.low > 0 and first.low < second.high


@pytest.mark.parametrize("a, b, message", [
    ([1, 2], [1], "values_b: must be as long as values_a, 2, got 1"), ([1], [math.inf], "values_b: must be finite")])
def test_the_paired_bootstrap_refuses_values_that_are_no_pairs(a, b, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        paired_bootstrap(a, b, rng=np.random.default_rng(0))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.int8, bool])
def test_sums_are_float64_for_every_dtype(dtype):
    sample = (100 * np.random.default_rng(0).random(300)).astype(dtype)
    assert bootstrap_mean(sample, rng=np.random.default_rng(1)) == bootstrap_mean(
        sample.astype(np.float64), rng=np.random.default_rng(1))


@pytest.mark.parametrize("arguments, message", [
    ({"values": []}, r"values: must be \(N,\) with N at least 1, got shape \(0,\)"),
    ({"values": [[1.0]]}, r"values: must be \(N,\) with N at least 1, got shape \(1, 1\)"),
    ({"values": [math.nan]}, "values: must be finite"),
    ({"values": [1.0], "confidence": 1}, r"confidence: must be in \(0, 1\), got 1"),
    ({"values": [1.0], "confidence": 0}, r"confidence: must be in \(0, 1\), got 0"),
    ({"values": [1.0], "confidence": -0.5}, r"confidence: must be in \(0, 1\), got -0.5"),
    ({"values": [1.0], "confidence": math.nan}, r"confidence: must be in \(0, 1\), got nan"),
    ({"values": [1.0], "n_resamples": 0}, "n_resamples: must be at least 1, got 0"),
])
def test_refuses_bad_input_in_one_line(arguments, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        bootstrap_mean(**arguments, rng=np.random.default_rng(0))
