"""What all benchmarks share: the case to measure, its row in the table, the text on agreement."""
import operator
import sys
import traceback
from typing import Callable, NamedTuple, Union

import numpy as np

# import name: package name. A benchmark may need them; the table lists the versions of the installed ones
PACKAGES = {"numpy": "numpy", "scipy": "scipy", "torch": "torch", "transformers": "transformers",
            "sklearn": "scikit-learn", "bm25s": "bm25s", "numba": "numba", "tantivy": "tantivy",
            "lion_pytorch": "lion-pytorch", "rtdl_num_embeddings": "rtdl_num_embeddings"}
NONE = "-"
FAILED = "failed: "


class MissingError(Exception):
    """The data that a benchmark reads are absent; the message names them."""


class Case(NamedTuple):
    """A piece of minidl with its input size, and the peer that it is compared with.

    measure: function without arguments that returns (agreement, ratio).
    wanted: (), or (required ratio,), or (required ratio, desired ratio).
    """

    piece: str
    peer: str
    measure: Callable
    wanted: tuple = ()


class Row(NamedTuple):
    """A measured case; ratio is ours / peer, or the reason why there is none; wanted is a ratio or None."""

    piece: str
    peer: str
    agreement: str
    ratio: Union[float, str]
    wanted: Union[float, None] = None

    @property
    def failed(self):
        """True if there is no ratio because of an error."""
        return isinstance(self.ratio, str) and self.ratio.startswith(FAILED)

    def cells(self):
        """Return the five cells of the row as text.

        >>> Row("a", "b", "equal", 0.5, 0.4).cells()
        ('a', 'b', 'equal', '0.500', '0.4: missed')
        """
        ratio = self.ratio if isinstance(self.ratio, str) else format(self.ratio, "#.3g")
        wanted = NONE if self.wanted is None else f"{self.wanted:g}"
        if self.wanted is not None and not isinstance(self.ratio, str) and float(ratio) > self.wanted:
            wanted += ": missed"
        return self.piece, self.peer, self.agreement, ratio, wanted


def row_of(case):
    """Return the measured case as a Row; an error becomes the row's ratio."""
    try:
        agreement, ratio = case.measure()
    except Exception as error:
        agreement, ratio = NONE, reason(error)
    return Row(case.piece, case.peer, agreement, ratio, *case.wanted[-1:])


def missing(error):
    """Return "needs" and the name of the absent data or package; None if the error has another cause."""
    if isinstance(error, MissingError):
        return f"needs {error}"
    package = (getattr(error, "name", None) or "").split(".")[0]
    return f"needs {PACKAGES[package]}" if isinstance(error, ModuleNotFoundError) and package in PACKAGES else None


def reason(error):
    """Return in one line why there is no ratio; print the traceback of a failure to the standard error."""
    if missing(error):
        return missing(error)
    traceback.print_exception(type(error), error, error.__traceback__, file=sys.stderr)
    return f"{FAILED}{type(error).__name__} {' '.join(str(error).split())[:80]}".strip()


def wanted_text(wanted):
    """Return the wanted ratios of a Case as text.

    >>> wanted_text(()), wanted_text((0.9,)), wanted_text((0.9, 0.6))
    ('-', '0.9', '0.9 (0.6)')
    """
    first, *better = [f"{value:g}" for value in wanted] or [NONE]
    return first + "".join(f" ({value})" for value in better)


def difference(ours, theirs, relative=False):
    """Return the largest absolute difference as text, or "equal".

    relative: divide it by the largest absolute value of `theirs`.

    >>> difference([1, 200], [1, 200]), difference([1, 200], [1, 204]), difference([1, 200], [1, 204], relative=True)
    ('equal', 'largest difference 4e+00', 'largest difference 2e-02 of the largest value')
    """
    ours, theirs = (np.asarray(values, dtype=np.float64) for values in (ours, theirs))
    if ours.shape != theirs.shape:
        return f"shapes differ: {ours.shape}, {theirs.shape}"
    if np.array_equal(ours, theirs):
        return "equal"
    if not (np.isfinite(ours).all() and np.isfinite(theirs).all()):
        return "NOT finite"
    largest = np.abs(ours - theirs).max()
    if relative:
        return f"largest difference {largest / np.abs(theirs).max():.0e} of the largest value"
    return f"largest difference {largest:.0e}"


def in_common(ours, theirs, noun):
    """Return how many items of two lists are equal, as text.

    >>> in_common([1, 2, 3], [1, 2, 4], "tokens")
    '2 of 3 tokens'
    """
    return f"{sum(map(operator.eq, ours, theirs)):,} of {max(len(ours), len(theirs)):,} {noun}"


def differing(ours, theirs, noun):
    """Return how many items of two arrays differ, as text.

    >>> differing(np.array([1, 2, 3]), np.array([1, 2, 4]), "ranks")
    '1 of 3 ranks differ'
    """
    return f"{np.count_nonzero(ours != theirs):,} of {len(ours):,} {noun} differ"
