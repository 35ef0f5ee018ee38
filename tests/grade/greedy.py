"""Greedy decoding: the most likely token each step, until EOS or the limit.

Contract: greedy(model, input_ids (1, T), *, max_new_tokens, eos_token_id) returns the ids, with or without the prompt
and EOS, or the text.  The toy model (tests/grade/toy.py) takes the calls of Qwen's, with a cache or without.
"""
from tests.grade import decoding
from tests.grade.decoding import Answer, logits_after
from tests.grade.piece import Mistake, Piece
from tests.grade.texts import new_tokens
from tests.grade.toy import HORIZON, LIVE, load
from tests.grade.toy_tokenizer import EOS, PAD


def most_likely(logits):
    return LIVE[max(range(len(LIVE)), key=lambda i: logits[i])]


def continued(case, limit, choose=most_likely, ends=(EOS,)):
    """Return the new tokens that `choose` picks one after another, without the end."""
    tokens = ()
    while len(tokens) < limit:
        token = choose(logits_after(case, tokens))
        if token in ends:
            break
        tokens += (token,)
    return tokens


def limit_of(case, limit_counts_prompt):
    """Return the largest number of new tokens."""
    return case.limit - limit_counts_prompt * len(case.prompt)


def expected(case, limit_counts_prompt=False):
    return Answer((continued(case, limit_of(case, limit_counts_prompt)),))


def with_mistake(change=0, **options):
    """Return the oracle with another limit, choice or set of ends."""
    def outcome(case, limit_counts_prompt=False):
        return Answer((continued(case, limit_of(case, limit_counts_prompt) + change, **options),))
    return outcome


def end_ignored(case, limit_counts_prompt=False):
    """Return the text that goes on after EOS, as the forms read it."""
    tokens = continued(case, min(limit_of(case, limit_counts_prompt), HORIZON), ends=())
    return Answer((tuple(new_tokens(list(tokens), case.prompt)),))


def without_eos(case, limit_counts_prompt=False):
    """Return the text that goes on after EOS, if EOS is left out of it at the end."""
    tokens = continued(case, limit_of(case, limit_counts_prompt), ends=())
    return Answer((tuple(token for token in tokens if token != EOS),))


def cut_after_pad(case, limit_counts_prompt=False):
    """Return the text up to the first 151643, which stays in it."""
    text = expected(case, limit_counts_prompt).texts[0]
    return Answer((text[:text.index(PAD) + 1] if PAD in text else text,))


def pad_for_eos(case, limit_counts_prompt=False):
    """Return the text that goes on after EOS and ends with 151643, which stays in it."""
    tokens = continued(case, limit_of(case, limit_counts_prompt), ends=())
    tokens = tokens[:tokens.index(PAD) + 1] if PAD in tokens else tokens
    return Answer((tuple(new_tokens(list(tokens), case.prompt)),))


def first_dropped(case, limit_counts_prompt=False):
    return Answer((expected(case, limit_counts_prompt).texts[0][1:],))


PIECE = Piece(
    name="greedy",
    prepare=load,
    cases=decoding.cases(),
    forms=lambda implementation: decoding.forms(implementation, ()),
    expected=expected,
    agrees=decoding.agrees,
    readings={"limit_counts_prompt": {True: decoding.LIMIT_COUNTS_PROMPT}},
    mistakes=[
        Mistake("limit off by one: a token too many", with_mistake(1)),
        Mistake("limit off by one: a token too few", with_mistake(-1)),
        Mistake("EOS is ignored: the text goes on after it", end_ignored),
        Mistake("EOS is ignored: the text goes on after it", without_eos),
        Mistake("151643 ends the text too; the assignment's EOS is 151645 alone", with_mistake(ends=(EOS, PAD))),
        Mistake("151643 ends the text too; the assignment's EOS is 151645 alone", cut_after_pad),
        Mistake("151643 is not the assignment's EOS", with_mistake(ends=(PAD,))),
        Mistake("151643 is not the assignment's EOS", pad_for_eos),
        Mistake("the least likely token is taken", with_mistake(choose=lambda z: most_likely([-x for x in z]))),
        Mistake("the second most likely token is taken", with_mistake(choose=lambda z: LIVE[z.index(sorted(z)[-2])])),
        Mistake("the first new token is lost", first_dropped),
    ],
    show=decoding.show("greedy"),
    show_outcome=decoding.show_answer,
    count=100,
)
