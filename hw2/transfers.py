"""Sentences about money transfers, each with the JSON that answers it: text for a small language model.

A sentence is a wording with a contractor, an amount and, in about a third of them, what must not mislead: a purpose,
a time, an account, another person. The tables are in hw2.transfer_words; rng is a random.Random throughout.
Left out: sums in words ("a hundred euros") and a point before thousands ("1.250,50").
"""
from zlib import crc32

from hw2 import transfer_words as words

SHARES = [currency.share for currency in words.CURRENCIES]


def is_heldout(name):
    """Return whether a name is kept for testing: one in eight, and hw2.tasks' Anna Schmidt among them.

    First names alone are not: who never saw "Anna" end there would take her for the start of a longer name.

    >>> is_heldout("Anna Schmidt"), is_heldout("Igor Petrov"), is_heldout("Anna")
    (True, False, False)
    """
    return " " in name and crc32(name.encode()) % 8 == crc32(b"Anna Schmidt") % 8


def surname(rng):
    """Return a surname: one of a list, or more often one put together from syllables, so that it must be copied."""
    if rng.random() < 0.4:
        return rng.choice(words.SURNAMES)
    return rng.choice(words.STARTS) + rng.choice(words.MIDDLES) + rng.choice(words.ENDS)


def person(rng):
    """Return a person: first name and surname, the first name alone, or initial and surname."""
    made = rng.random() < 0.25
    first = rng.choice(words.STARTS) + rng.choice(words.SHORT_ENDS) if made else rng.choice(words.FIRST_NAMES)
    kind = rng.random()
    if kind < 0.25:
        return first
    return f"{first[0]}. {surname(rng)}" if kind < 0.4 else f"{first} {surname(rng)}"


def company(rng):
    """Return a company: "Green Valley Bakery", "Romashka LLC", "Novak Motors Ltd", "Smith & Sons"."""
    kind = rng.random()
    if kind < 0.35:
        return f"{rng.choice(words.COLOURS)} {rng.choice(words.PLACES)} {rng.choice(words.TRADES)}"
    if kind < 0.5:
        return f"{surname(rng)} {rng.choice(words.KIN)}"
    name = surname(rng) if rng.random() < 0.6 else rng.choice(words.BRANDS)
    if kind < 0.75:
        name += " " + rng.choice(words.TRADES)
    return f"{name} {rng.choice(words.FORMS)}" if kind > 0.6 else name


def contractor(rng, heldout=False):
    """Return a person, or in three cases of ten a company, from the held-out names or from the others."""
    while True:
        name = company(rng) if rng.random() < 0.3 else person(rng)
        if is_heldout(name) == heldout:
            return name


def other_person(rng, name, heldout=False):
    """Return a person of the same half who shares no part of a contractor's name."""
    while True:
        other = person(rng)
        if is_heldout(other) == heldout and not set(other.split()) & set(name.split()):
            return other


def grouped(rng, whole):
    """Return a whole number's text: 1250, 1,250 or 1 250."""
    return f"{whole:,}".replace(",", rng.choice(["", "", ",", " "]))


def decimal(rng, whole, cents):
    """Return a sum's text: 12, 12.50, 12,50, 12.5 or 1,250.50; never a decimal comma after a comma before thousands."""
    text = grouped(rng, whole)
    if not cents and rng.random() < 0.8:
        return text
    short = cents and cents % 10 == 0 and whole < 1000 and rng.random() < 0.5
    point = "," if "," not in text and rng.random() < 0.3 else "."
    return text + point + (str(cents // 10) if short else f"{cents:02}")


def with_cents(rng, whole, cents, currency):
    """Return a sum with its hundredths named: "12 euros and 50 cents", "12 euros 50 cents", "50 euro cents"."""
    part = f"{cents} {currency.cents[cents != 1]}"
    if not whole:
        return part.replace(" cent", " euro cent") if currency.code == "EUR" else part
    return f"{grouped(rng, whole)} {rng.choice(currency.names)[whole != 1]}{rng.choice([' ', ' and '])}{part}"


def size(rng):
    """Return (whole, cents): a tenth is cents alone; the others have one to six digits, and a half of them no cents."""
    if rng.random() < 0.1:
        return 0, rng.randrange(1, 100)
    whole = rng.randrange(10 ** rng.randint(1, 6))
    if rng.random() < 0.3:
        whole -= whole % 10 ** (len(str(whole)) - 1)
    if rng.random() < 0.5:
        return max(whole, 1), 0
    low, high, step = rng.choice([(1, 100, 1), (1, 100, 1), (1, 10, 1), (10, 100, 10)])
    return whole, rng.randrange(low, high, step)


def amount(rng):
    """Return (text, sum, code): a sum of money as people write it, with two decimals, and its currency's code.

    >>> import random
    >>> amount(random.Random(1))
    ('4 US dollars and 70 cents', '4.70', 'USD')
    """
    currency = rng.choices(words.CURRENCIES, SHARES)[0]
    whole, cents = size(rng)
    if currency.code == "JPY":
        whole, cents = max(whole, 1), 0
    digits = grouped(rng, whole) if currency.code == "JPY" else decimal(rng, whole, cents)
    style = rng.random()
    if style < 0.2:
        text = rng.choice([f"{currency.code} {digits}", f"{digits} {currency.code}"])
    elif style < 0.5 and currency.sign:
        text = rng.choice(currency.signed).format(sign=currency.sign, sum=digits)
    elif cents and currency.cents and (not whole or rng.random() < 0.5):
        text = with_cents(rng, whole, cents, currency)
    else:
        text = f"{digits} {rng.choice(currency.names)[digits != '1']}"
    return text, f"{whole}.{cents:02}", currency.code


def wording(rng):
    """Return a sentence with its slots still open; the purpose, the account and the time are in place or left out."""
    kind = rng.random()
    text = rng.choice(words.MOODS if kind < 0.55 else words.STATEMENTS if kind < 0.85 else words.NOTES)
    text = text.replace("{order}", rng.choice(words.ORDERS) + "{why}{account}{when}")
    for slot, share, before, table in words.EXTRAS:
        text = text.replace(slot, before + rng.choice(table) if rng.random() < share else "")
    return text.replace("{purpose}", rng.choice(words.PURPOSES)).replace("{accounts}", rng.choice(words.ACCOUNTS))


def transfer(rng, heldout=False):
    """Return (sentence, answer): a transfer in words and its JSON; heldout: with the names that are kept for testing.

    >>> import random
    >>> transfer(random.Random(7))
    ('Remember to send 8 CHF to Tala.', '{"contractor": "Tala", "sum": 8.00, "currency": "CHF"}')
    """
    who = contractor(rng, heldout)
    text, total, code = amount(rng)
    sentence = wording(rng).format(
        who=who, whose=who + ("'" if who.endswith("s") else "'s"), payer=other_person(rng, who, heldout), sum=text,
        n=rng.randrange(10, 10000), number=rng.randrange(10, 100000), count=rng.randint(2, 12),
        day=rng.choice(words.DAYS), date=f"{rng.randint(1, 28)} {rng.choice(words.MONTHS)}",
        clock=f"{rng.randint(8, 19)}:{rng.choice(['00', '30'])}")
    return (sentence[0].upper() + sentence[1:],
            f'{{"contractor": "{who}", "sum": {total}, "currency": "{code}"}}')
