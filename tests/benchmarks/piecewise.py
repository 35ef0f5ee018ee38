"""Piecewise-linear encoding against its authors' package: 10,000 rows of 8 normal numbers, 48 bins each, float32.

Ours computes the positions of each column and unfolds them with the layer.  The package
does not standardise the features, so the layer's mean is 0 and its deviation 1.
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
    """Return the Timed of both, on the package's edges."""
    from rtdl_num_embeddings import PiecewiseLinearEncoding, compute_bins
    x = torch.randn(ROWS, COLUMNS, generator=torch.Generator().manual_seed(0))
    edges = compute_bins(x, n_bins=BINS)
    theirs = PiecewiseLinearEncoding(edges)
    columns, column_edges = x.numpy().T, [edge.numpy() for edge in edges]
    layer = PiecewiseLinear(np.repeat(np.arange(COLUMNS), BINS), np.tile(np.arange(BINS), COLUMNS),
                            np.zeros(COLUMNS * BINS), np.ones(COLUMNS * BINS))

    def ours():
        p = np.stack([positions(column, b) for column, b in zip(columns, column_edges)], 1)
        return layer(torch.from_numpy(p.astype(np.float32)))

    with torch.no_grad():
        return interleaved({"ours": ours, "rtdl": lambda: theirs(x)}, ROUNDS, CALLS)


def measure():
    """Return (agreement, ratio)."""
    times = timed()
    return difference(*times.results.values()), times.ratio("ours", "rtdl")


def cases():
    """Yield the Case of this benchmark."""
    yield Case(f"piecewise-linear encoding, {ROWS:,} rows of {COLUMNS}, {BINS} bins", "rtdl_num_embeddings", measure)


def main():
    """Print both times, their ratio and the largest difference."""
    table = TablePrinter({"ours, ms": ".2f", "rtdl, ms": ".2f", "/ rtdl": ".3f", f"agreement{'':16}": "s"})
    times = timed()
    table.row(*times.milliseconds(), times.ratio("ours", "rtdl"), difference(*times.results.values()))
