"""The bootstrap: a confidence interval of a mean, without a formula for its variance.

Draw N of the N values with replacement and take their mean; repeat.  The interval
holds the middle 95 % of these means.

Two methods that are measured on the same N cases are compared by the N differences: what
makes a case hard for both cancels.  If the interval of the mean difference does not
contain 0, the methods differ.  The intervals of the two means may overlap all the same.

Source: Efron, "Bootstrap Methods: Another Look at the Jackknife", Annals of Statistics 7, 1979.
Left out: corrections of the percentiles for bias and skewness.
"""
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from minidl.checks import as_array, check_count, real_vector, require
from minidl.metrics._checks import check_confidence

Interval = NamedTuple("Interval", [("mean", float), ("low", float), ("high", float)])
DRAWS_PER_BATCH = 1 << 20  # limits the memory


def bootstrap_mean(values: npt.ArrayLike, *, confidence: float = 0.95, n_resamples: int = 1000,
                   rng: "np.random.Generator") -> Interval:  # a quoted type does not load numpy.random
    """Return the mean of values and its percentile interval.

    Args:
        values: (N,) numbers, such as each query's reciprocal rank.
        confidence: in (0, 1).
        n_resamples: number of means drawn, at least 1.
        rng: numpy.random.Generator.

    Returns:
        (mean, low, high), floats.

    Raises:
        ValueError: no values, or values that are not finite; settings outside their range.

    >>> bootstrap_mean([0, 0, 1, 1], rng=np.random.default_rng(0))
    Interval(mean=0.5, low=0.0, high=1.0)
    """
    values = as_array("values", values)
    if values.ndim != 1 or not len(values):
        raise ValueError(f"values: must be (N,) with N at least 1, got shape {values.shape}")
    values = real_vector("values", values).astype(np.float64)
    if not np.isfinite(values).all():
        raise ValueError("values: must be finite")
    check_confidence(confidence)
    check_count("n_resamples", n_resamples)
    require(hasattr(rng, "integers"), "rng", "must be a numpy.random.Generator", rng, TypeError)
    n, means = len(values), np.empty(n_resamples)
    batch_size = max(1, DRAWS_PER_BATCH // n)
    for start in range(0, n_resamples, batch_size):
        indices = rng.integers(n, size=(min(batch_size, n_resamples - start), n))
        means[start:start + batch_size] = values[indices].mean(1)
    low, high = np.quantile(means, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(float(values.mean()), float(low), float(high))


def paired_bootstrap(values_a: npt.ArrayLike, values_b: npt.ArrayLike, *, confidence: float = 0.95,
                     n_resamples: int = 1000, rng: "np.random.Generator") -> Interval:
    """Return the mean of values_a - values_b and its percentile interval.

    Args:
        values_a, values_b: (N,) numbers of two methods for the same N cases.
        confidence, n_resamples, rng: as for `bootstrap_mean`.

    Returns:
        (mean, low, high), floats.

    Raises:
        ValueError: as `bootstrap_mean`; values of different lengths.

    The two means are 0.55 and 0.45.  Every value of the first is larger by 0.1:

    >>> paired_bootstrap([0.1, 1.0], [0.0, 0.9], rng=np.random.default_rng(0)).low  # doctest: +ELLIPSIS
    0.09999...
    """
    a, b = (real_vector(name, values).astype(np.float64) for name, values in (
        ("values_a", values_a), ("values_b", values_b)))
    require(len(a) == len(b), "values_b", f"must be as long as values_a, {len(a)}", len(b))
    for name, values in (("values_a", a), ("values_b", b)):
        if not np.isfinite(values).all():
            raise ValueError(f"{name}: must be finite")
    return bootstrap_mean(a - b, confidence=confidence, n_resamples=n_resamples, rng=rng)
