"""Piecewise-linear encoding: a number as how far it has come through each bin.

Edges b_0 < b_1 < ... < b_T cut a column's range into T bins.  Its features are

    e_t(x) = clip((x - b_t) / (b_(t+1) - b_t), 0, 1)        t = 0 .. T - 1

1 for every bin that lies below x, a fraction in x's own, 0 above.  A linear layer
over them is a piecewise-linear function of x, free to bend at every edge; with
quantiles for edges it bends where the data are.

All T features follow from one number, x's position p among the edges:

    p = t + (x - b_t) / (b_(t+1) - b_t) in bin t        e_t = clip(p - t, 0, 1)

So a column is stored as p, and minidl.nn.PiecewiseLinear unfolds a batch of it.

Source: Gorishniy, Rubachev and Babenko, "On Embeddings for Numerical Features in
Tabular Deep Learning", 2022, arXiv 2203.05556.
Differs from the paper: numbers outside the edges count as the nearest edge (there,
the outermost bins go on).  Left out: edges from decision trees.
"""
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = Sequence[float] | npt.NDArray[Any]
Floats = npt.NDArray[np.float64]


def quantile_edges(values: Numbers, bins: int) -> Floats:
    """Return b (T + 1,), strictly increasing float64: the distinct quantiles of `values` at k / bins.

    values: (N,) finite numbers.  T is at most `bins`, less where values repeat; one
    value alone is the lower edge of a bin of width 1.

    >>> quantile_edges([0, 1, 1, 1, 9], bins=4).tolist()
    [0.0, 1.0, 9.0]
    """
    if not bins >= 1:
        raise ValueError(f"bins: must be at least 1, got {bins}")
    edges = np.unique(np.quantile(values, np.linspace(0, 1, bins + 1)))
    return edges if len(edges) > 1 else np.array([edges[0], edges[0] + max(1, abs(edges[0]))])


def positions(values: Numbers, edges: Numbers) -> Floats:
    """Return p (N,), float64 in [0, T].

    >>> positions([0.5, 5, 100], [0, 1, 9]).tolist()
    [0.5, 1.5, 2.0]
    """
    p: Floats = np.interp(values, edges, np.arange(len(edges)))
    return p


def unfold(p: Any, steps: Any) -> Any:
    """Return e = clip(p - t, 0, 1) for numpy arrays or torch tensors of shapes that broadcast.

    >>> unfold(np.array([[0.5], [1.5], [2.0]]), np.arange(2)).tolist()
    [[0.5, 0.0], [1.0, 0.5], [1.0, 1.0]]
    """
    return (p - steps).clip(0, 1)


def unfolded_moments(p: Floats, bins: int) -> tuple[Floats, Floats]:
    """Return the mean and the standard deviation, (T,) each, of every e_t over the N rows.

    What unfolding all rows would take N T numbers for is a count of the rows above
    each bin and two sums over those inside it.
    """
    inside = np.minimum(p.astype(int), bins - 1)  # (N,) bin of each row
    part = p - inside
    count, total, squares = (np.bincount(inside, weights, bins) for weights in (None, part, part * part))
    above = len(p) - np.cumsum(count)
    mean = (above + total) / len(p)
    variance = (above + squares) / len(p) - mean * mean
    return mean, np.sqrt(np.maximum(variance, 0))
