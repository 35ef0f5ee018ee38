"""TfidfVectorizer().fit_transform against scikit-learn's: time, and peak memory without the documents.

Memory is the peak of what Python and numpy allocate, counted by tracemalloc in a separate call.
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

# corpus: (description, function that loads it, rounds)
CORPORA = {"speed": ("117,659 short documents", corpus.documents, 9), "nq_en": ("2,578 paragraphs", corpus.answers, 15)}
TIME, MEMORY = (0.65, 0.45), (1,)


def contenders(name):
    """Return a dict of the two calls on a corpus."""
    from sklearn.feature_extraction.text import TfidfVectorizer as Reference
    documents = CORPORA[name][1]()
    return {"ours": lambda: TfidfVectorizer().fit_transform(documents),
            "sklearn": lambda: Reference().fit_transform(documents)}


def peak(function):
    """Return the peak of the memory that a call allocates, in MiB."""
    gc.collect()
    tracemalloc.start()
    function()
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak_bytes / 2**20


def timed(name):
    """Return the Timed of the two calls on a corpus."""
    return interleaved(contenders(name), CORPORA[name][2])


def peaks(name):
    """Return the peaks of memory of the two calls on a corpus."""
    return [peak(call) for call in contenders(name).values()]


def agreement(ours, theirs):
    """Return the largest difference of the weights, or that the terms differ."""
    theirs = theirs.sorted_indices()  # by term, like ours
    if ours.shape != theirs.shape or not all(np.array_equal(getattr(ours, name), getattr(theirs, name))
                                             for name in ("indices", "indptr")):
        return "other terms"
    return difference(ours.data, theirs.data)


def measure_time(name):
    """Return (agreement, ratio of times)."""
    timing = timed(name)
    return agreement(*timing.results.values()), timing.ratio("ours", "sklearn")


def measure_memory(name):
    """Return ("-", ratio of peaks of memory)."""
    ours, theirs = peaks(name)
    return "-", ours / theirs


def cases():
    """Yield two Cases per corpus."""
    for name, (description, *_) in CORPORA.items():
        yield Case(f"`TfidfVectorizer`, {description}", "scikit-learn", functools.partial(measure_time, name), TIME)
        yield Case("the same, peak memory", "scikit-learn", functools.partial(measure_memory, name), MEMORY)


def main():
    """Print one row per corpus."""
    table = TablePrinter({"corpus": "s", "documents": ",d", "ours, ms": ".0f", "sklearn, ms": ".0f", "/ sklearn": ".3f",
                          "     wanted": "s", "ours, MiB": ".0f", "sklearn, MiB": ".0f", "memory / sklearn": ".2f",
                          "(wanted)": "s"})
    for name, (_, load, _) in CORPORA.items():
        timing, (ours, theirs) = timed(name), peaks(name)
        table.row(name, len(load()), *timing.milliseconds(), timing.ratio("ours", "sklearn"), wanted_text(TIME),
                  ours, theirs, ours / theirs, wanted_text(MEMORY))
