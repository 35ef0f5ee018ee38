"""Piecewise-linear encoding against its authors' package: 10,000 rows of 8 normal numbers, 48 bins each, float32.

Ours is positions, column by column, and the layer that unfolds them, with a mean of 0
and a deviation of 1, which the package does not have.
"""
import numpy as np
import torch

from minidl.data.piecewise import positions
from minidl.nn import PiecewiseLinear
from minidl.tables import TablePrinter
from tests.benchmarks.cases import Case, difference
from tests.benchmarks.timing import interleaved

ROWS, COLUMNS, BINS, ROUNDS, CALLS = 10_000, 8, 48, 15, 3


def timed():
    """Time the two on the package's own edges."""
    from rtdl_num_embeddings import PiecewiseLinearEncoding, compute_bins
    x = torch.randn(ROWS, COLUMNS, generator=torch.Generator().manual_seed(0))
    edges = compute_bins(x, n_bins=BINS)
    theirs, columns, numbers = PiecewiseLinearEncoding(edges), x.numpy().T, [edge.numpy() for edge in edges]
    ours = PiecewiseLinear(np.repeat(np.arange(COLUMNS), BINS), np.tile(np.arange(BINS), COLUMNS),
                           np.zeros(COLUMNS * BINS), np.ones(COLUMNS * BINS))

    def encode():
        p = np.stack([positions(*pair) for pair in zip(columns, numbers)], 1)
        return ours(torch.from_numpy(p.astype(np.float32)))

    with torch.no_grad():
        return interleaved({"ours": encode, "rtdl": lambda: theirs(x)}, ROUNDS, CALLS)


def measure():
    """Return (agreement, ratio)."""
    found = timed()
    return difference(*found.results.values()), found.ratio("ours", "rtdl")


def cases():
    """Yield the one Case."""
    yield Case(f"piecewise-linear encoding, {ROWS:,} rows of {COLUMNS}, {BINS} bins", "rtdl_num_embeddings", measure)


def main():
    """Print one row."""
    table = TablePrinter({"ours, ms": ".2f", "rtdl, ms": ".2f", "/ rtdl": ".3f", f"agreement{'':16}": "s"})
    found = timed()
    table.row(*found.milliseconds(), found.ratio("ours", "rtdl"), difference(*found.results.values()))
