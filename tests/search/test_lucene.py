"""BM25Vectorizer and InvertedIndex rank as Lucene does, so a user can move to an engine that is built on it."""
import json
from collections import Counter

import numpy as np

from hw3.datasets import FAQ
from minidl.bm25 import BM25Vectorizer
from minidl.search import InvertedIndex
from minidl.text import Analyzer

N_WORDS = 39  # Lucene stores the length of a document in one byte, exactly up to 39 words
ROUNDING = 1e-5  # relative; Lucene adds up to 20 numbers of float32, each rounded to 6e-8, twice


def lucene_scores(query, documents, k1, b):
    """Return the scores of Lucene's BM25Similarity (since version 8), step by step in its float32."""
    n, frequencies = len(documents), Counter(word for document in documents for word in set(document))
    mean_length = np.float32(sum(map(len, documents)) / n)
    scores = np.zeros(n, np.float32)
    for word, boost in Counter(word for word in query if word in frequencies).items():
        df = frequencies[word]
        weight = np.float32(boost) * np.float32(np.log(1 + (n - df + 0.5) / (df + 0.5)))
        for number, document in enumerate(documents):
            inverse = np.float32(1) / np.float32(k1 * (1 - b + b * len(document) / mean_length))
            scores[number] += weight - weight / (1 + np.float32(document.count(word)) * inverse)
    return scores


def test_the_ranking_is_that_of_lucenes_formula():
    rows = [json.loads(line) for line in FAQ.read_text(encoding="utf-8").splitlines()]
    documents = [Analyzer().terms(answer)[:N_WORDS] for answer in dict.fromkeys(row["answer"] for row in rows)]
    queries = [Analyzer().terms(row["query"]) for row in rows[::60]]
    vectorizer = BM25Vectorizer(k1=1.2, b=0.75)  # Lucene's defaults
    index = InvertedIndex(vectorizer.fit_transform(map(" ".join, documents)))
    all_ids, all_scores = index.search(vectorizer.transform_queries(map(" ".join, queries)), 10)
    for query, ids, scores in zip(queries, all_ids, all_scores):
        theirs = lucene_scores(query, documents, 1.2, 0.75)
        np.testing.assert_allclose(scores, theirs[ids], rtol=ROUNDING)
        better = np.delete(theirs, ids)
        assert (better <= theirs[ids[-1]] * (1 + ROUNDING)).all(), "Lucene ranks another document higher"
        assert (np.diff(theirs[ids]) <= theirs[ids][:-1] * ROUNDING).all()
