"""hw2.transfers against a parser of the test's own, which reads sum and currency back from the sentence."""
import json
import random
import re

import pytest

from hw2.tasks import PROMPTS, transfer_fault
from hw2.transfers import transfer

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
    """Return the code of the table's pattern that the text is."""
    return next(code for pattern, code in table.items() if re.fullmatch(pattern, text))


def value(text):
    """Return a number's text with two decimals."""
    whole, point, decimals = re.fullmatch(r"(.*?)(?:([.,])(\d\d?))?", text).groups("")
    return f"{re.sub('[ ,]', '', whole)}.{decimals:0<2}"


def amounts(sentence):
    """Return the (sum, code, format) of everything in the sentence that reads as a sum of money."""
    unit, cent, code, sign = "|".join(UNITS), "|".join(CENTS), "|".join(CODES), "".join(SIGNS)
    start, end = r"(?<![\w.,#])", r"\b"
    found, rest = [], sentence

    def take(pattern, read):
        nonlocal rest
        found.extend(read(*match.groups()) for match in re.finditer(pattern, rest))
        rest = re.sub(pattern, "_", rest)

    take(rf"{start}{NUMBER} ({unit})( and)? (\d+) ({cent}){end}", lambda number, name, joined, part, cents: (
        f"{value(number)[:-3]}.{int(part):02}", named(UNITS, name), "units and cents" if joined else "units cents"))
    take(rf"{start}(\d\d?) ({cent}){end}", lambda number, name: (f"0.{int(number):02}", named(CENTS, name), "cents"))
    take(rf"{start}{NUMBER} ({unit}){end}", lambda number, name: (value(number), named(UNITS, name), "name"))
    take(rf"{start}({code}) {NUMBER}", lambda name, number: (value(number), name, "code before"))
    take(rf"{start}{NUMBER} ({code}){end}", lambda number, name: (value(number), name, "code after"))
    take(rf"([{sign}]){NUMBER}", lambda name, number: (value(number), SIGNS[name], "sign before"))
    take(rf"{start}{NUMBER} ?([{sign}])", lambda number, name: (value(number), SIGNS[name], "sign after"))
    return found


@pytest.fixture(scope="module")
def made():
    """Ten thousand transfers for training and as many that are held out."""
    rng = random.Random(0)
    return [[transfer(rng, heldout) for _ in range(10_000)] for heldout in (False, True)]


@pytest.fixture(scope="module")
def pairs(made):
    return made[0] + made[1]


def test_the_same_seed_gives_the_same_transfers():
    first, again, other = ([transfer(rng) for _ in range(50)] for rng in map(random.Random, (7, 7, 8)))
    assert first == again != other


@pytest.mark.parametrize("sentence, expected", [
    (PROMPTS[1].text, ("1250.50", "EUR", "name")),
    ("Transfer 100 rubles and 50 kopecks to Mike", ("100.50", "RUB", "units and cents")),
    ("Send $1,250 to Green Valley Bakery for invoice 4711", ("1250.00", "USD", "sign before")),
    ("Pay Anna 1250,5 \u20bd on 12 May", ("1250.50", "RUB", "sign after")),
    ("5 pounds 7 pence from my euro account", ("5.07", "GBP", "units cents"))])
def test_the_parser_reads_what_it_is_to_read(sentence, expected):
    assert amounts(sentence) == [expected]


def test_the_answer_is_the_sentence_read_back(pairs):
    for sentence, answer in pairs:
        fields = json.loads(answer)
        (total, code, _), = amounts(sentence.replace(fields["contractor"], "Who"))
        assert answer == f'{{"contractor": "{fields["contractor"]}", "sum": {total}, "currency": "{code}"}}', sentence
        assert transfer_fault(answer) is None and fields["sum"] > 0


def test_every_currency_and_every_form_of_a_sum_occurs(pairs):
    read = [found for sentence, _ in pairs for found in amounts(sentence)]
    assert {code for _, code, _ in read} == set(CODES)
    assert {kind for _, _, kind in read} == {"units and cents", "units cents", "cents", "name", "code before",
                                             "code after", "sign before", "sign after"}
    numbers = [number for sentence, _ in pairs for number in re.findall(NUMBER + " (?:euro|ruble|yuan)", sentence)]
    for name, pattern in FORMATS.items():
        assert any(re.fullmatch(pattern, number) for number in numbers), name
    assert {len(total) for total, _, _ in read} == set(range(4, 10))  # one to six digits, the point, two digits
    assert all(total.endswith(".00") for total, code, _ in read if code == "JPY")
    assert 0.07 < sum(total < "1" for total, _, _ in read) / len(read) < 0.13  # a tenth: cents alone


def test_the_contractor_stands_in_the_sentence_and_is_nobody_else(pairs):
    others = 0
    for sentence, answer in pairs:
        name = json.loads(answer)["contractor"]
        assert len(re.findall(rf"(?<!\w){re.escape(name)}(?!\w)", sentence)) == 1, sentence
        other = re.search(r"^(?:I am|My name is|Ask|Dear) (\w\. \w+|[\w ]+?)(?: to |,|\. Please| and I )", sentence)
        if other:
            others += 1
            assert not set(other[1].split()) & set(name.split()), sentence
    assert others > 500


def test_held_out_contractors_are_never_made_for_training():
    rng = random.Random(1)
    train, heldout = ({json.loads(transfer(rng, half)[1])["contractor"] for _ in range(20_000)}
                      for half in (False, True))
    assert not train & heldout
    assert min(len(train), len(heldout)) > 5_000


def test_hardly_a_sentence_comes_twice(made):
    for part in made:
        assert len({sentence for sentence, _ in part}) >= 9_990


def test_a_sentence_is_clean(pairs):
    for sentence, _ in pairs:
        assert "  " not in sentence and sentence == sentence.strip(), sentence
        assert re.match(rf"[A-Z\d{''.join(SIGNS)}]", sentence) and not re.search(r"[{}|]| [.,?!:]|[.,?!:]{2}", sentence)
        assert set(sentence) - set(SIGNS) <= set(map(chr, range(32, 127))), sentence


def test_only_one_is_singular(pairs):
    names = "((?:dollar|euro|ruble|rouble|pound|rupee|hryvnia|cent|kopeck)s?)"
    found = {(number == "1", not name.endswith("s")) for sentence, _ in pairs
             for number, name in re.findall(rf"(?<![\d.,])(?<!\d )(\d+) (?:US |euro )?{names}\b", sentence)}
    assert found == {(True, True), (False, False)}


def test_a_third_of_the_sentences_says_more_than_the_transfer(pairs):
    more = sum(bool(re.search(r" for (?!the sum)| (by|on|before|next|from my|from the|from our) ", sentence))
               for sentence, _ in pairs)
    assert 0.2 < more / len(pairs) < 0.5
