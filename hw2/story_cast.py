"""Who the stories are about, and the sentences that fit every plot."""
from typing import NamedTuple


class Animal(NamedTuple):
    """Where the animal lives, and what it is or can do, in words that a plot's `unless` may name."""

    home: str
    traits: str = ""


ANIMALS = {
    "hedgehog": Animal("[under an old oak tree|in a nest of dry leaves]", "spines"),
    "mouse": Animal("[behind an old mill|in a hole under the kitchen floor]", "small"),
    "rabbit": Animal("in a burrow [on a green hill|by the meadow]", "digs"),
    "squirrel": Animal("[in a hollow tree|high up in a pine tree]", "climbs"),
    "fox": Animal("in a den [at the edge of the forest|under a big rock]", "nose"),
    "bear": Animal("in a cave [in the hills|at the end of the forest]", "big climbs swims"),
    "badger": Animal("in a den under [a green hill|the roots of an old tree]", "digs"),
    "mole": Animal("under [a green meadow|an old garden]", "digs"),
    "otter": Animal("[by a clear river|on the bank of a quiet stream]", "swims"),
    "frog": Animal("[by a round pond|between the reeds of a pond]", "swims"),
    "duck": Animal("[by a round pond|between the reeds of a lake]", "swims flies"),
    "owl": Animal("[in a hollow tree|under the roof of an old mill]", "flies"),
    "sparrow": Animal("[under the roof of an old barn|in a nest above a barn door]", "flies small"),
    "tortoise": Animal("in [a sunny|a quiet|an old] garden", "shell"),
    "kitten": Animal("in [a red barn|a small house by the road]", "climbs"),
    "puppy": Animal("[on a small farm|in a small house by the road]", "swims nose"),
    "lamb": Animal("on [a small farm|a green hill]", "hooves"),
    "goat": Animal("on [a small farm|a rocky hill]", "big climbs hooves"),
    "piglet": Animal("[on a small farm|behind a red barn]", "hooves"),
    "pony": Animal("[on a small farm|in a stable by the road]", "big swims hooves"),
    "deer": Animal("[in a quiet corner of the forest|at the edge of the forest]", "big swims hooves"),
    "raccoon": Animal("in a hollow [tree|log]", "climbs"),
    "hamster": Animal("in a burrow [at the edge of a field|under a golden field]", "small"),
    "lizard": Animal("[on a sunny wall|between the warm stones of a wall]", "small climbs"),
    "beaver": Animal("[on a quiet lake|by a slow river]", "swims"),
}

# adjective: (what shows it, what it comes to in the end)
ADJECTIVES = {
    "tiny": ("[{He} was so small that the tall grass hid {him}.|Everything in the world seemed very big to "
             "{him}.|No other {animal} was as small as {hero}.]",
             "[Even a tiny {animal} can have a very big day.|{hero} was still tiny, but {he} felt as tall as a "
             "tree.]"),
    "little": ("[{He} was little, but {his} dreams were big.|{He} was the smallest in {his} family.]",
               "[{hero} was still little, but {he} felt very big.|Even a little {animal} can make a big dream come "
               "true.]"),
    "shy": ("[When visitors came, {he} liked to hide.|{He} did not often talk to others.]",
            "[And {hero} was not so shy any more.|{hero} did not even notice that {he} had forgotten to be shy.]"),
    "brave": ("[{He} was not even afraid of thunder.|Not even the loudest thunder could scare {him}.]",
              "[{hero} had learned that even brave animals sometimes need help.|Sometimes, {hero} thought, it is "
              "brave to ask for help.]"),
    "curious": ("[{He} asked a hundred questions every day.|{He} wondered about everything in the world.]",
                "[That night, {hero} was already curious about the next day.|And the next morning, {hero} had a "
                "hundred new questions.]"),
    "clever": ("[{He} could solve almost every riddle.|The others often came to {him} with their questions.]",
               "[{hero} was clever, but {he} knew now that two heads are better than one.|The cleverest thing of "
               "all, {hero} thought, is to find a good friend.]"),
    "gentle": ("[{He} spoke softly and never stepped on a flower.|{He} was careful with every flower and every "
               "beetle.]",
               "[A gentle heart finds friends everywhere.|{hero} smiled {his} gentle smile and was happy.]"),
    "cheerful": ("[{He} woke up with a smile every day.|{He} hummed from morning until night.]",
                 "[{hero} hummed a happy song until {he} fell asleep.|That night, {hero} was still smiling in "
                 "{his} sleep.]"),
    "sleepy": ("[{He} took a nap after breakfast and another one after lunch.|{He} could fall asleep anywhere.]",
               "[That night, the sleepy {animal} slept better than ever before.|Then {hero} yawned, curled up and "
               "fell asleep with a smile.]"),
    "lonely": ("[Most days, {he} played alone.|There was nobody to play with.]",
               "[From that day on, {hero} was not lonely any more.|And best of all, {hero} was not lonely any more.]"),
    "kind": ("[{He} had a good word for everyone.|{He} always shared {his} supper with others.]",
             "[And when somebody else needed help, {hero} was the first to come.|The next time somebody needed "
             "help, {hero} was there at once.]"),
    "young": ("[{He} still had a lot to learn about the world.|Almost everything in the world was new to {him}.]",
              "[{hero} was still young, but {he} felt a little older now.|{hero} was still young, but {he} had "
              "learned a lot.]"),
    "playful": ("[{He} could turn anything into a game.|{He} loved games more than anything else in the world.]",
                "[The next day, {hero} and {friend} played together from morning until night.|And of course, there "
                "was still time for a game.]"),
}

HE_NAMES = tuple("Pip Finn Oscar Toby Milo Hugo Max Leo Otto Sam Ben Tom Felix Jack Bruno Theo Henry Ned Gus Alfie "
                 "Rufus Jasper Emil Paul Anton".split())
SHE_NAMES = tuple("Poppy Rosie Mia Ella Lily Nora Ruby Ivy Hazel Molly Penny Tilly Lucy Clara Emma Anna Bella Luna "
                  "Maya Greta Mabel Tess Ida Frida Lotte".split())


def pronouns(name):
    """Return the name's he, him and his.

    >>> pronouns("Pip"), pronouns("Poppy")
    (('he', 'him', 'his'), ('she', 'her', 'her'))
    """
    return ("he", "him", "his") if name in HE_NAMES else ("she", "her", "her")


# four of ten are the first one
PROMPTS = ("Write a short story about a {adjective} {animal}.",) * 4 + (
    "Tell me a story about a {adjective} {animal}.",
    "Tell a story about a {adjective} {animal} named {hero}.",
    "Write a story about a {animal} who wants to {wish}.",
    "Write a short story about a {animal} named {hero}.",
    "Please tell me a [short|bedtime] story about a {animal}.",
    "[Write|Tell me] a [short|bedtime] story about a {adjective} {animal} who wants to {wish}.")

OPENING = ("[Once upon a time, there was a {adjective} {animal} named {hero}. {He} lived {home}.|There once was a "
           "{adjective} {animal} named {hero}, who lived {home}.|A {adjective} {animal} named {hero} lived "
           "{home}.|Once, a {adjective} {animal} lived {home}. {His} name was {hero}.|{hero} was a {adjective} "
           "{animal}. {He} lived {home}.|{hero} was a {adjective} {animal} who lived {home}.]")
WISHING = ("[More than anything, {he} wanted to {wish}.|{He} had one big wish: {he} wanted to {wish}.|{hero} had "
           "always wanted to {wish}.|{His} dearest wish was to {wish}.|What {hero} wanted most of all was to "
           "{wish}.|[Every night|Every day], {hero} wished that {he} could {wish}.]")
SIGH = ('[{hero} [sat down and sighed|sighed|sighed sadly].|{hero} did not know what to do.|"Oh no," '
        '[said|whispered|sighed] {hero}.|"What can I do now?" {he} [thought|wondered].]')
MEETING = ("[[Just then|At that moment|Luckily], a [friendly |merry |]{helper} named {friend} came by.|A [friendly "
           "|merry |]{helper} named {friend} [saw how sad {he} was|heard {him} sigh|stopped beside {him}].] "
           '[{hero} told {them} [everything|the whole story].|"What is the matter?" {they} asked. "Oh, {trouble}," '
           '[said|answered] {hero}.|"I want to {my_wish}, but {trouble}," [{hero} told {them}|said {hero}].]')
OFFER = ('["I can {skill}," said {friend}.|"[Do not worry|Do not be sad|Cheer up]," said {friend}. "I can '
         '{skill}."|"[Let me help you|I will help you|That is easy]," said {friend}. "I can {skill}."|{friend} '
         '[smiled|nodded|thought for a moment]. "I can {skill}," {they} said.]')
THANKS = ('["Thank you, {friend}!" [said|called|cried] {hero}.|{He} thanked {them} with [a big smile|all {his} '
          'heart].|"You are a real friend!" [said|called|cried] {hero}.]')
MORAL = ("[From that day on, {hero} and {friend} were [good|best|the best of] friends.|{hero} had found [something "
         "even better, too: a friend|a new friend as well].|With a good friend, {hero} thought, [nothing is too "
         "hard|everything is easier].|And {hero} never forgot how {friend} had helped {him}.]")
