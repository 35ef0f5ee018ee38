"""TfidfVectorizer().fit_transform against scikit-learn's: time, and peak memory above the loaded documents.

Memory is what Python and numpy allocate at most during a call, as tracemalloc counts
it, in a call of its own.
"""
import functools
import gc
import tracemalloc

import numpy as np

from minidl.tables import TablePrinter
from minidl.tfidf import TfidfVectorizer
from tests.benchmarks import corpus
from tests.benchmarks.cases import Case, difference, wanted_text
from tests.benchmarks.timing import interleaved

# corpus: (what it is, how to load it, rounds)
CORPORA = {"speed": ("117,659 short documents", corpus.documents, 9), "nq_en": ("2,578 paragraphs", corpus.answers, 15)}
TIME, MEMORY = (0.65, 0.45), (1,)


def contenders(name):
    """Return the two calls on a corpus."""
    from sklearn.feature_extraction.text import TfidfVectorizer as Reference
    documents = CORPORA[name][1]()
    return {"ours": lambda: TfidfVectorizer().fit_transform(documents),
            "sklearn": lambda: Reference().fit_transform(documents)}


def peak(function):
    """Return the most MiB that a call has allocated at any time."""
    gc.collect()
    tracemalloc.start()
    function()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 2**20


def timed(name):
    """Time the two on a corpus."""
    return interleaved(contenders(name), CORPORA[name][2])


def peaks(name):
    """Return the two peaks of memory on a corpus."""
    return [peak(call) for call in contenders(name).values()]


def agreement(ours, theirs):
    """Return how far the weights are apart, given that they stand in the same places."""
    theirs = theirs.sorted_indices()  # by term, as ours are
    if ours.shape != theirs.shape or not all(np.array_equal(getattr(ours, name), getattr(theirs, name))
                                             for name in ("indices", "indptr")):
        return "other terms"
    return difference(ours.data, theirs.data)


def measure_time(name):
    """Return (agreement, ratio of times)."""
    found = timed(name)
    return agreement(*found.results.values()), found.ratio("ours", "sklearn")


def measure_memory(name):
    """Return ("-", ratio of peaks of memory)."""
    ours, theirs = peaks(name)
    return "-", ours / theirs


def cases():
    """Yield two Cases a corpus."""
    for name, (what, *_) in CORPORA.items():
        yield Case(f"`TfidfVectorizer`, {what}", "scikit-learn", functools.partial(measure_time, name), TIME)
        yield Case("the same, peak of memory", "scikit-learn", functools.partial(measure_memory, name), MEMORY)


def main():
    """Print a row a corpus."""
    table = TablePrinter({"corpus": "s", "documents": ",d", "ours, ms": ".0f", "sklearn, ms": ".0f", "/ sklearn": ".3f",
                          "     wanted": "s", "ours, MiB": ".0f", "sklearn, MiB": ".0f", "memory / sklearn": ".2f",
                          "(wanted)": "s"})
    for name, (_, load, _) in CORPORA.items():
        found, (ours, theirs) = timed(name), peaks(name)
        table.row(name, len(load()), *found.milliseconds(), found.ratio("ours", "sklearn"), wanted_text(TIME),
                  ours, theirs, ours / theirs, wanted_text(MEMORY))
