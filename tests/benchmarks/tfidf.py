"""TfidfVectorizer().fit_transform against scikit-learn's: time, and peak memory above the loaded documents.

Memory is what Python and numpy allocate at most during a call, as tracemalloc counts
it, in a call of its own.
"""
import gc
import tracemalloc

from sklearn.feature_extraction.text import TfidfVectorizer as Reference

from minidl.report import Table
from minidl.tfidf import TfidfVectorizer
from tests.benchmarks import corpus
from tests.benchmarks.timing import interleaved, milliseconds, ratio

CORPORA = {"speed": (corpus.documents, 9), "nq_en": (corpus.answers, 15)}


def peak(function):
    """Return the most MiB that a call has allocated at any time."""
    gc.collect()
    tracemalloc.start()
    function()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 2**20


def main():
    """Print a row a corpus."""
    table = Table({"corpus": "s", "documents": ",d", "ours, ms": ".0f", "sklearn, ms": ".0f", "/ sklearn": ".3f",
                   " wanted": "s", "ours, MiB": ".0f", "sklearn, MiB": ".0f", "memory / sklearn": ".2f",
                   "(wanted)": "s"})
    for name, (load, rounds) in CORPORA.items():
        documents = load()
        calls = {"ours": lambda: TfidfVectorizer().fit_transform(documents),
                 "sklearn": lambda: Reference().fit_transform(documents)}
        seconds = interleaved(calls, rounds)
        ours, theirs = map(peak, calls.values())
        table.row(name, len(documents), *(milliseconds(seconds, one) for one in calls),
                  ratio(seconds, "ours", "sklearn"), ".65 (.45)", ours, theirs, ours / theirs, "1")
