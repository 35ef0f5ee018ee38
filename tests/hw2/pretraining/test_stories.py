"""The stories: no two are equal, the English is simple and clean, and each story matches its prompt."""
import random
import re

import pytest

from hw2.pretraining import stories

NAMES = stories.HE_NAMES + stories.SHE_NAMES
COUNT = 5000
MAX_WORD_FORMS = 900


@pytest.fixture(scope="module")
def pairs():
    """Return many prompts with their stories."""
    rng = random.Random(0)
    return [stories.story(rng) for _ in range(COUNT)]


def names_in(text):
    """Return the distinct names in the text, in order of their first use."""
    return list(dict.fromkeys(word for word in re.findall("[A-Z][a-z]+", text) if word in NAMES))


def test_the_seed_decides_everything(pairs):
    rng = random.Random(0)
    assert [stories.story(rng) for _ in range(100)] == pairs[:100]
    assert stories.story(random.Random(1)) != pairs[0]


def test_no_two_stories_are_equal(pairs):
    assert len({text for _, text in pairs}) == COUNT


def test_a_story_has_90_to_150_words_in_four_paragraphs(pairs):
    for _, text in pairs:
        assert 90 <= len(text.split()) <= 150
        assert len(text.split("\n")) == 4


def test_the_story_matches_its_prompt(pairs):
    for prompt, text in pairs:
        match = re.search(r"an? (?:(?:short|bedtime) )?story about an? (?:(\w+) )?(\w+?)(?: named (\w+))?"
                          r"(?: who wants to (.+))?\.$", prompt)
        adjective, animal, name, wish = match.groups()
        assert adjective in (None, *stories.ADJECTIVES) and animal in stories.ANIMALS
        assert re.search(rf"\b{adjective or '[a-z]+'} {animal}\b", text.split(".")[0]), prompt
        assert name in (None, names_in(text)[0])
        assert f" {wish or ''}" in text.split("\n")[0]


def test_hero_and_helper_differ_in_name_pronoun_and_animal(pairs):
    for _, text in pairs:
        introduction, _, meeting, ending = text.split("\n")
        (hero,), (hero_again, friend) = names_in(introduction), sorted(names_in(text), key=text.index)
        assert hero == hero_again != friend
        assert (hero in stories.HE_NAMES) != (friend in stories.HE_NAMES)
        helper = re.search(rf"(\w+) named {friend} ", meeting)[1]
        assert helper in stories.ANIMALS and helper not in introduction.split(".")[0].split()
        assert friend in meeting and hero in ending + meeting


@pytest.mark.parametrize("animal", stories.ANIMALS)
def test_no_plot_is_excluded_by_the_traits_of_its_hero(animal):
    rng = random.Random(0)
    traits = {animal, "tiny", *stories.ANIMALS[animal]["traits"].split()}
    for _ in range(200):
        wish, obstacle, way, helper = stories.draw_plot(animal, "tiny", rng)
        assert helper != animal and helper in way["helpers"].split()
        assert not traits & {*wish["unless"].split(), *obstacle["unless"].split(), *way["unless"].split()}


def test_every_name_in_the_data_files_is_known():
    traits = {*stories.ANIMALS, *stories.ADJECTIVES,
              *" ".join(animal["traits"] for animal in stories.ANIMALS.values()).split()}
    assert len(stories.WISHES) >= 10
    for wish in stories.WISHES:
        assert traits.issuperset(wish["unless"].split())
        assert len(set(wish["obstacles"].split()) & set(stories.OBSTACLES)) == len(wish["obstacles"].split()) >= 3
    for obstacle in stories.OBSTACLES.values():
        helpers = " ".join(way["helpers"] for way in obstacle["ways"]).split()
        assert len(obstacle["ways"]) >= 3 and set(helpers) <= set(stories.ANIMALS)
        assert traits.issuperset(obstacle["unless"].split()), obstacle["unless"]
        assert all(traits.issuperset(way["unless"].split()) for way in obstacle["ways"])


def test_the_english_is_clean(pairs):
    for pair in pairs:
        for text in pair:
            assert text.isascii() and not re.search(r"[][{}|]|  | \n|\n | [.,!?]", text)
            assert not re.search(r"[.,!?]{2}", text)
            assert not re.search(r"\b[Aa] [aeiou]|\b[Aa]n [^aeiou]", text)
            assert not re.search(r"\b(\w+) \1\b", text.replace("dug and dug", ""))
            assert text.count('"') % 2 == 0
            for sentence in re.split(r"(?<=[.!?])\s+|\n", re.sub(r'"[^"]*"( [a-zA-Z ]+)?', "Quote", text)):
                assert re.match("[A-Z]", sentence), sentence


def test_each_quotation_begins_with_a_capital(pairs):
    for _, text in pairs:
        for line in text.split("\n"):
            assert line.count('"') % 2 == 0
            assert all(re.match('[A-Z].*[.,!?]$', quotation) for quotation in line.split('"')[1::2])


def test_the_number_of_word_forms_is_small(pairs):
    words = re.findall("[a-z']+", " ".join(" ".join(pair) for pair in pairs).lower())
    assert 500 < len(set(words)) <= MAX_WORD_FORMS


def test_prompts_have_the_forms_of_the_data_file(pairs):
    prompts = [prompt for prompt, _ in pairs]
    assert "Write a short story about a tiny hedgehog." in prompts
    plain = [prompt for prompt in prompts if re.fullmatch(r"Write a short story about an? \w+ \w+\.", prompt)]
    assert 0.37 < len(plain) / COUNT < 0.43
    assert sum(" named " in prompt for prompt in prompts) > COUNT / 10
    assert sum(" who wants to " in prompt for prompt in prompts) > COUNT / 10
