"""Columns of the most frequent terms: one byte per document, the term's weight rounded up.

    weight <= byte * step,   step = the term's largest weight / 255,   byte = 0 without the term

So byte * step is less than one step above the weight.  A column looks a document up by
one read; in the postings of the term, a binary search reads about 16 numbers.
"""
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from minidl.search.postings import Postings

N_COLUMNS = 96  # at most 96 bytes per document
STEPS = 255


class Column(NamedTuple):
    """bytes: (N,) the weights in steps, rounded up.  step: the size of a step."""

    bytes: npt.NDArray[np.uint8]
    step: float


class Columns:
    """The columns of the N_COLUMNS most frequent terms, each made when it is first used."""

    def __init__(self, postings: Postings, n_documents: int) -> None:
        self.postings, self.n_documents = postings, n_documents
        first = max(0, len(postings.lengths) - N_COLUMNS)
        self._terms = set(np.argpartition(postings.lengths, first)[first:].tolist() if len(postings.lengths) else [])
        self._columns: dict[int, Column] = {}

    def of(self, term: int) -> Column | None:
        """Return the column of a term, None if it has none."""
        column = self._columns.get(term)
        if column is None and term in self._terms:
            column = self._columns[term] = self._made(term)
        return column

    def _made(self, term: int) -> Column:
        documents, weights = self.postings.of(term)
        largest = float(self.postings.largest[term])
        column = np.zeros(self.n_documents, np.uint8)
        column[documents] = np.ceil(weights / largest * STEPS)
        return Column(column, largest / STEPS)
