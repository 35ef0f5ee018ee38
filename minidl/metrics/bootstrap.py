"""The bootstrap: how sure a mean is, without a formula for its variance.

Draw as many values as there are, with replacement, and take their mean; do so many
times.  The middle 95 % of those means are the interval.

Source: Efron, "Bootstrap Methods: Another Look at the Jackknife", Annals of Statistics 7, 1979.
Left out: corrections of the percentiles for bias and skewness.
"""
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Interval = NamedTuple("Interval", [("mean", float), ("low", float), ("high", float)])
DRAWS = 1 << 20  # numbers drawn at a time


def bootstrap_mean(values: npt.ArrayLike, *, confidence: float = 0.95, n_resamples: int = 1000,
                   rng: "np.random.Generator") -> Interval:  # in quotes, which leave numpy.random unloaded
    """Return the mean of values and its percentile interval.

    Args:
        values: (N,) numbers, such as a metric's share of each query.
        confidence: in (0, 1).
        n_resamples: how many means are drawn, at least 1.
        rng: numpy.random.Generator.

    Returns:
        (mean, low, high), floats.

    Raises:
        ValueError: no values, or such that are not finite; settings outside their range.

    >>> bootstrap_mean([0, 0, 1, 1], rng=np.random.default_rng(0))
    Interval(mean=0.5, low=0.0, high=1.0)
    """
    values = np.asarray(values, dtype=np.float64)
    if values.ndim != 1 or not len(values):
        raise ValueError(f"values: must be (N,) with N at least 1, got shape {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError("values: must be finite")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence: must be in (0, 1), got {confidence}")
    if not n_resamples >= 1:
        raise ValueError(f"n_resamples: must be at least 1, got {n_resamples}")
    means, at_once = np.empty(n_resamples), max(1, DRAWS // len(values))
    for start in range(0, n_resamples, at_once):
        drawn = rng.integers(len(values), size=(min(at_once, n_resamples - start), len(values)))
        means[start:start + at_once] = values[drawn].mean(1)
    low, high = np.quantile(means, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(float(values.mean()), float(low), float(high))
