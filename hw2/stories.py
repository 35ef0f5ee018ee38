"""Short animal stories to learn from: a hero, a wish, an obstacle, a helper whose skill fits it, and an ending.

What is told stands in tables: story_cast, story_wishes, story_obstacles and story_lessons. Their sentences are format
strings in which [a|b|c] is one of the three. {he}, {him}, {his} are the hero's pronouns and {they}, {them}, {their} the
helper's: where the hero is a he, the helper is a she, or the other way round, so that a pronoun says who is meant.
"""
import re

from hw2 import story_cast as cast
from hw2.story_lessons import AT_WORK
from hw2.story_obstacles import ON_THE_WAY
from hw2.story_wishes import WISHES

OBSTACLES = {**ON_THE_WAY, **AT_WORK}
MIN_WORDS, MAX_WORDS = 90, 150
CHOICE = re.compile(r"\[([^][]*)\]")
BARE_A = re.compile(r"\b([Aa]) (?=[aeiou])")


def pick(options, rng):
    """Return one of the options, the n-th with a weight of 1 / n: as with people's words, some come more often.

    A model that has learned this knows what it would rather say, where equal weights would leave it ties.
    """
    return rng.choices(options, [1 / n for n in range(1, len(options) + 1)])[0]


def fill(template, words, rng):
    """Return the template with each {field} filled in and one of each [a|b], also where they are inside others.

    >>> import random
    >>> fill("{They} saw a [{animal}].", {"They": "She", "animal": "owl"}, random.Random(0))
    'She saw an owl.'
    """
    while "{" in template:
        template = template.format_map(words)
    while "[" in template:
        template = CHOICE.sub(lambda match: pick(match[1].split("|"), rng), template)
    return BARE_A.sub(r"\1n ", template)


def draw_plot(animal, adjective, rng):
    """Return a wish, an obstacle, a way around it and the helper's animal, such that all suit the hero."""
    traits = {animal, adjective, *cast.ANIMALS[animal].traits.split()}
    while True:
        wish = pick(WISHES, rng)
        obstacle = OBSTACLES[pick(wish.obstacles.split(), rng)]
        way = pick(obstacle.ways, rng)
        helper = pick(way.helpers.split(), rng)
        if helper != animal and traits.isdisjoint(f"{wish.unless} {obstacle.unless} {way.unless}".split()):
            return wish, obstacle, way, helper


def draw_words(animal, adjective, plot, rng):
    """Return what the fields of all templates stand for."""
    wish, obstacle, way, helper = plot
    names = pick(cast.HE_NAMES, rng), pick(cast.SHE_NAMES, rng)
    hero, friend = names if rng.random() < 0.6 else reversed(names)
    he, him, his = cast.pronouns(hero)
    they, them, their = cast.pronouns(friend)
    return {
        "hero": hero, "animal": animal, "adjective": adjective, "home": cast.ANIMALS[animal].home,
        "he": he, "him": him, "his": his, "He": he.capitalize(), "His": his.capitalize(),
        "friend": friend, "helper": helper,
        "they": they, "them": them, "their": their, "They": they.capitalize(), "Their": their.capitalize(),
        "wish": wish.text, "my_wish": wish.text.replace("{his}", "my"), "thing": wish.thing,
        "trouble": obstacle.trouble, "skill": way.skill,
    }


def story(rng):
    """Return a prompt and a story that answers it: 90 to 150 words, in four paragraphs, a line each.

    rng: a random.Random, which decides everything.

    >>> import random
    >>> story(random.Random(0))[0]
    'Write a short story about a playful sparrow.'
    """
    animal, adjective = rng.choice(tuple(cast.ANIMALS)), rng.choice(tuple(cast.ADJECTIVES))
    trait, moral = cast.ADJECTIVES[adjective]
    wish, obstacle, way, _ = plot = draw_plot(animal, adjective, rng)
    words = draw_words(animal, adjective, plot, rng)
    while True:
        paragraphs = (
            (cast.OPENING, *pick(((trait, cast.WISHING), (cast.WISHING, wish.why), (cast.WISHING,)), rng)),
            (wish.start, obstacle.text, pick(("", cast.SIGH), rng)),
            (cast.MEETING, cast.OFFER, way.deed, pick(("", cast.THANKS), rng)),
            (wish.end, pick((moral, wish.moral, cast.MORAL), rng)))
        text = fill("\n".join(" ".join(filter(None, sentences)) for sentences in paragraphs), words, rng)
        if MIN_WORDS <= len(text.split()) <= MAX_WORDS:
            return fill(rng.choice(cast.PROMPTS), words, rng), text
