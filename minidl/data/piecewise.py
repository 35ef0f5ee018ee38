"""Piecewise-linear encoding: one feature per bin of a column's range.

Edges b_0 < b_1 < ... < b_T cut the range into T bins.  The features of a number x are

    e_t(x) = clip((x - b_t) / (b_(t+1) - b_t), 0, 1)        t = 0 .. T - 1

e_t is 1 for bins below x, 0 for bins above x, and a fraction in the bin that contains
x.  A linear layer over the features is a piecewise-linear function of x whose slope
may change at every edge.  The edges are quantiles, so most edges are where the data are.

All T features follow from one number, the position p of x among the edges:

    p = t + (x - b_t) / (b_(t+1) - b_t) if x is in bin t        e_t = clip(p - t, 0, 1)

So p is stored, and minidl.nn.PiecewiseLinear computes the features of each batch.

Source: Gorishniy, Rubachev and Babenko, "On Embeddings for Numerical Features in
Tabular Deep Learning", 2022, arXiv 2203.05556.
Differs from the paper: a number outside the edges is replaced by the nearest edge (the
paper extrapolates in the outermost bins).  Left out: edges from decision trees.
"""
from collections.abc import Sequence
from typing import Any

import numpy as np

from minidl.arrays import AnyArray, Floats

Numbers = Sequence[float] | AnyArray


def quantile_edges(values: Numbers, bins: int) -> Floats:
    """Return b (T + 1,), strictly increasing float64: the distinct quantiles of `values` at k / bins.

    values: (N,) finite numbers.  T is at most `bins`, and less if values repeat.  If
    all values are equal, there is one bin, and its lower edge is that value.

    >>> quantile_edges([0, 1, 1, 1, 9], bins=4).tolist()
    [0.0, 1.0, 9.0]
    """
    if not bins >= 1:
        raise ValueError(f"bins: must be at least 1, got {bins}")
    edges = np.unique(np.quantile(values, np.linspace(0, 1, bins + 1)))
    if len(edges) == 1:
        return np.array([edges[0], edges[0] + max(1, abs(edges[0]))])
    return edges


def positions(values: Numbers, edges: Numbers) -> Floats:
    """Return p (N,), float64 in [0, T].

    >>> positions([0.5, 5, 100], [0, 1, 9]).tolist()
    [0.5, 1.5, 2.0]
    """
    p: Floats = np.interp(values, edges, np.arange(len(edges)))
    return p


def unfold(p: Any, t: Any) -> Any:
    """Return e = clip(p - t, 0, 1) for numpy arrays or torch tensors of shapes that broadcast.

    >>> unfold(np.array([[0.5], [1.5], [2.0]]), np.arange(2)).tolist()
    [[0.5, 0.0], [1.0, 0.5], [1.0, 1.0]]
    """
    return (p - t).clip(0, 1)


def unfolded_moments(p: Floats, bins: int) -> tuple[Floats, Floats]:
    """Return the mean and the standard deviation, (T,) each, of every e_t over the N rows.

        mean_t = (above_t + sum of f) / N        var_t = (above_t + sum of f^2) / N - mean_t^2

    above_t is the number of rows above bin t, where e_t = 1; f = p - t are the
    fractions of the rows in bin t.  Unfolding all rows would take N T numbers.

    >>> mean, std = unfolded_moments(np.array([0.5, 1.5]), bins=2)
    >>> mean.tolist(), std.tolist()
    ([0.75, 0.25], [0.25, 0.25])
    """
    n = len(p)
    t = np.minimum(p.astype(int), bins - 1)  # (N,) bin of each row
    f = p - t
    count, sum_f, sum_f2 = (np.bincount(t, weights, bins) for weights in (None, f, f * f))  # (T,) each
    above = n - np.cumsum(count)
    mean = (above + sum_f) / n
    variance = (above + sum_f2) / n - mean * mean
    return mean, np.sqrt(np.maximum(variance, 0))
