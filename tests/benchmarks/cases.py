"""What the benchmarks have in common: a case to measure, the row that it becomes, how agreement is told."""
import sys
import traceback
from typing import Callable, NamedTuple, Union

import numpy as np

# what may be absent, by the name that is imported; the table names the versions of those that are there
PACKAGES = {"numpy": "numpy", "scipy": "scipy", "torch": "torch", "transformers": "transformers",
            "sklearn": "scikit-learn", "bm25s": "bm25s", "numba": "numba", "lion_pytorch": "lion-pytorch",
            "rtdl_num_embeddings": "rtdl_num_embeddings"}
NONE = "-"
FAILED = "failed: "


class MissingError(Exception):
    """Something that a benchmark reads is not at hand; the message names it."""


class Case(NamedTuple):
    """A piece, with its size, and what it is compared with.

    measure: called without arguments, returns (agreement, ratio).
    wanted: () or (ratio,) or (ratio, the better one hoped for).
    """

    piece: str
    peer: str
    measure: Callable
    wanted: tuple = ()


class Row(NamedTuple):
    """A measured case: ratio is ours / peer, or why there is none; wanted is the best ratio asked for, or None."""

    piece: str
    peer: str
    agreement: str
    ratio: Union[float, str]
    wanted: Union[float, None] = None

    @property
    def failed(self):
        """Whether there is no ratio because of an error."""
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
    """Measure a case; what goes wrong is told in the row."""
    try:
        agreement, ratio = case.measure()
    except Exception as error:
        agreement, ratio = NONE, reason(error)
    return Row(case.piece, case.peer, agreement, ratio, *case.wanted[-1:])


def needs(error):
    """Return "needs" and what is absent, or None where the error says something else."""
    if isinstance(error, MissingError):
        return f"needs {error}"
    package = (getattr(error, "name", None) or "").split(".")[0]
    return f"needs {PACKAGES[package]}" if isinstance(error, ModuleNotFoundError) and package in PACKAGES else None


def reason(error):
    """Return why there is no ratio, in one line; for more of a failure see the standard error."""
    if needs(error):
        return needs(error)
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
    """Return how far numbers are apart at most, or that they are equal.

    >>> difference([1, 200], [1, 200]), difference([1, 200], [1, 204]), difference([1, 200], [1, 204], relative=True)
    ('equal', 'largest difference 4e+00', 'largest difference 2e-02 of the largest')
    """
    ours, theirs = (np.asarray(values, dtype=np.float64) for values in (ours, theirs))
    if ours.shape != theirs.shape:
        return f"shapes differ: {ours.shape}, {theirs.shape}"
    if np.array_equal(ours, theirs):
        return "equal"
    if not (np.isfinite(ours).all() and np.isfinite(theirs).all()):
        return "NOT finite"
    most = np.abs(ours - theirs).max()
    return f"largest difference {most / np.abs(theirs).max():.0e} of the largest" if relative else \
        f"largest difference {most:.0e}"


def in_common(ours, theirs, noun):
    """Return how many of two lists are equal.

    >>> in_common([1, 2, 3], [1, 2, 4], "tokens")
    '2 of 3 tokens'
    """
    return f"{sum(one == other for one, other in zip(ours, theirs)):,} of {max(len(ours), len(theirs)):,} {noun}"


def differing(ours, theirs, noun):
    """Return how many of two arrays are not equal.

    >>> differing(np.array([1, 2, 3]), np.array([1, 2, 4]), "ranks")
    '1 of 3 ranks differ'
    """
    return f"{np.count_nonzero(ours != theirs):,} of {len(ours):,} {noun} differ"
