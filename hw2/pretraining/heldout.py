"""Measurements of the small model with minidl's decoders, on prompts that are not in its training text."""
from itertools import islice
from random import Random
from typing import NamedTuple

import torch

from hw2.pretraining.chats import SYSTEMS, turns
from hw2.pretraining.stories import HE_NAMES, SHE_NAMES, story
from hw2.texts import distinct_2
from minidl.decoding import beam_search, greedy, sample
from minidl.decoding.chat import encode_chat, left_padded
from minidl.files import write_json, write_text
from minidl.tables import markdown_table

SAMPLING_GRID = ([{"temperature": t} for t in (0.001, 0.1, 0.5, 1.0, 2.0, 10.0)]
                 + [{"temperature": t, "top_p": p} for t in (1.0, 0.5) for p in (0.9, 0.15)])


class HeldoutSizes(NamedTuple):
    """How many texts are measured. stories: for greedy decoding and for sampling; compared: for each other setting."""

    transfers: int = 500
    questions: int = 100
    stories: int = 200
    compared: int = 50
    max_new_tokens: int = 300  # the longest answer has about 285


SMOKE_SIZES = HeldoutSizes(20, 5, 6, 3, 40)


class Generated(NamedTuple):
    """The best candidate for each prompt, and its text without EOS."""

    candidates: list
    texts: list


def generate_answers(loaded, kind, questions, decode, max_new_tokens, **settings):
    """Return the Generated answers of a (model, tokenizer) to questions of one kind."""
    model, tokenizer = loaded
    ids, mask = left_padded([encode_chat(tokenizer, SYSTEMS[kind][0], question)[0] for question in questions])
    results = decode(model, ids, attention_mask=mask, max_new_tokens=max_new_tokens, **settings)
    candidates = [result[0] for result in results]
    return Generated(candidates, [tokenizer.decode(candidate.tokens[:-1] if candidate.finished else candidate.tokens)
                                  for candidate in candidates])


def mean(values):
    """Return the mean of an iterable of numbers or booleans; 0 if it is empty."""
    values = list(values)
    return sum(values) / len(values) if values else 0.0


def words(text):
    """Return the words of a text, without the punctuation around them."""
    return [word.strip('.,!?"') for word in text.split()]


def grammar_words(stories=5000):
    """Return the set of words in that many stories of the grammar."""
    rng = Random("words")
    return {word for _ in range(stories) for word in words(story(rng)[1])}


def pronouns_agree(text):
    """Return whether the first paragraph names a hero and has no pronoun of the other gender.

    A paragraph with a grandmother may have both.

    >>> pronouns_agree("Pip was a tiny mole. He was so small that the tall grass hid her.")
    False
    """
    paragraph = words(text.split("\n")[0])
    hero = next((word for word in paragraph if word in HE_NAMES + SHE_NAMES), None)
    wrong = {"she", "her", "herself"} if hero in HE_NAMES else {"he", "him", "his", "himself"}
    return hero is not None and ("grandmother" in paragraph or wrong.isdisjoint(word.lower() for word in paragraph))


def story_statistics(stories, greedy_stories, vocabulary, compared=None):
    """Return the statistics of Generated stories (distinct-2: of the first `compared`, since their number matters)."""
    candidates, texts = stories
    return {"EOS": mean(candidate.finished for candidate in candidates),
            "score": mean(candidate.score / len(candidate.tokens) for candidate in candidates),
            "distinct-2": distinct_2(*(candidate.tokens for candidate in candidates[:compared])),
            "known words": mean(word in vocabulary for text in texts for word in words(text)),
            "pronouns": mean(map(pronouns_agree, texts)),
            "as greedy": mean(text == greedy_text for text, greedy_text in zip(texts, greedy_stories.texts))}


def measure_answers(loaded, kind, count, max_new_tokens):
    """Return (share right, list of wrong answers) of greedy decoding; an answer is right if the whole text is equal.

    kind: "transfer", to held-out contractors, or "faq", whose questions are all in the training text.
    """
    pairs = list(islice(turns(kind, Random(f"held-out {kind}s"), heldout=True), count))
    texts = generate_answers(loaded, kind, [question for question, _ in pairs], greedy, max_new_tokens).texts
    wrong = [{"question": question, "expected": answer, "got": text}
             for (question, answer), text in zip(pairs, texts) if text != answer]
    return 1 - len(wrong) / count, wrong


def generate_stories(loaded, prompts, sizes):
    """Return a dict from the label of each row of the table to its Generated stories."""
    def run(prompts, decode, **settings):
        if decode is sample:
            settings["generator"] = torch.Generator().manual_seed(0)
        return generate_answers(loaded, "story", prompts, decode, sizes.max_new_tokens, **settings)

    stories = {f"{name}, {sizes.stories} stories": run(prompts, decode)
               for name, decode in (("greedy", greedy), ("sampling", sample))}
    for settings in SAMPLING_GRID:
        label = ", ".join(f"{name} {value}" for name, value in settings.items())
        stories[label] = run(prompts[:sizes.compared], sample, **settings)
    return stories | {"4 beams": run(prompts[:sizes.compared], beam_search, num_beams=4)}


def compare_scores(beams, greedy_stories):
    """Return the number of prompts for which beam search beats greedy decoding: by total score, by score per token."""
    pairs = list(zip(beams.candidates, greedy_stories.candidates))
    return (sum(beam.score > text.score + 1e-3 for beam, text in pairs),
            sum(beam.score / len(beam.tokens) > text.score / len(text.tokens) + 1e-5 for beam, text in pairs))


def measure(loaded, folder, sizes=HeldoutSizes()):
    """Measure a (model, tokenizer); print the results and write them to heldout.md, with texts to heldout.json."""
    right, wrong = measure_answers(loaded, "transfer", sizes.transfers, sizes.max_new_tokens)
    faq_right, _ = measure_answers(loaded, "faq", sizes.questions, sizes.max_new_tokens)
    prompts = [prompt for prompt, _ in islice(turns("story", Random("held-out stories")), sizes.stories)]
    stories = generate_stories(loaded, prompts, sizes)
    greedy_stories, sampled_stories, *_ = stories.values()
    vocabulary = grammar_words()
    rows = {label: story_statistics(generated, greedy_stories, vocabulary, sizes.compared)
            for label, generated in stories.items()}
    higher, higher_per_token = compare_scores(stories["4 beams"], greedy_stories)
    text = "\n\n".join([
        f"{sizes.transfers} held-out transfers, greedy decoding: {right:.1%} of the JSON answers are exactly right",
        f"{sizes.questions} questions of the faq, seen in training, greedy decoding: {faq_right:.0%} of the answers "
        "are exactly right",
        markdown_table(["stories", *rows[f"greedy, {sizes.stories} stories"]],
                       [[label, *(f"{value:.3f}" for value in row.values())] for label, row in rows.items()]),
        f"4 beams against greedy decoding: a higher total score on {higher} of {sizes.compared} prompts, "
        f"a higher score per token on {higher_per_token}"])
    print(text)
    write_text(folder / "heldout.md", text + "\n")
    samples = [{"prompt": prompt, "greedy": greedy_text, "sampling": sampled_text} for prompt, greedy_text, sampled_text
               in zip(prompts[:min(10, sizes.compared)], greedy_stories.texts, sampled_stories.texts)]
    write_json(folder / "heldout.json", {
        "right": right, "wrong": wrong, "faq": faq_right, "stories": rows,
        "beams": {"higher": higher, "higher per token": higher_per_token, "prompts": sizes.compared},
        "samples": samples})
