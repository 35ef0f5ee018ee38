"""The 10 best of 117,659 documents for 2,000 queries, exactly, against a sparse product and bm25s.

scipy: X @ D.T by scipy's sparse product, 100 queries at a time, and a top-k by
np.argpartition of the negated scores (25 times faster than of rows that are mostly 0).
bm25s: its retrieve with the numba backend, on its own index and token numbers.
Ours with BM25 searches the very scores that bm25s searches.
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
# our weights, the peer, what it is, wanted
PAIRS = (("TF-IDF", "scipy", "scipy's product and a top-k", (0.25, 0.14)),
         ("TF-IDF", "bm25s", "bm25s, numba", (0.9, 0.6)), ("BM25", "bm25s", "bm25s, numba", (0.9, 0.6)))


@functools.cache
def matrices(weights):
    """Return the documents and the queries as two CSR matrices."""
    vectorizer = VECTORIZERS[weights]()
    return vectorizer.fit_transform(corpus.documents()), vectorizer.transform_queries(corpus.queries())


@functools.cache
def ours(weights):
    """Return a function that finds (ids, scores) of the K best by our index."""
    documents, queries = matrices(weights)
    index = InvertedIndex(documents)
    return lambda: index.search(queries, K)


@functools.cache
def scipy_product():
    """Return a function that finds (ids, scores) of the K best by multiplying and partitioning."""
    import scipy.sparse
    d, x = (scipy.sparse.csr_array(matrix[:3], matrix.shape) for matrix in matrices("TF-IDF"))
    turned = d.T.tocsr()

    def call():
        ids, values = [], []
        for begin in range(0, x.shape[0], CHUNK):
            scores = (x[begin:begin + CHUNK] @ turned).toarray()
            best = np.argpartition(-scores, K, axis=1)[:, :K]
            order = np.lexsort((best, -np.take_along_axis(scores, best, 1)))
            ids.append(np.take_along_axis(best, order, 1))
            values.append(np.take_along_axis(scores, ids[-1], 1))
        return np.concatenate(ids), np.concatenate(values)
    return call


@functools.cache
def bm25s_retrieve():
    """Return a function that lets bm25s find (ids, scores) of the K best."""
    import bm25s
    import numba  # noqa: F401 - bm25s would say in many words that it is absent
    terms = Analyzer().terms
    engine = bm25s.BM25(method="lucene", backend="numba")
    engine.index([terms(document) for document in corpus.documents()], show_progress=False)
    numbers = [[engine.vocab_dict[term] for term in terms(query) if term in engine.vocab_dict]
               for query in corpus.queries()]
    return lambda: engine.retrieve(numbers, k=K, show_progress=False, n_threads=1)


def timed(weights, peer):
    """Time our search over these weights and the peer's."""
    theirs = {"scipy": scipy_product, "bm25s": bm25s_retrieve}[peer]
    return interleaved({"ours": ours(weights), "peer": theirs()}, ROUNDS)


def agreement(weights, peer, found):
    """Return how the scores of the K best agree, place by place: at ties the peers cut as they like."""
    if (weights, peer) == ("TF-IDF", "bm25s"):
        return "other weights"
    (_, scores), (_, theirs) = found.results.values()
    return f"scores: {difference(scores, theirs, relative=True)}"


def measure(weights, peer):
    """Return (agreement, ratio)."""
    found = timed(weights, peer)
    return agreement(weights, peer, found), found.ratio("ours", "peer")


def cases():
    """Yield a Case a pair."""
    for weights, peer, text, wanted in PAIRS:
        yield Case(f"`InvertedIndex.search`, {weights}, 2,000 queries in 117,659", text,
                   functools.partial(measure, weights, peer), wanted)


def main():
    """Print a row a pair."""
    table = TablePrinter({"ours  ": "s", "peer ": "s", "ours, ms": ".0f", "peer, ms": ".0f", "/ peer": ".3f",
                          "     wanted": "s", f"agreement{'':36}": "s"})
    for weights, peer, _, wanted in PAIRS:
        found = timed(weights, peer)
        table.row(weights, peer, *found.milliseconds(), found.ratio("ours", "peer"), wanted_text(wanted),
                  agreement(weights, peer, found))
