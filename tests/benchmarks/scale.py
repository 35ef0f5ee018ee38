"""Search in 100,000 and 1,000,000 documents: time and memory of minidl and its peers, and how they grow.

The documents are made by tests.benchmarks.recombined.  Each engine builds its index in a
process of its own, so that its memory can be read; the peak is above the texts, the
resident memory is that of the process, without the texts, after 2,000 queries.  Then one
process loads the saved indexes and times their queries, interleaved.  Times are CPU times.
The last rows are the steps of tests.benchmarks.steps.
`SIZES=100000 python -m tests.benchmarks scale` measures some sizes only.
"""
import ctypes
import functools
import math
import os
import statistics
import tempfile
from pathlib import Path

from minidl.tables import TablePrinter
from tests.benchmarks import corpus
from tests.benchmarks.cases import Case, difference
from tests.benchmarks.engines import ENGINES, K
from tests.benchmarks.recombined import recombined
from tests.benchmarks.steps import N_PAIRS, hw3, postings, recall
from tests.benchmarks.timing import in_a_process, resident, seconds

SIZES = tuple(map(int, os.environ.get("SIZES", "100000 1000000").split()))
N_SINGLE, ROUNDS = 200, 5
OURS, OURS_BM25 = "minidl, TF-IDF", "minidl, BM25"
# (measure, ours, peer, wanted ratio)
ROWS = (
    ("fit to first answer, s", OURS, "scikit-learn", 0.7),
    ("peak of fit above the texts, MiB", OURS, "scikit-learn", 0.9),
    ("resident after 2,000 queries, MiB", OURS, "scikit-learn", 1),
    ("resident after 2,000 queries, MiB", OURS_BM25, "bm25s", None),
    ("resident after 2,000 queries, MiB", OURS_BM25, "tantivy", None),
    ("fit to first answer, s", OURS_BM25, "bm25s", None),
    ("fit to first answer, s", OURS_BM25, "tantivy", None),
    ("first query after building, ms", OURS_BM25, None, None),
    ("load and first query, s", OURS_BM25, "bm25s", None),
    ("load and first query, s", OURS_BM25, "tantivy", None),
    ("one query, median, ms", OURS_BM25, "bm25s", 1),
    ("one query, median, ms", OURS_BM25, "tantivy", 0.3),
    ("batch of 2,000, cold, s", OURS_BM25, "bm25s", 0.8),
    ("batch of 2,000, warm, s", OURS_BM25, "bm25s", 0.6),
)
WANTED_OF_STEPS = {"order of the postings, s": 0.5, "recall_at_k on lists, s": 1.5,
                   "recall_at_k on ragged lists, s": 1.5}


def warm_up(name):
    """Let an engine import and compile what it needs, on a few documents."""
    engine = ENGINES[name]()
    engine.build(list(recombined(100)))
    engine.answer(corpus.queries()[0])
    if hasattr(engine, "answer_all"):
        engine.answer_all(corpus.queries()[:10])


def peak(name, n):
    """Return the peak of memory of an engine's fit above the texts, in MiB, in a fresh process."""
    engine = ENGINES[name]()
    warm_up(name)
    texts = list(recombined(n))
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before = resident()
    getattr(engine, "fit", engine.build)(texts)
    return resident("VmHWM") - before


def build(name, n, folder):
    """Return the measures of an engine's build, in a fresh process; save the index to the folder."""
    engine, queries = ENGINES[name](), corpus.queries()
    warm_up(name)
    texts = list(recombined(n))
    if name == "tantivy":
        (folder / name).mkdir()
        fitted = seconds(functools.partial(engine.build, texts, folder / name))
    else:
        fitted = seconds(functools.partial(engine.build, texts))
    first = seconds(functools.partial(engine.answer, queries[0]))
    measures = {"fit to first answer, s": fitted + first, "first query after building, ms": 1000 * first}
    del texts
    corpus.documents.cache_clear()
    for query in queries if name != "scikit-learn" else queries[:N_SINGLE]:  # its memory does not grow
        engine.answer(query)
    ctypes.CDLL(None).malloc_trim(0)  # memory that Python has freed is not counted
    measures["resident after 2,000 queries, MiB"] = resident()
    if hasattr(engine, "save"):
        engine.save(folder)
    return measures


def search(names, folder):
    """Return a dict from engine to the measures of its queries, interleaved in one process."""
    queries, engines, measures = corpus.queries(), {name: ENGINES[name]() for name in names}, {}
    for name, engine in engines.items():
        warm_up(name)
        measures[name] = {"load and first query, s": seconds(lambda: (engine.load(folder), engine.answer(queries[0])))}
    batch = {name: functools.partial(engine.answer_all, queries) for name, engine in engines.items()
             if hasattr(engine, "answer_all")}
    for name, call in batch.items():
        measures[name]["batch of 2,000, cold, s"] = seconds(call)
    rounds = [{name: seconds(call) for name, call in batch.items()} for _ in range(ROUNDS)]
    for name in batch:
        measures[name]["batch of 2,000, warm, s"] = statistics.median(times[name] for times in rounds)
    singles = [{name: seconds(functools.partial(engine.answer, query)) for name, engine in engines.items()}
               for query in queries[:N_SINGLE]]
    for name in engines:
        measures[name]["one query, median, ms"] = 1000 * statistics.median(times[name] for times in singles)
    if "bm25s" in batch:
        ours, theirs = batch[OURS_BM25](), batch["bm25s"]()
        measures["bm25s"]["agreement"] = f"scores: {difference(ours, theirs, relative=True)}"
    return measures


@functools.cache
def measured(n):
    """Return a dict from engine to its measures on n documents; an absent peer has none."""
    results = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for engine in ENGINES:
            try:
                results[engine] = in_a_process(build, engine, n, folder)
                if engine in (OURS, "scikit-learn"):
                    results[engine]["peak of fit above the texts, MiB"] = in_a_process(peak, engine, n)
            except ModuleNotFoundError:
                results[engine] = {}
        loadable = [engine for engine in (OURS_BM25, "bm25s", "tantivy") if results[engine]]
        for engine, measures in in_a_process(search, loadable, folder).items():
            results[engine].update(measures)
    return results


def ratio(n, measure, ours, peer):
    """Return (agreement, ratio) of a row."""
    results = measured(n)
    if not results[peer]:
        raise ModuleNotFoundError(peer, name="sklearn" if peer == "scikit-learn" else peer)
    same = measure.startswith("batch") and results[peer].get("agreement")
    return same or "-", results[ours][measure] / results[peer][measure]


@functools.cache
def steps():
    """Return a dict from (number of documents, step) to {name: value}, minidl first; an absent peer has no step."""
    found = {}
    for function, n in (*((function, n) for n in SIZES for function in (postings, recall)), (hw3, N_PAIRS)):
        try:
            found |= {(n, step): values for step, values in in_a_process(function, n).items()}
        except ModuleNotFoundError:
            pass
    return found


def cases():
    """Yield one Case per row, for the smallest size."""
    for measure, ours, peer, wanted in ROWS:
        if peer:
            yield Case(f"{ours}, {SIZES[0]:,} documents: {measure.rpartition(',')[0]}", peer,
                       functools.partial(ratio, SIZES[0], measure, ours, peer), () if wanted is None else (wanted,))


def main():
    """Print one row per measure and size; growth is the exponent e of n ** e between the sizes, ours and the peer's."""
    table = TablePrinter({"documents": ",d", f"measure{'':28}": "s", "ours          ": "s", f"peer{'':15}": "s",
                          " ours": ".4g", " peer": ".4g", "/ peer": ".3g", "wanted": "s", "growth ": "s",
                          f"agreement{'':36}": "s"})
    for n in SIZES:
        for measure, ours, peer, wanted in ROWS:
            results = measured(n)
            if peer and not results[peer]:
                continue
            value, other = results[ours][measure], results[peer][measure] if peer else math.nan
            growth = "-" if n == SIZES[0] else " ".join(
                f"{math.log(measured(n)[name][measure] / measured(SIZES[0])[name][measure], n / SIZES[0]):.2f}"
                for name in (ours, peer) if name)
            table.row(n, measure, ours, peer or "-", value, other, value / other,
                      "-" if wanted is None else f"{wanted:g}", growth,
                      results[peer].get("agreement", "-") if measure.startswith("batch") else "-")
    for (n, step), values in steps().items():
        (_, value), (peer, other) = values.items()
        table.row(n, step, "minidl", peer, value, other, value / other,
                  format(WANTED_OF_STEPS[step], "g") if step in WANTED_OF_STEPS else "-", "-", "-")
    print(f"the {K} best documents; {N_SINGLE} queries one at a time; {ROUNDS} rounds of a batch of 2,000")
