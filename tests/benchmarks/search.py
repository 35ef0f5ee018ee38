"""The 10 best of 117,659 documents for 2,000 queries, exactly, against a sparse product and bm25s.

scipy: X @ D.T by scipy's sparse product, 100 queries at a time, and the top k by
np.argpartition of the negated scores (25 times faster than without the negation, as most
scores are 0).  bm25s: its retrieve with the numba backend, on its own index and token
numbers.  Our BM25 search uses the same scores as bm25s.
"""
import functools

import numpy as np

from minidl.bm25 import BM25Vectorizer
from minidl.search import InvertedIndex
from minidl.tables import TablePrinter
from minidl.text import Analyzer
from minidl.tfidf import TfidfVectorizer
from tests.benchmarks import corpus
from tests.benchmarks.cases import Case, difference, wanted_text
from tests.benchmarks.timing import interleaved

K, ROUNDS, CHUNK = 10, 9, 100
VECTORIZERS = {"TF-IDF": TfidfVectorizer, "BM25": BM25Vectorizer}
# our weights, peer, description, wanted ratios
PAIRS = (("TF-IDF", "scipy", "scipy's product and a top-k", (0.25, 0.14)),
         ("TF-IDF", "bm25s", "bm25s, numba", (0.9, 0.6)), ("BM25", "bm25s", "bm25s, numba", (0.9, 0.6)))


@functools.cache
def matrices(weights):
    """Return the weights of the documents and of the queries, two CSR matrices."""
    vectorizer = VECTORIZERS[weights]()
    return vectorizer.fit_transform(corpus.documents()), vectorizer.transform_queries(corpus.queries())


@functools.cache
def ours(weights):
    """Return a function that returns (ids, scores) of the K best by our index."""
    documents, queries = matrices(weights)
    index = InvertedIndex(documents)
    return lambda: index.search(queries, K)


@functools.cache
def scipy_product():
    """Return a function that returns (ids, scores) of the K best by a sparse product and a partition."""
    documents, queries = (matrix.to_scipy() for matrix in matrices("TF-IDF"))
    transposed = documents.T.tocsr()

    def call():
        ids, values = [], []
        for begin in range(0, queries.shape[0], CHUNK):
            scores = (queries[begin:begin + CHUNK] @ transposed).toarray()
            best = np.argpartition(-scores, K, axis=1)[:, :K]
            order = np.lexsort((best, -np.take_along_axis(scores, best, 1)))
            ids.append(np.take_along_axis(best, order, 1))
            values.append(np.take_along_axis(scores, ids[-1], 1))
        return np.concatenate(ids), np.concatenate(values)
    return call


@functools.cache
def bm25s_retrieve():
    """Return a function that returns (ids, scores) of the K best by bm25s."""
    import bm25s
    import numba  # noqa: F401 - without numba, bm25s raises a longer error
    terms = Analyzer().terms
    engine = bm25s.BM25(method="lucene", backend="numba")
    engine.index([terms(document) for document in corpus.documents()], show_progress=False)
    numbers = [[engine.vocab_dict[term] for term in terms(query) if term in engine.vocab_dict]
               for query in corpus.queries()]
    return lambda: engine.retrieve(numbers, k=K, show_progress=False, n_threads=1)


def timed(weights, peer):
    """Return the Timed of our search over these weights and of the peer's."""
    theirs = {"scipy": scipy_product, "bm25s": bm25s_retrieve}[peer]
    return interleaved({"ours": ours(weights), "peer": theirs()}, ROUNDS)


def agreement(weights, peer, timing):
    """Return how the scores of the K best agree, rank by rank; ids may differ at ties."""
    if (weights, peer) == ("TF-IDF", "bm25s"):
        return "other weights"
    (_, our_scores), (_, their_scores) = timing.results.values()
    return f"scores: {difference(our_scores, their_scores, relative=True)}"


def measure(weights, peer):
    """Return (agreement, ratio)."""
    timing = timed(weights, peer)
    return agreement(weights, peer, timing), timing.ratio("ours", "peer")


def cases():
    """Yield one Case per pair."""
    for weights, peer, text, wanted in PAIRS:
        yield Case(f"`InvertedIndex.search`, {weights}, 2,000 queries in 117,659", text,
                   functools.partial(measure, weights, peer), wanted)


def main():
    """Print one row per pair."""
    table = TablePrinter({"ours  ": "s", "peer ": "s", "ours, ms": ".0f", "peer, ms": ".0f", "/ peer": ".3f",
                          "     wanted": "s", f"agreement{'':36}": "s"})
    for weights, peer, _, wanted in PAIRS:
        timing = timed(weights, peer)
        table.row(weights, peer, *timing.milliseconds(), timing.ratio("ours", "peer"), wanted_text(wanted),
                  agreement(weights, peer, timing))
