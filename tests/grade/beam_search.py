"""Early-stopped beam search: keep the num_beams best texts at each step; those that end with EOS are finished.

    score(text) = sum of the log-softmax of its tokens        rank by score / length ** length_penalty

Contract: beam_search(model, input_ids (1, T), *, max_new_tokens, eos_token_id, num_beams, length_penalty) returns the
best text: ids, text, candidates, the best first.  The beam starts from the num_beams best first tokens.  At each step
every unfinished text is extended by its num_beams best tokens; of the num_beams best of all of these, those that end
with EOS are finished, the others go on.  The search stops once num_beams texts are finished, or none goes on, or at
the limit.  The length counts the new tokens and EOS.  The assignment does not say whether unfinished texts compete
with finished ones at the limit: both answers are right.  No case depends on differences of scores below GAP.
"""
from functools import lru_cache

from hypothesis import strategies as st

from tests import oracles
from tests.grade import decoding
from tests.grade.beam_rules import EOS, Hypothesis, Rules, log_softmax, search
from tests.grade.decoding import Answer
from tests.grade.piece import Mistake, Piece
from tests.grade.toy import DEAD, HORIZON, LIVE

GAP = 1e-4  # more than the rounding of float32
SETTINGS = [(1, 1.0), (4, 1.0), (4, 0.5), (4, 2.0), (8, 1.0), (2, 1.0), (2, 2.0), (3, 1.0), (3, 0.5)]
NAMES = ("num_beams", "length_penalty")
UNLIMITED = HORIZON + 2


def power(case, count_prompt=False, penalty=None, count_eos=True):
    """Return the function that ranks a hypothesis: score / length ** penalty."""
    penalty = dict(case.settings)["length_penalty"] if penalty is None else penalty
    extra = count_prompt * len(case.prompt)

    def rank(text):
        length = len(text.tokens) + extra - (text.ended and not count_eos)
        return text.score / max(length, 1) ** penalty
    return rank


def best(finished, unfinished, rank):
    """Return the tuple of the texts that may be the answer: the best finished one, and the best of all."""
    pools = [pool for pool in (finished, finished + unfinished) if pool]
    texts = [max(pool, key=rank).tokens for pool in pools]
    return tuple(dict.fromkeys(text[:-1] if text[-1] == EOS else text for text in texts)) or ((),)


def answers(case, limit, rank, rules=Rules(), width=None):
    """Return the texts that are right by some rules."""
    width = width or dict(case.settings)["num_beams"]
    finished, unfinished, _ = search(case, width, limit, rank, rules)
    return best(finished, [] if len(finished) >= width else unfinished, rank)


def limit_of(case, limit_counts_prompt=False):
    return case.limit - limit_counts_prompt * len(case.prompt)


@lru_cache(maxsize=20_000)
def expected(case, length_counts_prompt=False, refill=False, limit_counts_prompt=False):
    limit, rank = limit_of(case, limit_counts_prompt), power(case, length_counts_prompt)
    if length_counts_prompt or refill:
        return Answer(answers(case, limit, rank, Rules(refill=refill)), answers(case, UNLIMITED, rank, Rules(refill=refill)))
    return Answer(by_oracle(case, limit), by_oracle(case, UNLIMITED))


def by_oracle(case, limit):
    """Return the answers of tests.oracles.beam_search, which ranks by the assignment's rule."""
    if limit < 1:
        return ((),)
    settings = dict(case.settings)
    eos, n_dead = LIVE.index(EOS), max(0, settings["num_beams"] - len(LIVE))

    def log_probabilities(indices):
        if max(indices, default=0) >= len(LIVE):
            return [DEAD] * (len(LIVE) + n_dead)
        return log_softmax(decoding.logits_after(case, tuple(LIVE[i] for i in indices))) + [DEAD] * n_dead

    ranked = oracles.beam_search(log_probabilities, settings["num_beams"], settings["length_penalty"], eos, limit)
    texts = [Hypothesis(tuple(LIVE[i] for i in indices), score) for indices, score, _ in ranked if score > DEAD / 2]
    return best([text for text in texts if text.ended], [text for text in texts if not text.ended], power(case))


@st.composite
def cases(draw):
    """Draw Cases in which no near tie decides, and in which no dead token stays in the beam after the first step."""
    case = draw(decoding.cases(st.sampled_from(SETTINGS).map(lambda pair: tuple(zip(NAMES, pair))))
                .filter(is_clear))
    return case


def is_clear(case):
    """Return whether all readings decide by differences of at least GAP, up to UNLIMITED tokens."""
    width = dict(case.settings)["num_beams"]
    for rules in (Rules(), Rules(refill=True)):
        finished, unfinished, pools = search(case, width, case.limit, lambda text: text.score, rules)
        for pool in pools:
            scores = [text.score for text in pool[:2 * width + 1]]
            if any(a - b < GAP for a, b in zip(scores, scores[1:])):
                return False
        if any(len(pool) < width for pool in pools[1:]):
            return False
        for count_prompt in (False, True):
            ranks = sorted(map(power(case, count_prompt), finished + unfinished), reverse=True)
            if any(a - b < GAP for a, b in zip(ranks, ranks[1:])):
                return False
    return True


def mistaken(rules=Rules(), change=0, width=None, rank=power, pick=best):
    """Return the oracle with other rules, another limit, width or ranking, or another choice of the answer."""
    def outcome(case, length_counts_prompt=False, refill=False, limit_counts_prompt=False):
        beams = width or dict(case.settings)["num_beams"]
        ranking = rank(case, length_counts_prompt)
        finished, unfinished, _ = search(case, beams, limit_of(case, limit_counts_prompt) + change, ranking,
                                         rules._replace(refill=refill))
        return Answer(pick(finished, unfinished, ranking))
    return outcome


def cut(text):
    """Return a text as the forms read it: without EOS, and what follows as padding."""
    return tuple(decoding.new_tokens(list(text), ""))


def last_of_beam(finished, unfinished, rank):
    """Return the best unfinished text; without one, the best finished one."""
    return best([], unfinished, rank) if unfinished else best(finished, [], rank)


def only_unfinished(finished, unfinished, rank):
    return best([], unfinished, rank)


def first_finished(finished, unfinished, rank):
    return best(finished[:1], [], rank) if finished else best([], unfinished, rank)


def last_finished(finished, unfinished, rank):
    return best(finished[-1:], [], rank) if finished else best([], unfinished, rank)


def worst_of_all(finished, unfinished, rank):
    return best(finished, unfinished, lambda text: -rank(text))


def eos_inside(finished, unfinished, rank):
    """Return the best text of a search that takes EOS for a token like the others; whole, cut at EOS, or without EOS."""
    tokens = max(unfinished, key=rank).tokens if unfinished else ()
    until = tokens[:tokens.index(EOS)] if EOS in tokens else tokens
    return tuple(dict.fromkeys((cut(tokens), until, tuple(token for token in tokens if token != EOS))))


def softmax(logits):
    from math import exp
    return [exp(gain) for gain in log_softmax(logits)]


def multiplied(case, count_prompt=False):
    penalty = dict(case.settings)["length_penalty"]
    return lambda text: text.score * (len(text.tokens) + count_prompt * len(case.prompt)) ** penalty


def times_penalty(case, count_prompt=False):
    penalty = dict(case.settings)["length_penalty"]
    return lambda text: text.score / (penalty * (len(text.tokens) + count_prompt * len(case.prompt)))


def google(case, count_prompt=False):
    penalty = dict(case.settings)["length_penalty"]
    return lambda text: text.score / ((5 + len(text.tokens) + count_prompt * len(case.prompt)) / 6) ** penalty


def fixed(penalty, count_eos=True):
    return lambda case, count_prompt=False: power(case, count_prompt, penalty, count_eos)


READINGS = {
    "refill": {True: "beams refilled from beyond num_beams: Hugging Face's rule; the assignment goes on with fewer"},
    "length_counts_prompt": {True: "counts the prompt in the length; the assignment ranks by the new tokens"},
    "limit_counts_prompt": {True: "counts the prompt in the limit; the assignment limits the generated tokens"},
}
ANY_RANK, IGNORED, LOST = ("every child that ends with EOS is finished, whatever its rank",
                           "finished beams are extended", "finished beams are lost")
MISTAKES = [
    Mistake(ANY_RANK, mistaken(Rules(any_rank=True))),
    Mistake(IGNORED, mistaken(Rules(ignore_eos=True), pick=eos_inside)),
    Mistake("finished beams are extended: an EOS among the first tokens goes on", mistaken(
        Rules(extend_first=True), pick=best)),
    Mistake(LOST, mistaken(pick=last_of_beam)),
    Mistake(LOST, mistaken(pick=only_unfinished)),
    Mistake(LOST, mistaken(Rules(enough=float("inf")), pick=last_of_beam)),
    Mistake("a finished beam holds a slot", mistaken(Rules(shrink=True))),
    Mistake("a finished beam holds a slot: it competes with the unfinished ones", mistaken(Rules(carry=True))),
    Mistake("limit off by one: a token too many", mistaken(change=1)),
    Mistake("limit off by one: a token too few", mistaken(change=-1)),
    Mistake("the length penalty is ignored", mistaken(rank=fixed(0.0))),
    Mistake("the length penalty is ignored: the power is always 1", mistaken(rank=fixed(1.0))),
    Mistake("the score is multiplied by the length's power, not divided", mistaken(rank=multiplied)),
    Mistake("the score is divided by penalty times length, not by a power", mistaken(rank=times_penalty)),
    Mistake("the length penalty is another formula's: ((5 + length) / 6) ** penalty", mistaken(rank=google)),
    Mistake("EOS is not counted in the length", mistaken(
        rank=lambda case, count_prompt=False: power(case, count_prompt, count_eos=False))),
    Mistake("raw logits are added: log-softmax is missing", mistaken(Rules(gain=list))),
    Mistake("probabilities are added, not their logarithms", mistaken(Rules(gain=softmax))),
    Mistake("greedy: num_beams is ignored", mistaken(width=1)),
    Mistake("stops at the first finished beam", mistaken(Rules(enough=1), pick=lambda f, u, r: best(f, [] if f else u, r))),
    Mistake("does not stop once num_beams are finished", mistaken(Rules(enough=float("inf")))),
    Mistake("answers with the first finished beam, not the best", mistaken(pick=first_finished)),
    Mistake("answers with the last finished beam, not the best", mistaken(pick=last_finished)),
    Mistake("answers with the worst beam", mistaken(pick=worst_of_all)),
]


PIECE = Piece(
    name="beam_search",
    cases=cases(),
    forms=lambda implementation: decoding.forms(
        implementation, NAMES, unlimited=lambda tokens, case: Answer(unlimited=(tokens,))),
    expected=expected,
    agrees=decoding.agrees,
    readings=READINGS,
    mistakes=MISTAKES,
    show=decoding.show("beam_search"),
    show_outcome=decoding.show_answer,
    count=80,
)
