"""TF-IDF: the count of a term times its idf, and rows of length 1; idf = ln((1 + N) / (1 + df)) + 1.

Contract: fit_transform(documents) and transform(queries), lists of lower-case words with single spaces; each text has a
known word.  Judged are the weights in each row, in any order, and the cosines of queries and documents, so that neither
the order of the columns nor the type of the matrix matters.

Readings: another idf, another base of the logarithm, another norm.
"""
import inspect
import math
from collections import Counter

import numpy as np
from hypothesis import strategies as st

from tests.grade.forms import as_array
from tests.grade.piece import Form, Mistake, Piece

TOLERANCE = 1e-4  # float32 keeps 1e-6
WORDS = ("red", "fish", "blue", "sea", "cat")
IDF = {  # from (N, df) to the idf, by formula
    "ln(N / df) + 1": lambda n, df: math.log(n / df) + 1,
    "ln(N / df)": lambda n, df: math.log(n / df),
    "ln(N / (1 + df)) + 1": lambda n, df: math.log(n / (1 + df)) + 1,
    "ln(N / (1 + df))": lambda n, df: math.log(n / (1 + df)),
    "ln((1 + N) / (1 + df))": lambda n, df: math.log((1 + n) / (1 + df)),
    "ln(1 + N / df)": lambda n, df: math.log(1 + n / df),
    "ln(1 + N / (1 + df))": lambda n, df: math.log(1 + n / (1 + df)),
    "ln((1 + N) / df)": lambda n, df: math.log((1 + n) / df),
    "ln((N - df + 0.5) / (df + 0.5) + 1)": lambda n, df: math.log((n - df + 0.5) / (df + 0.5) + 1),
}
BASES = {10: math.log(10), 2: math.log(2)}
NORMS = {
    "none": lambda weights, counts: 1.0,
    "l1": lambda weights, counts: np.abs(weights).sum(1, keepdims=True),
    "words": lambda weights, counts: counts.sum(1, keepdims=True),
    "most": lambda weights, counts: counts.max(1, keepdims=True),
}


@st.composite
def cases(draw):
    """Draw (documents, queries); a query may have one word that no document has."""
    text = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6)
    documents = draw(st.lists(text, min_size=1, max_size=5))
    known = sorted(set().union(*documents))
    query = st.tuples(st.lists(st.sampled_from(known), min_size=1, max_size=4), st.booleans()).map(
        lambda drawn: drawn[0] + drawn[1] * ["zebra"])
    queries = draw(st.lists(query, min_size=1, max_size=3))
    return [" ".join(words) for words in documents], [" ".join(words) for words in queries]


def count_matrix(texts, vocabulary):
    """Return the counts of the vocabulary's words, (N, V).

    >>> count_matrix(["red red fish"], ["fish", "red"]).tolist()
    [[1.0, 2.0]]
    """
    return np.array([[Counter(text.split())[word] for word in vocabulary] for text in texts], dtype=float)


def judged(documents, queries):
    """Return (weights, cosines): the sorted rows of both matrices below each other, and queries times documents.

    Rows without a weight, and cosines with them, are 0, also if they are NaN.
    """
    both = np.nan_to_num(np.vstack([documents, queries]))
    lengths = np.linalg.norm(both, axis=1, keepdims=True)
    unit = both / np.where(lengths > 0, lengths, 1)
    return np.sort(both, axis=1), unit[len(documents):] @ unit[:len(documents)].T


def expected(case, *, idf=None, base=None, norm=None, tf=lambda count: count, df_of=None):
    """Return (weights, cosines); tf and df_of are for mistakes: functions of counts."""
    documents, queries = case
    vocabulary = sorted(set(" ".join(documents).split()))
    counts = count_matrix(documents, vocabulary), count_matrix(queries, vocabulary)
    frequencies = (counts[0] > 0).sum(0) if df_of is None else df_of(counts[0])
    formula = IDF[idf] if idf else lambda n, df: math.log((1 + n) / (1 + df)) + 1
    weights = np.array([formula(len(documents), df) for df in frequencies])
    if base:
        plus_one = idf is None or idf.endswith("+ 1")
        weights = (weights - plus_one) / BASES[base] + plus_one
    rows = []
    for matrix in counts:
        row = tf(matrix) * weights
        lengths = NORMS[norm](row, matrix) if norm else np.linalg.norm(row, axis=1, keepdims=True)
        rows.append(row / np.where(lengths == 0, 1, lengths))
    return judged(*rows)


def agrees(got, wanted):
    """Return whether weights and cosines agree; a row of got may have more columns, all 0."""
    missing = got[0].shape[1] - wanted[0].shape[1]
    if missing < 0:
        return False
    weights = np.sort(np.pad(wanted[0], ((0, 0), (missing, 0))), axis=1)
    return np.allclose(got[0], weights, atol=TOLERANCE) and np.allclose(got[1], wanted[1], atol=TOLERANCE)


def forms(implementation):
    """Return the Forms: fit_transform and transform, or fit and transform."""
    def matrices(case, fit_first, make):
        documents, queries = case
        vectorizer = make()
        if fit_first:
            vectorizer.fit(documents)
            pair = vectorizer.transform(documents), vectorizer.transform(queries)
        else:
            pair = vectorizer.fit_transform(documents), vectorizer.transform(queries)
        return judged(*dense(*pair))

    make = implementation if inspect.isclass(implementation) else (lambda: implementation)
    return [Form("fit_transform, transform", lambda case: matrices(case, False, make)),
            Form("fit, transform", lambda case: matrices(case, True, make))]


def dense(documents, queries):
    """Return both matrices as arrays; they may be arrays, sparse, tensors, or lists of dicts from term to weight."""
    if isinstance(documents, list) and isinstance(documents[0], dict):
        terms = sorted({term for row in (*documents, *queries) for term in row}, key=str)
        documents, queries = ([[row.get(term, 0) for term in terms] for row in matrix]
                              for matrix in (documents, queries))
    return as_array(documents), as_array(queries)


def show_outcome(outcome):
    weights, cosines = outcome
    rows = [[float(f"{weight:.4g}") for weight in row if weight] for row in weights]
    return f"weights {rows}, cosines {np.round(cosines, 4).tolist()}"


def refitted(case):
    """Return the outcome if transform learns idf from the queries."""
    documents, queries = case
    vocabulary = sorted(set(" ".join(documents).split()))
    matrices = []
    for texts in (documents, queries):
        counts = count_matrix(texts, vocabulary)
        row = counts * [math.log((1 + len(texts)) / (1 + df)) + 1 for df in (counts > 0).sum(0)]
        matrices.append(row / np.linalg.norm(row, axis=1, keepdims=True))
    return judged(*matrices)


PIECE = Piece(
    name="TfidfVectorizer",
    cases=cases(),
    forms=forms,
    expected=expected,
    agrees=agrees,
    readings={
        "idf": {formula: f"idf = {formula}, not scikit-learn's ln((1 + N) / (1 + df)) + 1" for formula in IDF},
        "base": {base: f"logarithm with base {base}" for base in BASES},
        "norm": {"none": "rows without a norm, not of length 1", "l1": "norm l1: rows of sum 1, not of length 1",
                 "words": "norm: counts divided by the number of words, not rows of length 1",
                 "most": "norm: counts divided by the largest count, not rows of length 1"},
    },
    mistakes=[
        Mistake("idf is missing", lambda case, **readings: expected(
            case, tf=lambda n: n, df_of=lambda n: n[0] * 0 + len(n), **readings)),
        Mistake("df counts the documents with the term, not its occurrences",
                lambda case, **readings: expected(case, df_of=lambda n: n.sum(0), **readings)),
        Mistake("tf is the count, not whether the term occurs",
                lambda case, **readings: expected(case, tf=lambda n: n > 0, **readings)),
        Mistake("tf is the count, not 1 + ln of it",
                lambda case, **readings: expected(
                    case, tf=lambda n: np.where(n, 1 + np.log(np.maximum(n, 1)), 0), **readings)),
        Mistake("tf is the count, not ln(1 + count)", lambda case, **readings: expected(case, tf=np.log1p, **readings)),
        Mistake("transform uses the idf of fit; here it learns a new one", lambda case, **readings: refitted(case)),
    ],
    show_outcome=show_outcome,
    unit="collections",
)
