"""Documents, queries and reference ranks that several tests of the search share."""
import numpy as np
from hypothesis import strategies as st

from tests import oracles
from tests.strategies import sparse_rows

N_TERMS = 6
documents_and_queries = st.tuples(sparse_rows(N_TERMS), sparse_rows(N_TERMS, most_rows=4))


def corpus(seed, n, n_terms, density):
    """Return (n, n_terms) random weights: few terms are frequent, many are rare, some documents are copies."""
    rng = np.random.default_rng(seed)
    share = np.minimum(1, density * n_terms / np.arange(1, n_terms + 1))
    dense = rng.exponential(size=(n, n_terms)).round(int(rng.integers(0, 3))) * (rng.random((n, n_terms)) < share)
    dense[rng.integers(n, size=n // 10)] = dense[rng.integers(n, size=n // 10)]
    return dense


def reference_ranks(dense_queries, dense_documents, targets):
    """Return the oracle's rank of each query's target."""
    rankings = ([document for document, _ in oracles.ranking(query, dense_documents)] for query in dense_queries)
    return [ranking.index(target) + 1 for ranking, target in zip(rankings, targets)]
