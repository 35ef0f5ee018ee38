"""What the Russian form of a report must have, next to its English form."""
import re

ENGLISH = re.compile(r"(?:\b[A-Za-z][a-z']+ ){2}[a-z']+\b")  # three words in a row; names of settings are shorter
QUOTED = re.compile(r"^>.*$|^- \*\*.*$|`[^`]*`|\([^()]*\.png\)", re.MULTILINE)  # texts of models and of data, commands
NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e[-+]\d+)?")


def assert_translated(russian, english):
    """Check that a Russian report has no English sentence, and the numbers, tables and pictures of the English one."""
    assert ENGLISH.search(english), "the pattern must find English"
    assert (found := ENGLISH.search(QUOTED.sub("", russian))) is None, found
    assert tables(russian) == tables(english)
    assert re.findall(r"\]\(.*?\)", russian) == re.findall(r"\]\(.*?\)", english)
    assert len(russian.splitlines()) == len(english.splitlines())
    assert set(numbers(russian)) == set(numbers(english))


def tables(text):
    """Return the numbers of each row of the tables; rows of headings have their own words."""
    return [numbers(line) for line in text.splitlines() if line.startswith("|")]


def numbers(text):
    """Return the numbers of a text, without marks between thousands."""
    return NUMBER.findall(re.sub(r"(?<=\d)[,\u00a0](?=\d{3}\b)", "", text))
