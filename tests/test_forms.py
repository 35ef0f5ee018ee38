"""check_form: data from a file has the keys and types that its reader needs."""
import re

import pytest

from minidl.checks import check_form

FORM = {"text": str, "number": (int, type(None)), "scores": [float], "pair": [int, str], "any": object}
VALUE = {"text": "a", "number": None, "scores": [], "pair": [1, "b"], "any": True}


def test_a_value_of_a_form_is_returned():
    for value in (VALUE, {**VALUE, "number": 1, "scores": [0.5, 1.5], "any": None}):
        assert check_form(value, FORM) is value


@pytest.mark.parametrize("value, message", [
    ({**VALUE, "number": "1"}, "number: must be int or NoneType, got str"),
    ({**VALUE, "number": True}, "number: must be int or NoneType, got bool"),
    ({"text": "a"}, "value: must have text, number, scores, pair, any, got ['text']"),
    ({**VALUE, "more": 2}, "value: must have text, number, scores, pair, any, got ['text', "),
    ([], "value: must be dict, got list"), (None, "value: must be dict, got NoneType"),
    ({**VALUE, "scores": [0.5, 1]}, "scores: must be float, got int"),
    ({**VALUE, "scores": {}}, "scores: must be list, got dict"),
    ({**VALUE, "pair": [1]}, "pair: must have 2 items, got 1"),
    ({**VALUE, "pair": ["b", 1]}, "pair: must be int, got str")])
def test_a_value_of_another_form_is_refused(value, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        check_form(value, FORM)
