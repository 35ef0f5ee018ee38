"""The known mistakes in beam search, each as a search by other rules."""
import math

from tests.grade.beam_rules import EOS, Rules, best, limit_of, log_softmax, power, search
from tests.grade.decoding import Answer
from tests.grade.piece import Mistake
from tests.grade.texts import new_tokens


def mistaken(rules=Rules(), change=0, width=None, rank=power, pick=best):
    """Return the oracle with other rules, another limit, width or ranking, or another choice of the answer."""
    def outcome(case, length_counts_prompt=False, refill=False, limit_counts_prompt=False):
        beams = width or dict(case.settings)["num_beams"]
        ranking = rank(case, length_counts_prompt)
        finished, unfinished, _ = search(case, beams, limit_of(case, limit_counts_prompt) + change, ranking,
                                         rules._replace(refill=refill))
        if len(finished) >= beams and pick is best and rules.enough is None:
            unfinished = []
        return Answer(pick(finished, unfinished, ranking))
    return outcome


def cut(text):
    """Return a text as the forms read it: without EOS, and what follows as padding."""
    return tuple(new_tokens(list(text), ""))


def best_finished(finished, unfinished, rank):
    """Return the best finished text; without one, the best unfinished one."""
    return best(finished, [] if finished else unfinished, rank)


def last_of_beam(finished, unfinished, rank):
    """Return the best unfinished text; without one, the best finished one."""
    return best([], unfinished, rank) if unfinished else best(finished, [], rank)


def only_unfinished(finished, unfinished, rank):
    return best([], unfinished, rank)


def best_of_last_pool(finished, unfinished, rank):
    """Return the best text of the last step; those that finished before are lost."""
    steps = max(len(text.tokens) for text in finished + unfinished)
    return best([], [text for text in finished + unfinished if len(text.tokens) == steps], rank)


def first_finished(finished, unfinished, rank):
    return best(finished[:1], [], rank) if finished else best([], unfinished, rank)


def last_finished(finished, unfinished, rank):
    return best(finished[-1:], [], rank) if finished else best([], unfinished, rank)


def worst_of_all(finished, unfinished, rank):
    return best(finished, unfinished, lambda text: -rank(text))


def eos_inside(finished, unfinished, rank):
    """Return the best text of a search in which EOS is a token like the others: whole, cut at EOS, or without EOS."""
    tokens = max(unfinished, key=rank).tokens if unfinished else ()
    until = tokens[:tokens.index(EOS)] if EOS in tokens else tokens
    return tuple(dict.fromkeys((cut(tokens), until, tuple(token for token in tokens if token != EOS))))


def softmax(logits):
    return [math.exp(gain) for gain in log_softmax(logits)]


def multiplied(case, count_prompt=False):
    penalty = dict(case.settings)["length_penalty"]
    return lambda text: text.score * (len(text.tokens) + count_prompt * len(case.prompt)) ** penalty


def times_penalty(case, count_prompt=False):
    penalty = dict(case.settings)["length_penalty"]
    return lambda text: text.score / (penalty * max(1, len(text.tokens) + count_prompt * len(case.prompt)))


def google(case, count_prompt=False):
    penalty = dict(case.settings)["length_penalty"]
    return lambda text: text.score / ((5 + len(text.tokens) + count_prompt * len(case.prompt)) / 6) ** penalty


def fixed(penalty, count_eos=True):
    return lambda case, count_prompt=False: power(case, count_prompt, penalty, count_eos)


ANY_RANK, IGNORED, LOST = ("every child that ends with EOS is finished, whatever its rank",
                           "finished beams are extended", "finished beams are lost")
MISTAKES = [
    Mistake(ANY_RANK, mistaken(Rules(any_rank=True))),
    Mistake(IGNORED, mistaken(Rules(ignore_eos=True), pick=eos_inside)),
    Mistake("finished beams are extended: an EOS among the first tokens goes on", mistaken(
        Rules(extend_first=True), pick=best)),
    Mistake(LOST, mistaken(pick=last_of_beam)),
    Mistake(LOST, mistaken(pick=only_unfinished)),
    Mistake(LOST, mistaken(pick=best_of_last_pool)),
    Mistake(LOST, mistaken(Rules(enough=float("inf")), pick=last_of_beam)),
    Mistake("a finished beam holds a slot", mistaken(Rules(shrink=True))),
    Mistake("a finished beam holds a slot: it competes with the unfinished ones", mistaken(Rules(carry=True))),
    Mistake("stops at the first finished beam", mistaken(Rules(enough=1), pick=best_finished)),
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
    Mistake("does not stop once num_beams are finished", mistaken(Rules(enough=float("inf")))),
    Mistake("answers with the first finished beam, not the best", mistaken(pick=first_finished)),
    Mistake("answers with the last finished beam, not the best", mistaken(pick=last_finished)),
    Mistake("answers with the worst beam", mistaken(pick=worst_of_all)),
]
