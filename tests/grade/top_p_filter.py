"""Nucleus: the most likely tokens whose cumulative probability does not exceed top_p, at least one, rescaled to sum 1.

Contract: top_p_filter(logits, top_p); logits (B, V) or (V,), no two of a row alike; top_p below 1, and no sum closer to
it than MARGIN; the result, logits or probabilities, is compared as a distribution, to 1e-4.
"""
from fractions import Fraction

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from tests import oracles_decoding
from tests.grade import distributions
from tests.grade.distributions import softmax
from tests.grade.piece import Mistake, Piece

MARGIN = 1e-4  # more than the rounding of float32 sums
TOP_PS = (0.5, 0.9, 0.15, 0.7, 0.3, 0.95)
KEEPS_CROSSING = 'keeps the token that crosses top_p: the paper\'s rule; the assignment says "does not exceed"'


@st.composite
def cases(draw):
    """Draw (rows of logits, top_p); the logits are exact in float32."""
    n = draw(st.integers(2, 6))
    row = st.lists(st.integers(-16, 16).map(lambda number: number / 8), min_size=n, max_size=n, unique=True)
    rows, top_p = draw(st.lists(row, min_size=1, max_size=3)), draw(st.sampled_from(TOP_PS))
    for probabilities in softmax(rows):
        for order in (np.sort(probabilities), np.sort(probabilities)[::-1]):
            assume((abs(np.cumsum(order) - top_p) > MARGIN).all())
        assume((abs(probabilities - top_p) > MARGIN).all())
    return rows, top_p


def by_row(keep):
    """Return the oracle that keeps keep(probabilities, top_p), a set of ids, of each row."""
    def outcome(case, keep_crossing=False):
        return np.array([distributions.only(list(row), keep(list(row), case[1], keep_crossing))
                         for row in softmax(case[0])])
    return outcome


def nucleus(probabilities, top_p, keep_crossing):
    return oracles_decoding.nucleus([Fraction(p) for p in probabilities], Fraction(top_p), keep_crossing)


def ascending(probabilities, top_p, keep_crossing):
    """Return the least likely ids whose probabilities sum to at most top_p."""
    order = sorted(range(len(probabilities)), key=lambda i: probabilities[i])
    sums = np.cumsum([probabilities[i] for i in order])
    return {i for i, total in zip(order, sums) if total - keep_crossing * probabilities[i] <= top_p} or {order[0]}


def tail(probabilities, top_p, keep_crossing):
    """Return the most likely ids that are left when those of an ascending sum up to top_p are dropped."""
    return set(range(len(probabilities))) - ascending(probabilities, top_p, False) or {int(np.argmax(probabilities))}


def unsorted(probabilities, top_p, keep_crossing):
    sums = np.cumsum(probabilities)
    return {i for i, p in enumerate(probabilities) if sums[i] - keep_crossing * p <= top_p} or {0}


def each_alone(probabilities, top_p, keep_crossing):
    """Return the ids whose own probability exceeds top_p, or the most likely one."""
    return {i for i, p in enumerate(probabilities) if p >= top_p} or {int(np.argmax(probabilities))}


def each_below(probabilities, top_p, keep_crossing):
    return {i for i, p in enumerate(probabilities) if p <= top_p} or {int(np.argmax(probabilities))}


def share_of_largest(probabilities, top_p, keep_crossing):
    return {i for i, p in enumerate(probabilities) if p >= (1 - top_p) * max(probabilities)}


def one_more(probabilities, top_p, keep_crossing):
    """Return the nucleus of the paper and one token more."""
    order = sorted(range(len(probabilities)), key=lambda i: -probabilities[i])
    return set(order[:len(nucleus(probabilities, top_p, True)) + 1])


def at_most_the_first(probabilities, top_p, keep_crossing):
    return {int(np.argmax(probabilities))}


def two_at_least(probabilities, top_p, keep_crossing):
    order = sorted(range(len(probabilities)), key=lambda i: -probabilities[i])
    return set(order[:max(2, len(nucleus(probabilities, top_p, keep_crossing)))])


def everything(probabilities, top_p, keep_crossing):
    return set(range(len(probabilities)))


def ranks_for_ids(probabilities, top_p, keep_crossing):
    """Return the ids 0, 1, ..., as many as the nucleus has tokens."""
    return set(range(len(nucleus(probabilities, top_p, keep_crossing))))


expected = by_row(nucleus)


def in_sorted_order(case, keep_crossing=False):
    return -np.sort(-expected(case, keep_crossing))


def permuted(case, keep_crossing=False):
    """Return the weights of the nucleus by rank, given to its ids in the order of the ids."""
    rows = np.zeros_like(expected(case, keep_crossing))
    for row, weights in zip(rows, expected(case, keep_crossing)):
        row[weights > 0] = -np.sort(-weights[weights > 0])
    return rows


def by_running_sums(case, keep_crossing=False):
    """Return each probability divided by the sum up to it, not by the sum of the nucleus."""
    rows = np.zeros_like(expected(case, keep_crossing))
    for row, probabilities, weights in zip(rows, softmax(case[0]), expected(case, keep_crossing)):
        order = np.argsort(-probabilities)
        row[order] = np.where(weights[order] > 0, probabilities[order] / np.cumsum(probabilities[order]), 0)
    return rows


def of_softmax_of_probabilities(probabilities, top_p, keep_crossing):
    return nucleus(softmax([probabilities])[0], top_p, keep_crossing)


def softmax_twice(case, keep_crossing=False):
    """Return the softmax of the filtered probabilities, 0 where they are filtered."""
    rows = expected(case, keep_crossing)
    return softmax(np.where(rows > 0, softmax(case[0]), -np.inf))


def probabilities_for_logits(case, keep_crossing=False):
    return by_row(nucleus)((softmax(case[0]), case[1]), keep_crossing)


def dropped_to_zero(case, keep_crossing=False):
    """Return softmax of logits in which those of the dropped tokens are 0."""
    return softmax(np.where(expected(case, keep_crossing) > 0, case[0], 0.0))


def nothing(case, keep_crossing=False):
    """Return rows in which nothing is kept when the first token alone exceeds top_p; they are no distribution."""
    rows = expected(case, keep_crossing)
    return np.where((softmax(case[0]).max(-1) > case[1])[:, None], 0.0, rows)


def not_rescaled(case, keep_crossing=False):
    return np.where(expected(case, keep_crossing) > 0, softmax(case[0]), 0.0)


PIECE = Piece(
    name="top_p_filter",
    cases=cases(),
    forms=distributions.row_forms,
    expected=expected,
    agrees=distributions.agrees,
    readings={"keep_crossing": {True: KEEPS_CROSSING}},
    mistakes=[
        Mistake("probabilities stay in sorted order: ranks taken for ids", in_sorted_order),
        Mistake("ranks taken for ids: the mask is not put back into the order of the ids", by_row(ranks_for_ids)),
        Mistake("cumulated in ascending order, from the least likely token", by_row(ascending)),
        Mistake("cumulated in ascending order: the tokens are dropped whose sum is at most top_p", by_row(tail)),
        Mistake("cumulated in the order of the ids, not sorted", by_row(unsorted)),
        Mistake("top_p is compared with each token's probability, not with the sum", by_row(each_alone)),
        Mistake("top_p is compared with each token's probability, not with the sum", by_row(each_below)),
        Mistake("top_p is compared with a share of the largest probability: min_p", by_row(share_of_largest)),
        Mistake("keeps nothing when the first token alone exceeds top_p", nothing),
        Mistake("keeps a token beyond the one that crosses top_p", by_row(one_more)),
        Mistake("keeps two tokens when the first alone exceeds top_p", by_row(two_at_least)),
        Mistake("only the most likely token is kept", by_row(at_most_the_first)),
        Mistake("no token is dropped", by_row(everything)),
        Mistake("weights permuted: they go by rank, the ids they are given to do not", permuted),
        Mistake("divided by running sums, not by the sum of the nucleus", by_running_sums),
        Mistake("softmax of probabilities", softmax_twice),
        Mistake("softmax of probabilities before the sum", by_row(of_softmax_of_probabilities)),
        Mistake("probabilities are taken for logits: softmax twice", probabilities_for_logits),
        Mistake("the logits of dropped tokens are 0, which is not -inf", dropped_to_zero),
        Mistake("not rescaled to sum 1", not_rescaled),
    ],
    show=lambda case: f"({case[0]}, {case[1]})",
    show_outcome=distributions.show,
)
