"""Short animal stories: a hero, a wish, an obstacle, a helper with the right skill, and an ending.

The tables are read from the data files, which explain their keys. Hero and helper have
different pronouns, so that a pronoun is never ambiguous. rng is a random.Random throughout.
"""
from hw2.pretraining.grammar import fill, pick, read_sections, texts


def read_obstacles():
    """Return a dict from title to obstacle; a section "river: duck otter" is a way around the obstacle "river"."""
    obstacles = {}
    for title, values in read_sections("obstacles.ini").items():
        obstacle, _, helpers = title.partition(": ")
        if helpers:
            obstacles[obstacle]["ways"].append(texts(title, values, ("skill", "deed"), ["unless"])
                                               | {"helpers": helpers})
        else:
            obstacles[obstacle] = texts(title, values, ("text", "trouble"), ["unless"]) | {"ways": []}
    return obstacles


ANIMALS = {title: texts(title, values, ["home"], ["traits"]) for title, values in read_sections("animals.ini").items()}
ADJECTIVES = {title: texts(title, values, ("trait", "moral"))
              for title, values in read_sections("adjectives.ini").items()}
WISHES = [texts(title, values, ("why", "start", "obstacles", "end", "moral"), ("thing", "unless")) | {"goal": title}
          for title, values in read_sections("wishes.ini").items()]
OBSTACLES = read_obstacles()
_SECTIONS = read_sections("sentences.ini")
HE_NAMES, SHE_NAMES = (_SECTIONS["names"][key].split() for key in ("he", "she"))
PROMPTS = _SECTIONS["prompts"]["prompts"].splitlines()
SENTENCES = texts("sentences", _SECTIONS["sentences"],
                  ("opening", "wishing", "sigh", "meeting", "offer", "thanks", "moral"))
SHARED = texts("shared", _SECTIONS["shared"], _SECTIONS["shared"])
MIN_WORDS, MAX_WORDS = 90, 150
HE_HERO_SHARE = 0.6


def pronouns(name):
    """Return the he, him and his of a name."""
    return ("he", "him", "his") if name in HE_NAMES else ("she", "her", "her")


def draw_plot(animal, adjective, rng):
    """Return (wish, obstacle, way around it, helper's animal), none of them excluded by the hero's traits."""
    traits = {animal, adjective, *ANIMALS[animal]["traits"].split()}
    while True:
        wish = pick(WISHES, rng)
        obstacle = OBSTACLES[pick(wish["obstacles"].split(), rng)]
        way = pick(obstacle["ways"], rng)
        helper = pick(way["helpers"].split(), rng)
        excluded = " ".join(part["unless"] for part in (wish, obstacle, way)).split()
        if helper != animal and traits.isdisjoint(excluded):
            return wish, obstacle, way, helper


def draw_words(animal, adjective, wish, obstacle, way, helper, rng):
    """Return a dict from the name of each field of a text to its word."""
    he_name, she_name = pick(HE_NAMES, rng), pick(SHE_NAMES, rng)
    hero, friend = (he_name, she_name) if rng.random() < HE_HERO_SHARE else (she_name, he_name)
    he, him, his = pronouns(hero)
    they, them, their = pronouns(friend)
    return SHARED | {
        "hero": hero, "animal": animal, "adjective": adjective, "home": ANIMALS[animal]["home"],
        "he": he, "him": him, "his": his, "He": he.capitalize(), "His": his.capitalize(),
        "friend": friend, "helper": helper,
        "they": they, "them": them, "their": their, "They": they.capitalize(), "Their": their.capitalize(),
        "wish": wish["goal"], "my_wish": wish["goal"].replace("{his}", "my"), "thing": wish["thing"],
        "trouble": obstacle["trouble"], "skill": way["skill"],
    }


def story(rng):
    """Return (prompt, story); the story has 90 to 150 words in four paragraphs, one line each.

    >>> import random
    >>> story(random.Random(0))[0]
    'Write a short story about a playful sparrow.'
    """
    animal, adjective = rng.choice(list(ANIMALS)), rng.choice(list(ADJECTIVES))
    trait, adjective_moral = ADJECTIVES[adjective].values()
    wish, obstacle, way, helper = draw_plot(animal, adjective, rng)
    words = draw_words(animal, adjective, wish, obstacle, way, helper, rng)
    opening, wishing, sigh, meeting, offer, thanks, moral = SENTENCES.values()
    while True:
        paragraphs = (
            (opening, *pick(((trait, wishing), (wishing, wish["why"]), (wishing,)), rng)),
            (wish["start"], obstacle["text"], pick(("", sigh), rng)),
            (meeting, offer, way["deed"], pick(("", thanks), rng)),
            (wish["end"], pick((adjective_moral, wish["moral"], moral), rng)))
        text = fill("\n".join(" ".join(filter(None, sentences)) for sentences in paragraphs), words, rng)
        if MIN_WORDS <= len(text.split()) <= MAX_WORDS:
            return fill(rng.choice(PROMPTS), words, rng), text
