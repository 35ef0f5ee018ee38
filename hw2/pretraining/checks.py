"""Checks of a story of the small model, with what its grammar knows."""
import re
from functools import cache

from hw2.pretraining.grammar import read_sections
from hw2.pretraining.heldout import pronouns_agree, words
from hw2.pretraining.stories import HE_NAMES, SHE_NAMES

FILES = ("sentences.ini", "animals.ini", "adjectives.ini", "wishes.ini", "obstacles.ini")
PARTS = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")


@cache
def template_words():
    """Return the set of words, in lower case, that stand in the grammar's files; a story has no others."""
    texts = [f"{title} {text}" for name in FILES for title, section in read_sections(name).items()
             for text in section.values()]
    return {word.lower() for text in texts for word in PARTS.findall(text)} | {
        "a", "an", "himself", "herself"}


def story_fault(text):
    """Return what is wrong with a story, in words; None if the checks find nothing.

    >>> story_fault("Pip was a tiny mole. He was so small that the tall grass hid her.")
    "has pronouns that do not agree with the hero's name"
    """
    unknown = [word for word in PARTS.findall(text) if word.lower().removesuffix("'s") not in template_words()]
    if unknown:
        return f"has words that are not in the grammar, the first is {unknown[0]!r}"
    names = dict.fromkeys(name for name in (word.removesuffix("'s") for word in words(text))
                          if name in HE_NAMES + SHE_NAMES)
    if len(names) > 2:
        return f"changes names ({', '.join(names)})"
    return None if pronouns_agree(text) else "has pronouns that do not agree with the hero's name"
