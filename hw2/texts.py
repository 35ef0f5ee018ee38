"""Measurements of a generated text: whether its JSON is right, how varied it is.  Also its form in Markdown."""
import hashlib
import html
import json
import math
import re

from minidl.terminal import printable


def escaped(text):
    """Return a text as one line of Markdown that shows it as it is: no markup, no HTML, no cell of a table.

    >>> escaped("<|im_start|> *a*")
    '&lt;\\\\|im\\\\_start\\\\|&gt; \\\\*a\\\\*'
    >>> escaped("- 1.5"), escaped("1. e-mail")
    ('\\\\- 1.5', '1\\\\. e-mail')
    """
    text = " ".join(html.escape(printable(text), quote=False).split())
    text = re.sub(r"([\\`*_\[\]#|~$])", r"\\\1", text)
    return re.sub(r"^(\d*)([-+=.)])", r"\1\\\2", text)


def transfer_fault(text, expected=None):
    """Return what is wrong with a transfer's JSON, in words; None if nothing is.

    expected: a dict of the right values; with None only the form is checked.

    >>> transfer_fault('{"contractor": "Anna", "sum": 12.5, "currency": "EUR"}')
    >>> transfer_fault('{"contractor": "Anna", "sum": "12.5", "currency": "EUR"}')
    'sum is not a number'
    >>> transfer_fault('{"contractor": "Anna", "sum": 12.5, "currency": "EUR"}', {"sum": 12.0})
    'wrong sum'
    """
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return "no JSON"
    if not isinstance(answer, dict):
        return "no object"
    if set(answer) != {"contractor", "sum", "currency"}:
        return "other keys"
    contractor, total, currency = answer["contractor"], answer["sum"], answer["currency"]
    if not isinstance(contractor, str) or not contractor.strip():
        return "contractor is not text"
    if isinstance(total, bool) or not isinstance(total, (int, float)) or not math.isfinite(total):
        return "sum is not a number"
    if not isinstance(currency, str) or not re.fullmatch("[A-Z]{3}", currency):
        return "currency is not three upper-case letters"
    wrong = [key for key in expected or () if answer[key] != expected[key]]
    return f"wrong {' and '.join(wrong)}" if wrong else None


def distinct_2(*texts):
    """Return the share of distinct pairs among all pairs of neighbouring tokens of the texts; 1 if there is no pair.

    Source: Li, Galley, Brockett, Gao and Dolan, "A diversity-promoting objective function for
    neural conversation models", 2015, arXiv 1510.03055.

    >>> distinct_2([1, 2, 1, 2]), distinct_2([1]), distinct_2([1, 2], [1, 2])
    (0.6666666666666666, 1.0, 0.5)
    """
    pairs = [pair for tokens in texts for pair in zip(tokens, tokens[1:])]
    return len(set(pairs)) / len(pairs) if pairs else 1.0


def digest(text):
    """Return a short hash of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
