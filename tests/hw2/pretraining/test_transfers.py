"""Transfers, checked by an independent parser that reads the amount and the currency from the sentence."""
import json
import random
import re

import pytest

from hw2.pretraining.transfers import transfer
from hw2.tasks import PROMPTS
from hw2.texts import transfer_fault

NUMBER = r"(\d{1,3}(?:,\d{3})+(?:\.\d\d)?(?!,?\d)|\d{1,3}(?: \d{3})+(?:[.,]\d\d)?|\d+(?:[.,]\d\d?)?(?!,?\d))"
UNITS = {"dollars?": "USD", "US dollars?": "USD", "euros?": "EUR", "(?:Russian )?ro?ubles?": "RUB",
         "(?:British )?pounds?": "GBP", "pounds? sterling": "GBP", "Swiss francs?": "CHF", "(?:Japanese )?yen": "JPY",
         "(?:Chinese )?yuan": "CNY", "(?:Indian )?rupees?": "INR", "Swedish kron(?:a|or)": "SEK",
         "(?:Polish )?zlotys?": "PLN", "Czech (?:crown|koruna)s?": "CZK", "Turkish lira": "TRY",
         "(?:Kazakh )?tenge": "KZT", "(?:Ukrainian )?hryvnias?": "UAH"}
CENTS = {"cents?": "USD", "euro cents?": "EUR", "kopecks?": "RUB", "penny|pence": "GBP", "rappen": "CHF",
         "paisa|paise": "INR", "grosz|groszy": "PLN", "kurus": "TRY", "kopiykas?": "UAH"}
SIGNS = dict(zip("$\u20ac\u20bd\u00a3\u00a5\u20b9", ("USD", "EUR", "RUB", "GBP", "JPY", "INR")))
CODES = {code: code for code in UNITS.values()}
FORMATS = {"1250": r"\d{4,}", "1,250": r"\d+,\d{3}", "1 250": r"\d+ \d{3}", "1250.50": r"\d{4,}\.\d\d",
           "1,250.50": r"\d+,\d{3}\.\d\d", "1 250.50": r"\d+ \d{3}\.\d\d", "1250,50": r"\d{4,},\d\d",
           "12.5": r"\d+\.\d", "12,5": r"\d+,\d", "12.00": r"\d+\.00"}


def named(table, text):
    """Return the code whose pattern in the table matches the whole text."""
    return next(code for pattern, code in table.items() if re.fullmatch(pattern, text))


def value(text):
    """Return the number of a text, as text with two decimals."""
    whole, point, decimals = re.fullmatch(r"(.*?)(?:([.,])(\d\d?))?", text).groups("")
    return f"{re.sub('[ ,]', '', whole)}.{decimals:0<2}"


def amounts(sentence):
    """Return (number, code, form) of every amount of money in the sentence."""
    unit, cent, code, sign = "|".join(UNITS), "|".join(CENTS), "|".join(CODES), "".join(SIGNS)
    start, end = r"(?<![\w.,#])", r"\b"
    parsed, unparsed = [], sentence

    def take(pattern, read):
        nonlocal unparsed
        parsed.extend(read(*match.groups()) for match in re.finditer(pattern, unparsed))
        unparsed = re.sub(pattern, "_", unparsed)

    take(rf"{start}{NUMBER} ({unit})( and)? (\d+) ({cent}){end}", lambda number, name, joined, part, cents: (
        f"{value(number)[:-3]}.{int(part):02}", named(UNITS, name), "units and cents" if joined else "units cents"))
    take(rf"{start}(\d\d?) ({cent}){end}", lambda number, name: (f"0.{int(number):02}", named(CENTS, name), "cents"))
    take(rf"{start}{NUMBER} ({unit}){end}", lambda number, name: (value(number), named(UNITS, name), "name"))
    take(rf"{start}({code}) {NUMBER}", lambda name, number: (value(number), name, "code before"))
    take(rf"{start}{NUMBER} ({code}){end}", lambda number, name: (value(number), name, "code after"))
    take(rf"([{sign}]){NUMBER}", lambda name, number: (value(number), SIGNS[name], "sign before"))
    take(rf"{start}{NUMBER} ?([{sign}])", lambda number, name: (value(number), SIGNS[name], "sign after"))
    return parsed


@pytest.fixture(scope="module")
def training_and_heldout():
    """Two lists of 10,000 transfers: for training and held out."""
    rng = random.Random(0)
    return [[transfer(rng, heldout) for _ in range(10_000)] for heldout in (False, True)]


@pytest.fixture(scope="module")
def pairs(training_and_heldout):
    return sum(training_and_heldout, [])


def test_the_same_seed_gives_the_same_transfers():
    first, same_seed, other_seed = ([transfer(rng) for _ in range(50)] for rng in map(random.Random, (7, 7, 8)))
    assert first == same_seed != other_seed


@pytest.mark.parametrize("sentence, expected", [
    (PROMPTS[1].text, ("1250.50", "EUR", "name")),
    ("Transfer 100 rubles and 50 kopecks to Mike", ("100.50", "RUB", "units and cents")),
    ("Send $1,250 to Green Valley Bakery for invoice 4711", ("1250.00", "USD", "sign before")),
    ("Pay Anna 1250,5 \u20bd on 12 May", ("1250.50", "RUB", "sign after")),
    ("5 pounds 7 pence from my euro account", ("5.07", "GBP", "units cents"))])
def test_the_parser_reads_amounts_and_nothing_else(sentence, expected):
    assert amounts(sentence) == [expected]


def test_the_answer_is_what_the_parser_reads_from_the_sentence(pairs):
    for sentence, answer in pairs:
        fields = json.loads(answer)
        (number, code, _), = amounts(sentence.replace(fields["contractor"], "Who"))
        assert answer == f'{{"contractor": "{fields["contractor"]}", "sum": {number}, "currency": "{code}"}}', sentence
        assert transfer_fault(answer) is None and fields["sum"] > 0


def test_every_currency_and_every_form_of_an_amount_occurs(pairs):
    parsed = [amount for sentence, _ in pairs for amount in amounts(sentence)]
    assert {code for _, code, _ in parsed} == set(CODES)
    assert {form for _, _, form in parsed} == {"units and cents", "units cents", "cents", "name", "code before",
                                               "code after", "sign before", "sign after"}
    texts = [number for sentence, _ in pairs for number in re.findall(NUMBER + " (?:euro|ruble|yuan)", sentence)]
    for name, pattern in FORMATS.items():
        assert any(re.fullmatch(pattern, text) for text in texts), name
    assert {len(number) for number, _, _ in parsed} == set(range(4, 10))  # one to six digits, the point, two digits
    assert all(number.endswith(".00") for number, code, _ in parsed if code == "JPY")
    assert 0.07 < sum(number < "1" for number, _, _ in parsed) / len(parsed) < 0.13  # one in ten is cents alone


def test_the_sentence_names_the_contractor_once_and_other_people_share_no_word(pairs):
    payers = 0
    for sentence, answer in pairs:
        name = json.loads(answer)["contractor"]
        assert len(re.findall(rf"(?<!\w){re.escape(name)}(?!\w)", sentence)) == 1, sentence
        payer = re.search(r"^(?:I am|My name is|Ask|Dear) (\w\. \w+|[\w ]+?)(?: to |,|\. Please| and I )", sentence)
        if payer:
            payers += 1
            assert not set(payer[1].split()) & set(name.split()), sentence
    assert payers > 500


def test_training_and_heldout_transfers_have_different_contractors():
    rng = random.Random(1)
    train, heldout = ({json.loads(transfer(rng, is_heldout)[1])["contractor"] for _ in range(20_000)}
                      for is_heldout in (False, True))
    assert not train & heldout
    assert min(len(train), len(heldout)) > 5_000


def test_nearly_all_sentences_are_different(training_and_heldout):
    for transfers in training_and_heldout:
        assert len({sentence for sentence, _ in transfers}) >= 9_990


def test_a_sentence_is_clean(pairs):
    for sentence, _ in pairs:
        assert "  " not in sentence and sentence == sentence.strip(), sentence
        assert re.match(rf"[A-Z\d{''.join(SIGNS)}]", sentence) and not re.search(r"[{}|]| [.,?!:]|[.,?!:]{2}", sentence)
        assert set(sentence) - set(SIGNS) <= set(map(chr, range(32, 127))), sentence


def test_only_the_number_1_has_the_singular(pairs):
    names = "((?:dollar|euro|ruble|rouble|pound|rupee|hryvnia|cent|kopeck)s?)"
    one_and_singular = {
        (number == "1", not name.endswith("s")) for sentence, _ in pairs
        for number, name in re.findall(rf"(?<![\d.,])(?<!\d )(\d+) (?:US |euro )?{names}\b", sentence)}
    assert one_and_singular == {(True, True), (False, False)}


def test_about_a_third_of_the_sentences_has_a_distracting_detail(pairs):
    detailed = sum(bool(re.search(r" for (?!the sum)| (by|on|before|next|from my|from the|from our) ", sentence))
                   for sentence, _ in pairs)
    assert 0.2 < detailed / len(pairs) < 0.5
