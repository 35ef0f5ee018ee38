"""Sampling: each token is drawn from softmax(logits / temperature), cut to the nucleus of top_p.

Contract: sample(model, input_ids (1, T), *, max_new_tokens, eos_token_id, temperature, top_p) returns the ids or the
text, as greedy does; with a generator or a seed if it takes one.  top_p is 1, or as in top_p_filter.

The toy model's logits do not depend on the tokens here, so the tokens of all calls of a case, EOS included, are
independent draws; the first n of them are judged.  A token that cannot be drawn is wrong at once.  If a set of tokens
has probability p, the chance that n draws have a share of q > p or more in it is at most exp(-n KL(q || p)),
Chernoff's bound, KL(q || p) = q log(q / p) + (1 - q) log((1 - q) / (1 - p)).  So the chance that n KL exceeds
THRESHOLD = log(TESTS / FALSE_ALARM) for one of the sets, settings and readings is below FALSE_ALARM / 2: there are
TESTS / 2 of them, and a share below p is a share above it in the other tokens.  Calls that all give one text are wrong
if the chance of that is below REPEATED, which adds less than FALSE_ALARM / 2 over all settings and readings.
"""
import inspect
import itertools
import math
from collections.abc import Callable
from typing import NamedTuple

from tests import oracles
from tests.grade import binding, decoding
from tests.grade.decoding import Case
from tests.grade.judge import time_limit
from tests.grade.piece import Form, Mistake, Piece
from tests.grade.texts import new_tokens
from tests.grade.top_p_filter import KEEPS_CROSSING
from tests.grade.toy import LIVE
from tests.grade.toy_tokenizer import EOS

LIMIT, PROMPT = 12, "xy"
PROBABILITIES = (0.52, 0.18, 0.10, 0.06, 0.12, 0.02)  # of the LIVE ids: a, b, c, d, EOS, 151643
TABLE = tuple(round(math.log(p), 4) for p in PROBABILITIES)
WITHOUT_EOS = tuple(-60.0 if token == EOS else z for token, z in zip(LIVE, TABLE))  # each text is as long as the limit
DRAWS = {(1.0, 1.0): 200, (10.0, 1.0): 40, (1.0, 0.9): 60, (10.0, 0.9): 50, (0.5, 0.9): 20, (0.1, 1.0): 14,
         (1.0, 0.15): 12}
CASES = [Case(0, PROMPT, LIMIT, (("temperature", 1.0), ("top_p", 1.0)), WITHOUT_EOS),
         *(Case(0, PROMPT, LIMIT, (("temperature", t), ("top_p", p)), TABLE) for t, p in DRAWS)]
SETS = [chosen for size in range(1, len(LIVE)) for chosen in itertools.combinations(LIVE, size)]
FALSE_ALARM, REPEATED = 1e-6, 1e-8
READINGS = 4  # combinations
TESTS = 2 * len(SETS) * len(CASES) * READINGS
THRESHOLD = math.log(TESTS / FALSE_ALARM)
UNCHANGED_DRAWS = 600  # of a sampler that takes neither temperature nor top_p
MAX_TEXTS = 400
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


def forms(implementation):
    """Return the Forms of a sampler; its outcome is the texts of as many calls as the draws need.

    A sampler without a parameter for the temperature, or for top_p, is judged at 1.
    """
    fixed = [name for name in ("temperature", "top_p") if not takes(implementation, name)]

    def asked(case):
        return all(dict(case.settings)[name] == 1 for name in fixed)

    def form(name, call, limited):
        known = {}  # sampling is slow, and the judge asks for some cases twice

        def outcome(call, case, limited):
            count = UNCHANGED_DRAWS if len(fixed) == 2 else DRAWS[setting(case)]
            count = LIMIT if case.table == WITHOUT_EOS else count
            return Texts(tuple(texts(call, case, limited, count)), count)

        def run(case):
            if case not in known:
                known[case] = outcome(call, case, limited) if asked(case) else Texts(None)
            return known[case]
        return Form(name, run)
    return [form(*way) for way in decoding.calls(implementation, ("temperature", "top_p"))]


def takes(implementation, name):
    """Return whether a function, or a class or its methods, may have a parameter for a setting."""
    functions = [implementation]
    if inspect.isclass(implementation):
        functions += [getattr(implementation, method) for method in binding.methods(implementation)]
    open_ended = any(parameter.kind is parameter.VAR_KEYWORD for function in functions
                     for parameter in inspect.signature(function).parameters.values())
    return open_ended or any(binding.keys(function) & {name, None} for function in functions)


def texts(call, case, limited, count):
    """Yield the new tokens of one call after another, each with a seed of its own, until there are enough draws."""
    n = 0
    for seed in range(MAX_TEXTS):
        with time_limit():  # for each call; the judge's own limit is for one
            text = tuple(new_tokens(decoding.answer_of(call, case, seed), case.prompt))
        text = text if limited else text[:case.limit]
        yield text
        n += len(text) + (len(text) < case.limit - len(case.prompt))  # with EOS, in both readings of the limit
        if n >= count:
            return


def setting(case):
    settings = dict(case.settings)
    return settings["temperature"], settings["top_p"]


def softmax(logits):
    exp = [math.exp(z - max(logits)) for z in logits]
    return [e / math.fsum(exp) for e in exp]


def cut(probabilities, top_p, keep_crossing):
    """Return the probabilities cut to the nucleus and rescaled."""
    if top_p >= 1:
        return probabilities
    kept = oracles.nucleus(probabilities, top_p, keep_crossing)
    return [p / math.fsum(probabilities[i] for i in kept) if i in kept else 0.0 for i, p in enumerate(probabilities)]


def law(distribution, change=0, pattern=None):
    """Return the oracle whose tokens have the distribution(logits, temperature, top_p, keep_crossing)."""
    def outcome(case, keep_crossing=False, limit_counts_prompt=False):
        probabilities = distribution(list(case.table), *setting(case), keep_crossing)
        limit = case.limit - limit_counts_prompt * len(case.prompt) + change
        return Law(tuple(probabilities), limit, pattern)
    return outcome


def right(logits, t, top_p, keep_crossing):
    return cut(softmax([z / t for z in logits]), top_p, keep_crossing)


def after_softmax(logits, t, top_p, keep_crossing):
    return cut(softmax([p / t for p in softmax(logits)]), top_p, keep_crossing)


def nucleus_first(logits, t, top_p, keep_crossing):
    kept = cut(softmax(logits), top_p, keep_crossing)
    powers = [p ** (1 / t) for p in kept]
    return [power / math.fsum(powers) for power in powers]


def one_token(logits, t, top_p, keep_crossing):
    return [float(z == max(logits)) for z in logits]


def mapped(function):
    """Return the distribution of function(right probabilities)."""
    return lambda *arguments: function(right(*arguments))


def uniform(probabilities):
    return [(p > 0) / sum(q > 0 for q in probabilities) for p in probabilities]


def eos_never(probabilities):
    kept = [0.0 if token == EOS else p for token, p in zip(LIVE, probabilities)]
    return [p / math.fsum(kept) for p in kept]


def show_outcome(outcome):
    """Return the shares of the tokens as text."""
    if isinstance(outcome, Law):
        shares = dict(zip(LIVE, outcome.probabilities))
    else:
        tokens = [token for text in outcome.texts for token in (*text, *[EOS] * (len(text) < LIMIT))]
        shares = {token: tokens.count(token) / len(tokens) for token in dict.fromkeys((*LIVE, *tokens))}
    words = [f"{decoding.show_tokens([token])[1:-1]} {share:.2f}" for token, share in shares.items() if share]
    return "shares " + ", ".join(words[:len(LIVE) + 2])


expected = law(right)

PIECE = Piece(
    name="sample",
    prepare=decoding.load,
    cases=CASES,
    forms=forms,
    expected=expected,
    agrees=agrees,
    readings={
        "keep_crossing": {True: KEEPS_CROSSING},
        "limit_counts_prompt": {True: decoding.LIMIT_COUNTS_PROMPT},
    },
    mistakes=[
        Mistake("the nucleus is taken before the temperature", law(nucleus_first)),
        Mistake("temperature after the softmax", law(after_softmax)),
        Mistake("temperature is ignored", law(lambda z, t, p, k: right(z, 1, p, k))),
        Mistake("the logits are multiplied by the temperature", law(lambda z, t, p, k: right(z, 1 / t, p, k))),
        Mistake("top_p is ignored", law(lambda z, t, p, k: right(z, t, 1, k))),
        Mistake("temperature and top_p are ignored", law(lambda z, t, p, k: softmax(z))),
        Mistake("greedy: the most likely token is taken, nothing is drawn", law(one_token)),
        Mistake("the nucleus is drawn from uniformly", law(mapped(uniform))),
        Mistake("EOS is never drawn", law(mapped(eos_never))),
        Mistake("limit off by one: a token too many", law(right, 1)),
        Mistake("limit off by one: a token too few", law(right, -1)),
        Mistake("seeds itself: each call gives the same text", law(right, pattern=repeated)),
        Mistake("ranks taken for ids", law(right, pattern=of_ranks)),
        Mistake("softmax of probabilities: nearly uniform over all ids", law(right, pattern=of_dead_ids)),
    ],
    show=decoding.show("sample"),
    show_outcome=show_outcome,
    unit="settings",
)
