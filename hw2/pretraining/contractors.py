"""Names of people and companies who get money, divided into names for training and held-out names.

The lists are in data/contractors.ini. rng is a random.Random throughout.
"""
from zlib import crc32

from hw2.pretraining.grammar import read_sections

_SECTIONS = read_sections("contractors.ini")
FIRST_NAMES, SURNAMES = (_SECTIONS["people"][key].split() for key in ("first_names", "surnames"))
STARTS, ENDS, SHORT_ENDS = (_SECTIONS["syllables"][key].split() for key in ("starts", "ends", "short_ends"))
MIDDLES = _SECTIONS["syllables"]["middles"].replace("-", "").split(" ")  # "-" is an empty middle
COLOURS, PLACES, TRADES, BRANDS = (
    _SECTIONS["companies"][key].split() for key in ("colours", "places", "trades", "brands"))
FORMS, PARTNERS = (_SECTIONS["companies"][key].splitlines() for key in ("forms", "partners"))
HELDOUT_REMAINDER = crc32(b"Anna Schmidt") % 8  # so that the contractor of hw2.tasks is held out


def is_heldout(name):
    """Return whether a name is held out for testing: one in eight.

    A first name alone is never held out: a model that never saw "Anna" alone would add a surname to it.

    >>> is_heldout("Anna Schmidt"), is_heldout("Igor Petrov"), is_heldout("Anna")
    (True, False, False)
    """
    return " " in name and crc32(name.encode()) % 8 == HELDOUT_REMAINDER


def surname(rng):
    """Return a surname: from the list, or more often made of syllables, so that the model must copy it."""
    if rng.random() < 0.4:
        return rng.choice(SURNAMES)
    return rng.choice(STARTS) + rng.choice(MIDDLES) + rng.choice(ENDS)


def person(rng):
    """Return a person: "Anna", "A. Petrov" or "Anna Petrov"."""
    made_up = rng.random() < 0.25
    first_name = rng.choice(STARTS) + rng.choice(SHORT_ENDS) if made_up else rng.choice(FIRST_NAMES)
    kind = rng.random()
    if kind < 0.25:
        return first_name
    return f"{first_name[0]}. {surname(rng)}" if kind < 0.4 else f"{first_name} {surname(rng)}"


def company(rng):
    """Return a company: "Green Valley Bakery", "Romashka LLC", "Novak Motors Ltd", "Smith & Sons"."""
    kind = rng.random()
    if kind < 0.35:
        return f"{rng.choice(COLOURS)} {rng.choice(PLACES)} {rng.choice(TRADES)}"
    if kind < 0.5:
        return f"{surname(rng)} {rng.choice(PARTNERS)}"
    name = surname(rng) if rng.random() < 0.6 else rng.choice(BRANDS)
    if kind < 0.75:
        name += " " + rng.choice(TRADES)
    return f"{name} {rng.choice(FORMS)}" if kind > 0.6 else name


def contractor(rng, heldout=False):
    """Return a company (30 %) or a person, held out or not."""
    while True:
        name = company(rng) if rng.random() < 0.3 else person(rng)
        if is_heldout(name) == heldout:
            return name


def other_person(rng, name, heldout=False):
    """Return a person, held out or not, whose name shares no word with the contractor's name."""
    while True:
        other = person(rng)
        if is_heldout(other) == heldout and not set(other.split()) & set(name.split()):
            return other
