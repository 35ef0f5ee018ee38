"""minidl's BM25 alone at growing sizes, to extrapolate: python -m tests.benchmarks.large 1000000 3000000

The documents are those of the benchmark `scale`, read one after the other, so they are
never in memory together.  Each size has a process of its own.  The last row continues the
growth n ** e between the first and the last size to the 8,841,823 passages of MS MARCO.
"""
import math
import statistics
import sys
import tempfile
from collections import deque
from pathlib import Path

from minidl.tables import TablePrinter
from tests.benchmarks import corpus
from tests.benchmarks.engines import ENGINES
from tests.benchmarks.recombined import recombined
from tests.benchmarks.scale import OURS_BM25, warm_up
from tests.benchmarks.timing import in_a_process, resident, seconds

MS_MARCO, N_QUERIES = 8_841_823, 200


def measured(n):
    """Return the measures of n documents, in the order of the table."""
    warm_up(OURS_BM25)
    engine = ENGINES[OURS_BM25]()
    making = seconds(lambda: deque(recombined(n), maxlen=0))  # the documents; that is no part of the fit
    fit = seconds(lambda: engine.build(recombined(n))) - making
    peak = resident("VmHWM")
    times = [seconds(lambda: engine.answer(query)) for query in corpus.queries()[:N_QUERIES]]
    with tempfile.TemporaryDirectory() as folder:
        engine.save(Path(folder))
        size = sum(file.stat().st_size for file in Path(folder).iterdir()) / 2**20
    return len(engine.index.postings.weights) / 1e6, fit, peak, resident(), 1000 * statistics.median(times), size


def main(sizes):
    """Print a row per size, and one that continues their growth."""
    table = TablePrinter({"documents": ",d", "weights, millions": ".1f", "fit, CPU s": ".1f",
                          "peak memory, MiB": ",.0f", "memory after it, MiB": ",.0f",
                          "one query, median, ms": ".2f", "file, MiB": ",.0f"})
    rows = {}
    for n in sizes:
        rows[n] = in_a_process(measured, n)
        table.row(n, *rows[n])
    first, last = min(sizes), max(sizes)
    if first < last:
        growth = [math.log(large / small, last / first) for small, large in zip(rows[first], rows[last])]
        table.row(MS_MARCO, *(value * (MS_MARCO / last) ** e for value, e in zip(rows[last], growth)))
        print("growth:", " ".join(f"{e:.2f}" for e in growth))


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])))
