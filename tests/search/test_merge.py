import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from minidl.search.merge import at_least, merged
from tests.strategies import seeds


@given(seeds, st.integers(1, 30), st.integers(0, 60), st.just(0.0) | st.floats(0, 3))
def test_each_document_remains_once_if_its_sum_is_above_0_and_reaches_the_threshold(seed, n, length, threshold):
    rng = np.random.default_rng(seed)
    documents, numbers = rng.integers(n, size=length).astype(np.int32), rng.integers(5, size=length) / 4  # exact sums
    sums = {document: numbers[documents == document].sum() for document in documents.tolist()}
    expected = {document: total for document, total in sums.items() if total >= threshold and total > 0}
    slots = rng.integers(-9, 9, n, np.int32)  # their content does not matter
    inputs = documents.copy(), numbers.copy()
    result, totals = merged(documents, numbers, threshold, slots)
    assert len(result) == len(expected) and dict(zip(result.tolist(), totals.tolist())) == expected
    assert np.array_equal(inputs[0], documents) and np.array_equal(inputs[1], numbers)


def test_the_threshold_itself_is_reached():
    documents, sums = at_least(2.0, np.array([3, 1, 2]), np.array([2.0, 1.5, 2.5]))
    assert documents.tolist() == [3, 2] and sums.tolist() == [2.0, 2.5]
