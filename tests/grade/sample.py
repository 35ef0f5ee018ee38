"""Sampling: each token is drawn from softmax(logits / temperature), cut to the nucleus of top_p.

Contract: sample(model, input_ids (1, T), *, max_new_tokens, eos_token_id, temperature, top_p) returns the ids or the
text, as greedy does; with a generator or a seed if it takes one.  top_p is 1, or as in top_p_filter.

What is judged, and with what chance of a false alarm, is in sample_draws.py.
"""
import inspect
import math

import numpy as np

from tests import oracles_decoding
from tests.grade import binding, decoding
from tests.grade.arguments import has
from tests.grade.calls import time_limit
from tests.grade.decoding import Case
from tests.grade.distributions import only, softmax
from tests.grade.piece import Form, Mistake, Piece
from tests.grade.sample_draws import Law, Texts, agrees, of_dead_ids, of_ranks, repeated
from tests.grade.texts import new_tokens
from tests.grade.top_p_filter import KEEPS_CROSSING
from tests.grade.toy import LIVE, load
from tests.grade.toy_tokenizer import EOS

LIMIT, PROMPT = 12, "xy"
PROBABILITIES = (0.52, 0.18, 0.10, 0.06, 0.12, 0.02)  # of the LIVE ids: a, b, c, d, EOS, 151643
TABLE = tuple(round(math.log(p), 4) for p in PROBABILITIES)
WITHOUT_EOS = tuple(-60.0 if token == EOS else z for token, z in zip(LIVE, TABLE))  # each text is as long as the limit
DRAWS = {(1.0, 1.0): 200, (10.0, 1.0): 40, (1.0, 0.9): 60, (10.0, 0.9): 50, (0.5, 0.9): 20, (0.1, 1.0): 14,
         (1.0, 0.15): 12}
CASES = [Case(0, PROMPT, LIMIT, (("temperature", 1.0), ("top_p", 1.0)), WITHOUT_EOS),
         *(Case(0, PROMPT, LIMIT, (("temperature", t), ("top_p", p)), TABLE) for t, p in DRAWS)]
UNCHANGED_DRAWS = 600  # of a sampler that takes neither temperature nor top_p
MAX_TEXTS = 400


def forms(implementation):
    """Return the Forms of a sampler; its outcome is the texts of as many calls as the draws need.

    A sampler without a parameter for the temperature, or for top_p, is judged at 1.
    """
    fixed = [name for name in ("temperature", "top_p") if not takes(implementation, name)]

    def asked(case):
        return all(dict(case.settings)[name] == 1 for name in fixed)

    def form(name, call, limited):
        def run(case):
            if not asked(case):
                return Texts(None)
            count = UNCHANGED_DRAWS if len(fixed) == 2 else DRAWS[setting(case)]
            count = LIMIT if case.table == WITHOUT_EOS else count
            return Texts(tuple(texts(call, case, limited, count)), count)
        return Form(name, run)
    return [form(*way) for way in decoding.calls(implementation, ("temperature", "top_p"))]


def takes(implementation, name):
    """Return whether a function, or a class or its methods, may have a parameter for a setting."""
    functions = [implementation]
    if inspect.isclass(implementation):
        functions += [getattr(implementation, method) for method in binding.methods(implementation)]
    return any(has(function, inspect.Parameter.VAR_KEYWORD) or binding.keys(function) & {name, None}
               for function in functions)


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


def cut(probabilities, top_p, keep_crossing):
    """Return the probabilities cut to the nucleus and rescaled."""
    if top_p >= 1:
        return probabilities
    return only(probabilities, oracles_decoding.nucleus(probabilities, top_p, keep_crossing))


def law(distribution, change=0, pattern=None):
    """Return the oracle whose tokens have the distribution(logits, temperature, top_p, keep_crossing)."""
    def outcome(case, keep_crossing=False, limit_counts_prompt=False):
        probabilities = distribution(list(case.table), *setting(case), keep_crossing)
        limit = case.limit - limit_counts_prompt * len(case.prompt) + change
        return Law(tuple(probabilities), limit, pattern)
    return outcome


def right(logits, t, top_p, keep_crossing):
    return cut(softmax(np.array(logits) / t).tolist(), top_p, keep_crossing)


def after_softmax(logits, t, top_p, keep_crossing):
    return cut(softmax(softmax(logits) / t).tolist(), top_p, keep_crossing)


def nucleus_first(logits, t, top_p, keep_crossing):
    kept = cut(softmax(logits).tolist(), top_p, keep_crossing)
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
    prepare=load,
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
        Mistake("temperature and top_p are ignored", law(lambda z, t, p, k: softmax(z).tolist())),
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
