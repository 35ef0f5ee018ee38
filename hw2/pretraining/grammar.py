"""Grammars: sections read from the files in data, and templates filled with words and random choices.

data/README.md explains the format of the files. rng is a random.Random throughout.
"""
import configparser
import re
from pathlib import Path

DATA = Path(__file__).parent / "data"
CHOICE = re.compile(r"\[([^][]*)\]")
A_BEFORE_VOWEL = re.compile(r"\b([Aa]) (?=[aeiou])")


def read_sections(name):
    """Return a dict from the title of each section of a data file to its values, a dict of strings."""
    parser = configparser.ConfigParser(comment_prefixes=("#",), empty_lines_in_values=False, interpolation=None)
    try:
        parser.read_string((DATA / name).read_text(encoding="utf-8"), name)
    except configparser.Error as error:
        raise ValueError(f"{name}: must be an INI file, got {' '.join(str(error).split())}") from None
    return {title: {key: text.strip() for key, text in parser[title].items()} for title in parser.sections()}


def texts(title, values, required, optional=()):
    """Return the texts of a section, each on one line; a text that is optional and left out is "".

    >>> texts("mole", {"home": "under [a meadow\\n|a garden]\\nin spring"}, ["home"], ["traits"])
    {'home': 'under [a meadow|a garden] in spring', 'traits': ''}
    """
    keys = (*required, *optional)
    if not set(required) <= set(values) <= set(keys):
        raise ValueError(f"[{title}]: must have the keys {', '.join(required)} and may have "
                         f"{', '.join(optional) or 'no others'}, got {', '.join(values)}")
    return {key: values.get(key, "").replace("\n|", "|").replace("\n", " ") for key in keys}


def pick(options, rng):
    """Return one of the options; the n-th has the weight 1 / n.

    Unequal weights give a trained model one most likely continuation instead of ties.

    >>> import random
    >>> picks = [pick("ab", random.Random(seed)) for seed in range(300)]
    >>> picks.count("a"), picks.count("b")
    (206, 94)
    """
    return rng.choices(options, [1 / n for n in range(1, len(options) + 1)])[0]


def fill(template, words, rng):
    """Return the template with each {field} replaced by its word and each [a|b] by one of its alternatives.

    Words may contain fields, and choices may contain choices. "a" becomes "an" before a vowel.

    >>> import random
    >>> template, words = "{They} saw a [{animal}|[big|small] mole].", {"They": "She", "animal": "owl"}
    >>> fill(template, words, random.Random(0)), fill(template, words, random.Random(3))
    ('She saw a small mole.', 'She saw an owl.')
    """
    while "{" in template:
        template = template.format_map(words)
    while "[" in template:
        template = CHOICE.sub(lambda match: pick(match[1].split("|"), rng), template)
    return A_BEFORE_VOWEL.sub(r"\1n ", template)
