"""The automatic checks of a text: the JSON of a transfer, and distinct-2."""
import pytest

from hw2.texts import distinct_2, transfer_fault


@pytest.mark.parametrize("text, fault", [
    ('{"contractor": "Anna", "sum": 12.5, "currency": "EUR"}', None),
    (' {"contractor": "Anna", "sum": 12, "currency": "EUR"}\n', None),
    ('```json\n{"contractor": "Anna", "sum": 12, "currency": "EUR"}\n```', "no JSON"), ("[1]", "no object"),
    ('{"contractor": "Anna", "sum": 12}', "other keys"),
    ('{"contractor": "", "sum": 12, "currency": "EUR"}', "contractor is not text"),
    ("[" * 10**5, "no JSON"), ('{"contractor": "A", "sum": NaN, "currency": "EUR"}', "sum is not a number"),
    ('{"contractor": "A", "sum": 1e999, "currency": "EUR"}', "sum is not a number"),
    ('{"contractor": "A", "sum": true, "currency": "EUR"}', "sum is not a number"),
    ('{"contractor": "A", "sum": 1, "currency": "eur"}', "currency is not three upper-case letters"),
])
def test_transfer_fault_names_the_first_error(text, fault):
    assert transfer_fault(text) == fault


def test_distinct_2_is_the_share_of_different_pairs_of_tokens():
    assert distinct_2([1, 1, 1]) == 0.5 and distinct_2([]) == 1.0
    assert distinct_2([1, 2, 3], [1, 2]) == 2 / 3, "no pair has tokens of two texts"
