"""Hypothesis strategies that several tests share: each draws the widest domain on which the claims hold."""
import math

import numpy as np
import torch
from hypothesis import strategies as st

seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 6)  # of a dimension: parity depends on which axis is used, not on its length


@st.composite
def labels(draw, n, members=1):
    """Draw (n,) labels with at least `members` rows per class, in every allowed coding and dtype."""
    negative = draw(st.sampled_from([0, -1]))
    dtypes = [np.int8, np.int64, np.float32, np.float64] + ([bool, np.uint8] if negative == 0 else [])
    remaining = n - 2 * members
    any_classes = draw(st.lists(st.booleans(), min_size=remaining, max_size=remaining))
    values = draw(st.permutations(members * [True, False] + any_classes))
    return np.where(values, 1, negative).astype(draw(st.sampled_from(dtypes)))


@st.composite
def score_arrays(draw, n, infinite=True):
    """Draw (n,) scores: a few distinct values, for ties, or any real numbers."""
    dtype = np.dtype(draw(st.sampled_from(
        [np.float16, np.float32, np.float64, np.int8, np.int64, np.uint8, bool])))
    if dtype.kind == "f":
        any_number = st.floats(allow_nan=False, allow_infinity=infinite, width=8 * dtype.itemsize)
    elif dtype.kind == "b":
        any_number = st.booleans()
    else:
        any_number = st.integers(np.iinfo(dtype).min, np.iinfo(dtype).max)
    few_values = st.integers(0, 1 if dtype.kind == "b" else 3)
    numbers = draw(st.sampled_from([few_values, any_number]))
    return np.array(draw(st.lists(numbers, min_size=n, max_size=n)), dtype=dtype)


@st.composite
def binary_problems(draw, infinite=True):
    """Draw (labels, scores) of 2 to 50 rows."""
    n = draw(st.integers(2, 50))
    return draw(labels(n)), draw(score_arrays(n, infinite))


@st.composite
def paired_problems(draw, infinite=True, longest=50):
    """Draw (labels, scores, other scores) of at least 4 rows, two per class: a variance needs two."""
    n = draw(st.integers(4, longest))
    return draw(labels(n, members=2)), draw(score_arrays(n, infinite)), draw(score_arrays(n, infinite))


def normal(seed, *shape, dtype=torch.float64):
    """Return a tensor of standard normal numbers, drawn with `seed`."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


cells = st.one_of(
    st.sampled_from(["", "rent", "own", "да", "a,b", 'say "x"', "1", "-2.5"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"), max_size=5),
)
# incomes fit; sums of squares keep 1e-12 in float64; with |x| < 1e-20 the scaled values of test could exceed float32
numbers = st.floats(-1e6, 1e6).map(lambda number: number if abs(number) > 1e-20 else 0.0)
numeric_cells = st.one_of(
    st.just(""),
    numbers.map(repr),
    st.integers(-1000, 1000).map(str),
)


@st.composite
def numeric_columns(draw, min_size=1):
    """Draw the cells of a numeric column; at least one is not missing."""
    column = draw(st.lists(numeric_cells, min_size=min_size, max_size=20))
    column[draw(st.integers(0, len(column) - 1))] = repr(draw(numbers))
    return np.array(column, dtype=object)


def is_number(cell):
    """Return whether float() accepts the cell and the number is not infinite; NaN counts, as a missing cell."""
    try:
        return not math.isinf(float(cell))
    except ValueError:
        return False


# characters on which tokenisers differ: letters whose lower case has another length, a sigma that depends on its
# neighbours, letters of other scripts, digits and marks, several kinds of space, characters beyond 16 bits
ODD = "aAbB zZ09__-'.,\n\t\r\0\x1c\x85\xa0İıßÿÉéΣσςДжй中文ªµ²½٣\u0301\u200d\u2028\ue000\uffff𝒜😀"
documents = st.lists(st.one_of(
    st.text(st.sampled_from(ODD), max_size=20),
    st.lists(st.sampled_from(["red", "Red", "fish", "sea", "a", "the", "кот", "КОТ", "über", "x1", "_b"]), max_size=8)
    .map(" ".join),
    st.text(max_size=12),
), max_size=8)


@st.composite
def sparse_rows(draw, n_columns, most_rows=12):
    """Draw a dense (N, n_columns) array with many zeros and, for ties, few distinct weights; N may be 0."""
    weights = st.sampled_from([0.0, 0.0, 0.0, 0.25, 0.5, 1.0, 1.5, 0.1, 1 / 3, 7.0])
    n = draw(st.integers(0, most_rows))
    cells = draw(st.lists(weights, min_size=n * n_columns, max_size=n * n_columns))
    return np.array(cells, dtype=np.float64).reshape(n, n_columns)
