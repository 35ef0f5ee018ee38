"""A saved index: one file with the shape, the postings and bounds, and what a vectorizer has learned.

Nothing is computed on loading: a query can be answered as soon as the file is mapped.
"""
from pathlib import Path

import numpy as np

from minidl.arrays import AnyArray
from minidl.mapped import load_mapped, save_mapped
from minidl.search.postings import Transposed
from minidl.text import TermVectorizer
from minidl.text.learned import learned_by, restore

KIND = "minidl inverted index 3"


def save_index(path: Path, shape: tuple[int, int], postings: Transposed, vectorizer: TermVectorizer | None) -> None:
    """Write the index; a vectorizer must be fitted."""
    note, learned = (None, {}) if vectorizer is None else learned_by(vectorizer)
    save_mapped(path, KIND, note, {"shape": np.array(shape), **postings._asdict(), **learned})


def load_index(path: Path, vectorizer: TermVectorizer | None) -> tuple[tuple[int, int], Transposed]:
    """Return (shape, postings) of a file written by `save_index`, and restore the vectorizer."""
    note, arrays = load_mapped(path, KIND)
    try:
        check_sizes(arrays)
    except (KeyError, ValueError) as error:
        raise ValueError(f"{path}: must hold an index, got arrays that do not fit ({error})") from None
    if vectorizer is not None:
        if note is None:
            raise ValueError(f"{path}: must hold a vectorizer, got an index that was saved without one")
        restore(vectorizer, note, arrays)
    n_documents, n_terms = arrays["shape"].tolist()
    return (n_documents, n_terms), Transposed(*(arrays[name] for name in Transposed._fields))


def check_sizes(arrays: dict[str, AnyArray]) -> None:
    """Raise ValueError unless the arrays have the lengths of one index; their numbers are those of the saved index."""
    shape = arrays["shape"]
    if shape.shape != (2,) or shape.dtype.kind != "i":
        raise ValueError(f"shape must be two sizes, got {shape.tolist()}")
    n_terms, n_weights = shape.tolist()[1], arrays["weights"].size
    wanted = {"documents": n_weights, "weights": n_weights, "starts": n_terms + 1, "largest": n_terms}
    for name, length in wanted.items():
        if arrays[name].shape != (length,):
            raise ValueError(f"{name} must have {length} numbers, got shape {arrays[name].shape}")
