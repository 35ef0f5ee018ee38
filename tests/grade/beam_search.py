"""Early-stopped beam search: keep the num_beams best texts at each step; those that end with EOS are finished.

    score(text) = sum of the log-softmax of its tokens        rank by score / length ** length_penalty

Contract: beam_search(model, input_ids (1, T), *, max_new_tokens, eos_token_id, num_beams, length_penalty) returns the
best text: ids, text, candidates, the best first.  The beam starts from the num_beams best first tokens.  At each step
every unfinished text is extended by its num_beams best tokens; of the num_beams best of all of these, those that end
with EOS are finished, the others go on.  The search stops once num_beams texts are finished, or none goes on, or at
the limit.  The length counts the new tokens and EOS.  The assignment does not say whether unfinished texts compete
with finished ones at the limit: both answers are right.  No case depends on differences of scores below GAP.
"""
from functools import lru_cache, partial

from hypothesis import reject
from hypothesis import strategies as st

from tests.grade import decoding
from tests.grade.beam_mistakes import MISTAKES
from tests.grade.beam_rules import Rules, best, limit_of, power, search
from tests.grade.decoding import Answer
from tests.grade.piece import Piece
from tests.grade.toy import HORIZON, load

GAP = 1e-4  # more than the rounding of float32
SETTINGS = [(1, 1.0), (4, 1.0), (4, 0.5), (4, 2.0), (8, 1.0), (2, 1.0), (2, 2.0), (3, 1.0), (3, 0.5)]
NAMES = ("num_beams", "length_penalty")
UNLIMITED = HORIZON + 2
MAX_LIMIT = 8
TRIES = 200  # cases tried until one shows the reading or mistake that is wanted


def answers(case, limit, rank, rules=Rules(), width=None):
    """Return the texts that are right by some rules."""
    width = width or dict(case.settings)["num_beams"]
    finished, unfinished, _ = search(case, width, limit, rank, rules)
    return best(finished, [] if len(finished) >= width else unfinished, rank)


@lru_cache(maxsize=20_000)
def expected(case, length_counts_prompt=False, refill=False, limit_counts_prompt=False):
    limit, rank = limit_of(case, limit_counts_prompt), power(case, length_counts_prompt)
    rules = Rules(refill=refill)
    return Answer(answers(case, limit, rank, rules), answers(case, UNLIMITED, rank, rules))


@st.composite
def cases(draw):
    """Draw Cases in which no near tie decides; in most of them the answer shows one of the readings and mistakes."""
    shows = draw(st.sampled_from([None, *OTHER_RULES]))
    case, setting = draw(decoding.cases()), draw(st.integers(0, len(SETTINGS) - 1))
    for step in range(TRIES):
        pair = SETTINGS[(setting + step) % len(SETTINGS)]
        candidate = case._replace(seed=case.seed + step, limit=1 + (case.limit - 1 + step) % MAX_LIMIT,
                                  settings=tuple(zip(NAMES, pair)))
        if is_clear(candidate) and not (shows and decoding.agrees(shows(candidate), expected(candidate))):
            return candidate
    reject()


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


READINGS = {
    "refill": {True: "beams refilled from beyond num_beams: Hugging Face's rule; the assignment goes on with fewer",
               "pool": "beams refilled from beyond num_beams in the pool; the assignment goes on with fewer"},
    "length_counts_prompt": {True: "counts the prompt in the length; the assignment ranks by the new tokens"},
    "limit_counts_prompt": {True: decoding.LIMIT_COUNTS_PROMPT},
}
OTHER_RULES = [partial(expected, **{reading: value}) for reading, values in READINGS.items() for value in values]
OTHER_RULES += [mistake.outcome for mistake in MISTAKES]


PIECE = Piece(
    name="beam_search",
    prepare=load,
    cases=cases(),
    forms=lambda implementation: decoding.forms(
        implementation, NAMES, unlimited=lambda tokens, case: Answer(unlimited=(tokens,))),
    expected=expected,
    agrees=decoding.agrees,
    readings=READINGS,
    mistakes=MISTAKES,
    show=decoding.show("beam_search"),
    show_outcome=decoding.show_answer,
    count=48,
)
