"""Sentences about money transfers, each with the JSON that answers it.

A sentence is a wording of data/wordings.ini with a contractor and an amount. About a third
also has a distracting detail: a purpose, a time, an account, another person.
rng is a random.Random throughout.
"""
from hw2.pretraining.amounts import amount
from hw2.pretraining.contractors import contractor, other_person
from hw2.pretraining.grammar import read_sections

_SECTIONS = read_sections("wordings.ini")
ORDERS, MOODS, STATEMENTS, NOTES = (
    _SECTIONS["wordings"][key].splitlines() for key in ("orders", "moods", "statements", "notes"))
PURPOSES, TIMES, ACCOUNTS = (_SECTIONS["details"][key].splitlines() for key in ("purposes", "times", "accounts"))
DAYS, MONTHS = (_SECTIONS["details"][key].split() for key in ("days", "months"))
# upper bound of a random number in [0, 1), wordings
WORDINGS = ((0.55, MOODS), (0.85, STATEMENTS), (1.0, NOTES))
# field, share of the sentences that fill it, preceding text, its texts
DETAILS = (("{why}", 0.16, " for ", PURPOSES), ("{when}", 0.1, " ", TIMES), ("{account}", 0.05, " from ", ACCOUNTS))


def wording(rng):
    """Return a sentence whose details are filled in or left out; its other fields are not filled yet."""
    kind = rng.random()
    text = rng.choice(next(wordings for bound, wordings in WORDINGS if kind < bound))
    text = text.replace("{order}", rng.choice(ORDERS) + "{why}{account}{when}")
    for field, share, before, details in DETAILS:
        text = text.replace(field, before + rng.choice(details) if rng.random() < share else "")
    return text.replace("{purpose}", rng.choice(PURPOSES)).replace("{accounts}", rng.choice(ACCOUNTS))


def transfer(rng, heldout=False):
    """Return (sentence, answer): a transfer in words and its JSON. heldout: use the held-out names.

    >>> import random
    >>> transfer(random.Random(7))
    ('Remember to send 8 CHF to Tala.', '{"contractor": "Tala", "sum": 8.00, "currency": "CHF"}')
    """
    name = contractor(rng, heldout)
    text, number, code = amount(rng)
    sentence = wording(rng).format(
        who=name, whose=name + ("'" if name.endswith("s") else "'s"), payer=other_person(rng, name, heldout), sum=text,
        n=rng.randrange(10, 10000), number=rng.randrange(10, 100000), count=rng.randint(2, 12),
        day=rng.choice(DAYS), date=f"{rng.randint(1, 28)} {rng.choice(MONTHS)}",
        clock=f"{rng.randint(8, 19)}:{rng.choice(['00', '30'])}")
    return (sentence[0].upper() + sentence[1:],
            f'{{"contractor": "{name}", "sum": {number}, "currency": "{code}"}}')
