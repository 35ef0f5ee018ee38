"""The bootstrap: a confidence interval of a mean, without a formula for its variance.

Draw N of the N values with replacement and take their mean; repeat.  The interval
holds the middle 95 % of these means.

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
