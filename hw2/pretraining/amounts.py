"""Amounts of money as people write them. The currencies are in data/currencies.ini; rng is a random.Random throughout.

Left out: numbers in words ("a hundred euros") and a point as thousands separator ("1.250,50").
"""
from hw2.pretraining.grammar import read_sections

CURRENCIES = read_sections("currencies.ini")
SHARES = [int(currency["share"]) for currency in CURRENCIES.values()]


def noun(forms, number):
    """Return the singular for 1 or "1", else the plural.

    >>> noun("penny / pence", 1), noun("penny / pence", "1.00")
    ('penny', 'pence')
    """
    singular, plural = forms.split(" / ")
    return singular if str(number) == "1" else plural


def draw_value(rng):
    """Return (whole, cents). A tenth are cents only; the others have one to six digits, half of them no cents."""
    if rng.random() < 0.1:
        return 0, rng.randrange(1, 100)
    whole = rng.randrange(10 ** rng.randint(1, 6))
    if rng.random() < 0.3:
        whole -= whole % 10 ** (len(str(whole)) - 1)  # 4711 becomes 4000
    if rng.random() < 0.5:
        return max(whole, 1), 0
    low, high, step = rng.choice([(1, 100, 1), (1, 100, 1), (1, 10, 1), (10, 100, 10)])
    return whole, rng.randrange(low, high, step)


def grouped(rng, whole):
    """Return a whole number as text: 1250, 1,250 or 1 250."""
    return f"{whole:,}".replace(",", rng.choice(["", "", ",", " "]))


def decimal(rng, whole, cents):
    """Return the number as text: 12, 12.50, 12,50, 12.5 or 1,250.50; no decimal comma after a thousands comma."""
    text = grouped(rng, whole)
    if not cents and rng.random() < 0.8:
        return text
    one_decimal = cents and cents % 10 == 0 and whole < 1000 and rng.random() < 0.5
    point = "," if "," not in text and rng.random() < 0.3 else "."
    return text + point + (str(cents // 10) if one_decimal else f"{cents:02}")


def with_cents(rng, whole, cents, code):
    """Return an amount that names its cents: "12 euros and 50 cents", "12 euros 50 cents", "50 euro cents"."""
    part = f"{cents} {noun(CURRENCIES[code]['cents'], cents)}"
    if not whole:
        return part.replace(" cent", " euro cent") if code == "EUR" else part
    units = f"{grouped(rng, whole)} {noun(rng.choice(CURRENCIES[code]['names'].splitlines()), whole)}"
    return units + rng.choice([" ", " and "]) + part


def amount(rng):
    """Return (text, number, code): an amount as people write it, its number with two decimals, its currency's code.

    >>> import random
    >>> amount(random.Random(1))
    ('4 US dollars and 70 cents', '4.70', 'USD')
    """
    code, currency = rng.choices(list(CURRENCIES.items()), SHARES)[0]
    whole, cents = draw_value(rng)
    if code == "JPY":
        whole, cents = max(whole, 1), 0
        digits = grouped(rng, whole)
    else:
        digits = decimal(rng, whole, cents)
    style = rng.random()
    if style < 0.2:
        text = rng.choice([f"{code} {digits}", f"{digits} {code}"])
    elif style < 0.5 and "sign" in currency:
        text = rng.choice(currency["signed"].splitlines()).format(sign=currency["sign"], sum=digits)
    elif cents and "cents" in currency and (not whole or rng.random() < 0.5):
        text = with_cents(rng, whole, cents, code)
    else:
        text = f"{digits} {noun(rng.choice(currency['names'].splitlines()), digits)}"
    return text, f"{whole}.{cents:02}", code
