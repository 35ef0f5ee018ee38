"""Documents and their sums: a few lists of postings merged into one, in a time that grows with their length only."""
import numpy as np

from minidl.arrays import Floats, Int32s, Integers

LEAST = np.nextafter(0.0, 1.0)  # the least positive number


def at_least(threshold: float, documents: Integers, sums: Floats) -> tuple[Integers, Floats]:
    """Return the documents whose sum is at least the threshold, and these sums."""
    places = (sums >= threshold).nonzero()[0]
    return documents.take(places), sums.take(places)  # a third of the time of a mask


def merged(documents: Integers, numbers: Floats, threshold: float, slots: Int32s) -> tuple[Integers, Floats]:
    """Return the documents whose numbers have a sum of at least the threshold, each once, and these sums.

    Args:
        numbers: none is negative.
        slots: (N,) memory whose content does not matter.  Each place of the list is written to its document's slot;
            the last one stays there and stands for the document.

    A document whose numbers are all 0 is not returned.

    >>> slots = np.empty(8, np.int32)
    >>> documents, sums = merged(np.array([4, 7, 2, 4]), np.array([1.0, 2.0, 3.0, 4.0]), 2.5, slots)
    >>> documents.tolist(), sums.tolist()
    ([2, 4], [3.0, 5.0])
    """
    documents = documents.astype(np.intp, copy=False)  # numpy converts other indexes at each use
    slots[documents] = np.arange(len(documents), dtype=slots.dtype)
    sums: Floats = np.bincount(slots.take(documents), numbers)  # type: ignore[assignment]  # float64, since weighted
    return at_least(max(threshold, LEAST), documents, sums)  # a place that is not the last one has the sum 0
