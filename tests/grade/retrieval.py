"""What the pieces recall_at_k and mean_reciprocal_rank share: rankings as cases, and the ways to misread them."""
from hypothesis import strategies as st


@st.composite
def rankings(draw, with_k):
    """Draw (target, predict) or (target, predict, k): Q queries, R distinct ids each; a target may be absent."""
    n_queries, n_ranks = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    ids = st.integers(0, n_ranks + 2)
    predict = draw(st.lists(st.lists(ids, min_size=n_ranks, max_size=n_ranks, unique=True),
                            min_size=n_queries, max_size=n_queries))
    target = [draw(st.one_of(st.sampled_from(row), ids)) for row in predict]
    return (target, predict, draw(st.integers(1, n_ranks))) if with_k else (target, predict)


def ranks(target, predict):
    """Return the rank of each target, from 1; None if it is absent.

    >>> ranks([7, 5, 3], [[7, 1], [2, 5], [2, 1]])
    [1, 2, None]
    """
    return [row.index(document) + 1 if document in row else None for document, row in zip(target, predict)]


def as_scores(predict):
    """Return the ids in the order of predict, read as if it held a score for each id: the mistake of an argsort.

    >>> as_scores([[20, 30, 10]])
    [[1, 0, 2]]
    """
    return [sorted(range(len(row)), key=lambda position: -row[position]) for row in predict]


def row_numbers(target):
    """Return the targets of someone who takes the number of the query for its target."""
    return list(range(len(target)))
