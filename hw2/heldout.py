"""What the tiny model is worth: measured on text that it has never seen, with the decoders of this project."""
from itertools import islice
from random import Random
from typing import NamedTuple

import torch

from hw2.chats import SYSTEMS, turns
from hw2.stories import story
from hw2.story_cast import HE_NAMES, SHE_NAMES
from hw2.tasks import distinct_2
from minidl.decoding import beam_search, greedy, sample
from minidl.decoding.model import encode_chat, end_token
from minidl.files import write_json, write_text


class Size(NamedTuple):
    """How much is measured: transfers, questions of the faq, stories, and of those how many at each setting.

    limit: of a text in tokens; the longest one has about 285.
    """

    transfers: int = 500
    questions: int = 100
    stories: int = 200
    compared: int = 50
    limit: int = 300


SMALL = Size(20, 5, 6, 3, 40)
TEMPERATURES = (0.001, 0.1, 0.5, 1.0, 2.0, 10.0)
NUCLEI = ((1.0, 0.9), (1.0, 0.15), (0.5, 0.9), (0.5, 0.15))


def padded(rows, pad):
    """Return (ids, mask), each (B, T) int64, of prompts (1, T): padded on the left."""
    ids = torch.full((len(rows), max(row.shape[1] for row in rows)), pad)
    mask = torch.zeros_like(ids)
    for number, row in enumerate(rows):
        ids[number, -row.shape[1]:] = row
        mask[number, -row.shape[1]:] = 1
    return ids, mask


class Decoded:
    """The first candidates of a decoder for some questions, with their texts and what is measured of them."""

    def __init__(self, loaded, limit, kind, questions, decode, **settings):
        model, tokenizer = loaded
        end = end_token(tokenizer)
        ids, mask = padded([encode_chat(tokenizer, SYSTEMS[kind][0], question) for question in questions], end)
        found = decode(model, ids, attention_mask=mask, max_new_tokens=limit, eos_token_id=end, **settings)
        self.candidates = [candidates[0] for candidates in found]
        self.texts = [tokenizer.decode(one.tokens[:-1] if one.finished else one.tokens) for one in self.candidates]

    def finished(self):
        """Return the share of texts that end by EOS."""
        return mean(one.finished for one in self.candidates)

    def score(self):
        """Return the mean score of a token."""
        return mean(one.score / len(one.tokens) for one in self.candidates)

    def distinct(self, count=None):
        """Return the distinct-2 of the first `count` texts together, of all where it is None."""
        return distinct_2(*(one.tokens for one in self.candidates[:count]))

    def known(self, vocabulary):
        """Return the share of words that the grammar of stories has."""
        return mean(word in vocabulary for text in self.texts for word in words(text))

    def pronouns(self):
        """Return the share of stories that call their hero he, or she, as the name asks."""
        return mean(map(pronouns_fit, self.texts))

    def same(self, other):
        """Return the share of texts that are another decoder's as well."""
        return mean(ours == theirs for ours, theirs in zip(self.texts, other.texts))


def mean(values):
    """Return the mean of an iterable of numbers or truths; 0 where there are none."""
    values = list(values)
    return sum(values) / len(values) if values else 0.0


def words(text):
    """Return the words of a text, without the punctuation around them."""
    return [word.strip('.,!?"') for word in text.split()]


def pronouns_fit(text):
    """Return whether the first paragraph has the pronouns of the name in it and no others, but for a grandmother's.

    >>> pronouns_fit("Pip was a tiny mole. He was so small that the tall grass hid her.")
    False
    """
    first = words(text.split("\n")[0])
    hero = next((word for word in first if word in HE_NAMES + SHE_NAMES), None)
    others = ("she", "her", "herself") if hero in HE_NAMES else ("he", "him", "his", "himself")
    return hero is not None and ("grandmother" in first or not any(word.lower() in others for word in first))


def story_words(count=5000):
    """Return the words that the grammar has, from so many stories."""
    rng = Random("words")
    return {word for _ in range(count) for word in words(story(rng)[1])}


def measure_answers(loaded, kind, count, limit):
    """Return (share right, wrong ones) of so many questions, answered greedily; right is the whole text.

    kind: transfer, of those that are held out, or faq, of which each has been met in training.
    """
    asked = list(islice(turns(kind, Random(f"held-out {kind}s"), heldout=True), count))
    found = Decoded(loaded, limit, kind, [question for question, _ in asked], greedy)
    wrong = [{"question": question, "expected": answer, "got": text}
             for (question, answer), text in zip(asked, found.texts) if text != answer]
    return 1 - len(wrong) / count, wrong


def measure_stories(loaded, size):
    """Return (rows, counts, samples) of stories for held-out prompts: greedy, sampled, every setting, beams."""
    prompts = [prompt for prompt, _ in islice(turns("story", Random("held-out stories")), size.stories)]
    vocabulary = story_words()

    def row(found):
        return {"EOS": found.finished(), "score": found.score(), "distinct-2": found.distinct(size.compared),
                "known words": found.known(vocabulary), "pronouns": found.pronouns(), "as greedy": found.same(plain)}

    def drawn(questions, **settings):
        generator = torch.Generator().manual_seed(0)
        return Decoded(loaded, size.limit, "story", questions, sample, generator=generator, **settings)

    plain = Decoded(loaded, size.limit, "story", prompts, greedy)
    free = drawn(prompts)
    rows = {f"greedy, {size.stories} stories": row(plain), f"sampling, {size.stories} stories": row(free)}
    few = prompts[:size.compared]
    for temperature in TEMPERATURES:
        rows[f"temperature {temperature}"] = row(drawn(few, temperature=temperature))
    for temperature, top_p in NUCLEI:
        rows[f"temperature {temperature}, top_p {top_p}"] = row(drawn(few, temperature=temperature, top_p=top_p))
    beams = Decoded(loaded, size.limit, "story", few, beam_search, num_beams=4)
    rows["4 beams"] = row(beams)
    pairs = list(zip(beams.candidates, plain.candidates))
    higher = {"in all": sum(ours.score > theirs.score + 1e-3 for ours, theirs in pairs),
              "a token": sum(ours.score / len(ours.tokens) > theirs.score / len(theirs.tokens) + 1e-5
                             for ours, theirs in pairs), "of": len(pairs)}
    samples = [{"prompt": prompt, "greedy": plain.texts[number], "sampling": free.texts[number]}
               for number, prompt in enumerate(few[:10])]
    return rows, higher, samples


def measure(loaded, folder, size=Size()):
    """Measure a (model, tokenizer); print the figures, and write heldout.md and heldout.json with texts."""
    right, wrong = measure_answers(loaded, "transfer", size.transfers, size.limit)
    by_heart, _ = measure_answers(loaded, "faq", size.questions, size.limit)
    rows, higher, samples = measure_stories(loaded, size)
    names = list(next(iter(rows.values())))
    lines = [f"JSON of {size.transfers} held-out transfers, greedy: {right:.1%} right, the whole text", "",
             f"answers to {size.questions} questions of the faq, which it has met: {by_heart:.0%} word for word", "",
             f"| stories | {' | '.join(names)} |", "| --- |" + " --- |" * len(names)]
    lines += [f"| {name} | " + " | ".join(f"{value:.3f}" for value in row.values()) + " |"
              for name, row in rows.items()]
    lines += ["", f"4 beams against greedy: a higher score in all for {higher['in all']} of {higher['of']} prompts, "
              f"a token for {higher['a token']}"]
    print("\n".join(lines))
    write_text(folder / "heldout.md", "\n".join(lines) + "\n")
    write_json(folder / "heldout.json", {"right": right, "wrong": wrong, "faq": by_heart, "stories": rows,
                                         "beams": higher, "samples": samples})
