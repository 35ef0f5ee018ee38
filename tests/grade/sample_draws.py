"""Whether the texts of a sampler may be draws from a distribution.

The toy model's logits do not depend on the tokens here, so the tokens of all calls of a case, EOS included, are
independent draws; the first n of them are judged.  A token that cannot be drawn is wrong at once.  If a set of tokens
has probability p, the chance that n draws have a share of q > p or more in it is at most exp(-n KL(q || p)),
Chernoff's bound, KL(q || p) = q log(q / p) + (1 - q) log((1 - q) / (1 - p)).  So the chance that n KL exceeds
THRESHOLD = log(TESTS / FALSE_ALARM) for one of the sets, settings and readings is below FALSE_ALARM / 2: there are
TESTS / 2 of them, and a share below p is a share above it in the other tokens.  Calls that all give one text are wrong
if the chance of that is below REPEATED, which adds less than FALSE_ALARM / 2 over all settings and readings.
"""
import itertools
import math
from collections.abc import Callable
from typing import NamedTuple

from tests.grade.toy import LIVE
from tests.grade.toy_tokenizer import EOS

SETS = [chosen for size in range(1, len(LIVE)) for chosen in itertools.combinations(LIVE, size)]
FALSE_ALARM, REPEATED = 1e-6, 1e-8
SETTINGS, READINGS = 8, 4  # cases of the piece, combinations of its readings
TESTS = 2 * len(SETS) * SETTINGS * READINGS
THRESHOLD = math.log(TESTS / FALSE_ALARM)
TINY = 1e-300
IMPOSSIBLE = 1e-12  # the probability of a token that is not drawn


class Texts(NamedTuple):
    """What a sampler returned in the calls for one case.

    texts: the new tokens of each call; None if it does not take the case's settings.
    n: number of draws to judge.
    """

    texts: tuple[tuple[int, ...], ...] | None
    n: int = 0


class Law(NamedTuple):
    """What an oracle says about the texts of one case.

    probabilities: of the LIVE ids.
    limit: largest number of new tokens.
    pattern: function of the texts that decides alone, or None.
    """

    probabilities: tuple[float, ...]
    limit: int
    pattern: Callable[[tuple[tuple[int, ...], ...]], bool] | None = None


def draws(texts, limit):
    """Return the list of all tokens drawn, EOS included where a text ends before the limit."""
    return [token for text in texts for token in (*text, *[EOS] * (len(text) < limit))]


def kl(q, p):
    """Return KL(q || p) of two coins.

    >>> round(kl(0.5, 0.25), 4), kl(0.25, 0.25)
    (0.1438, 0.0)
    """
    return sum(a * math.log(a / b) for a, b in ((q, p), (1 - q, 1 - p)) if a)


def agrees(got, law):
    """Return whether the texts may be draws from the law."""
    texts = got.texts
    if texts is None:
        return True
    if law.pattern:
        return law.pattern(texts)
    possible = {token: p for token, p in zip(LIVE, law.probabilities) if p > IMPOSSIBLE}
    if any(len(text) > law.limit or EOS in text for text in texts):
        return False
    tokens = draws(texts, law.limit)[:got.n]
    if not set(tokens) <= set(possible) or len(tokens) < got.n:
        return False
    if len(set(texts)) == 1 and (len(texts) - 1) * math.log(math.prod(
            possible.get(token, TINY) for token in draws(texts[:1], law.limit))) < math.log(REPEATED):
        return False
    return all(likely(sum(map(tokens.count, chosen)) / got.n, sum(possible.get(token, 0.0) for token in chosen), got.n)
               for chosen in SETS)


def likely(share, p, n):
    """Return whether n draws may have this share of what has probability p."""
    return share <= p or p >= 1 - 1e-12 or p > 0 and n * kl(share, p) <= THRESHOLD


def repeated(texts):
    return len(set(texts)) == 1


def of_ranks(texts):
    """Return whether all tokens are numbers below the number of the live ids."""
    return all(token < len(LIVE) for text in texts for token in text) and any(texts)


def of_dead_ids(texts):
    """Return whether nearly all tokens are ids that have no probability: their softmax is uniform over all ids."""
    tokens = [token for text in texts for token in text]
    return sum(token not in LIVE for token in tokens) > 0.9 * len(tokens)
