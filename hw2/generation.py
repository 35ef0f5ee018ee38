"""The texts of one task: all settings, samples and prompts are one batch, and each text is on disk when it ends."""
import json
import time
from collections import Counter
from functools import partial
from typing import NamedTuple

import torch

from hw2.pretraining.checks import story_fault
from hw2.screen import Screen
from hw2.stream import prompt_lines, show_texts
from hw2.tasks import TASKS, Prompt, settings_text
from hw2.texts import digest, distinct_2, transfer_fault
from minidl.checks import check_form, require
from minidl.decoding.candidate import Candidate
from minidl.decoding.chat import encode_chat, left_padded
from minidl.decoding.config import vocabulary_size
from minidl.decoding.sampling import text_generators
from minidl.files import write_text
from minidl.results import load_result, save_result
from minidl.terminal import wrapped


class Text(NamedTuple):
    """A text to decode: the number-th one of a prompt with these settings."""

    prompt: Prompt
    settings: dict
    number: int


def task_texts(task, prompts, grid):
    """Return all Texts of a task; without randomness, the first settings are decoded twice."""
    return [Text(prompt, settings, number) for prompt in prompts for settings in grid
            for number in range(settings["num_samples"] if task.draws else 1 + (settings == grid[0]))]


def generate(setup, task, grid):
    """Return the results of a task, a list of dicts; decode the texts that no earlier call has saved."""
    texts = task_texts(task, setup.prompts, grid)
    paths = [record_path(setup, task, text) for text in texts]
    results = [None] * len(texts) if setup.options.fresh else saved_results(setup, task, texts, paths)
    missing = [position for position, result in enumerate(results) if result is None]

    def on_result(row, candidate):
        position = missing[row]
        text = texts[position]
        results[position] = make_result(setup, task, text, candidate)
        save_result(paths[position], depends_on(setup, task, text), candidate._asdict())
        write_results(setup.folder(task.number), texts, results)

    streamed = decode(setup, task, [texts[position] for position in missing], on_result) if missing else []
    show(setup, task, texts, results, {missing[row] for row in streamed}, set(missing))
    return write_results(setup.folder(task.number), texts, results)


def saved_results(setup, task, texts, paths):
    """Return the results that earlier calls have saved, None where there is no usable one; print why one is not."""
    reasons = Counter()

    def unusable(path, line):
        reasons[line.removeprefix(f"{path}: ")] += 1

    results = [load_result(path, depends_on(setup, task, text), read=partial(saved_result, setup, task, text),
                           unusable=partial(unusable, path)) for path, text in zip(paths, texts)]
    for reason, count in reasons.items():
        print(wrapped(f"{paths[0].parent}: {count} of {len(texts)} texts: {reason}; decoding again"))
    return results


def key_of(setup, task, text):
    """Return what a text depends on besides the model's files and the code, as it is in its result."""
    options, prompt = setup.options, text.prompt
    return {"model": options.model, "weights": setup.weights, "dtype": options.dtype, "task": task.number,
            "settings": text.settings, "name": prompt.name, "system": prompt.system, "prompt": prompt.text,
            "seed": options.seed, "max_new_tokens": options.max_new_tokens}


def depends_on(setup, task, text):
    """Return everything that a text depends on."""
    return {**setup.depends, "key": key_of(setup, task, text), "number": text.number}


def record_path(setup, task, text):
    """Return the path of a text's record."""
    name = digest(json.dumps([key_of(setup, task, text), text.number], sort_keys=True))
    return setup.folder(task.number) / "texts" / f"{name}.json"


def decode(setup, task, texts, on_result):
    """Decode Texts in one batch; print one per prompt, and return the rows of these.

    on_result: called with (row, Candidate) as soon as a text has ended.
    Each text draws from its own generator, so that what it says depends on no other text,
    except for the rounding of the batched products: it may decide between two tokens that
    are almost equally likely.
    """
    options, started, tokens = setup.options, time.perf_counter(), []
    prompts = {text.prompt.name: text.prompt for text in texts}
    encoded = {name: encode_chat(setup.tokenizer, prompt.system, prompt.text)[0] for name, prompt in prompts.items()}
    ids, mask = left_padded([encoded[text.prompt.name] for text in texts])
    settings = {name: [text.settings[name] for text in texts] for name in texts[0].settings if name != "num_samples"}
    if task.draws:
        settings["generator"] = [text_generators(1, text.settings["num_samples"], torch.Generator().manual_seed(
            options.seed))[text.number] for text in texts]
    firsts = {text.prompt.name: row for row, text in reversed(list(enumerate(texts)))}  # each prompt's first row
    headings = {row: (prompt_lines(texts[row].prompt), label(task, texts[row])) for row in sorted(firsts.values())}
    screen = Screen(setup, headings, len(texts))

    def on_text(row, candidate):
        tokens.append(len(candidate.tokens))
        on_result(row, candidate)
        screen.on_text(row)

    try:
        task.decode(setup.model, ids, attention_mask=mask, max_new_tokens=options.max_new_tokens,
                    eos_token_id=setup.ends or None, on_token=screen.on_token, on_text=on_text, **settings)
    finally:
        screen.close()
    seconds = time.perf_counter() - started
    print(f"[{len(tokens)} texts, {sum(tokens):,} tokens, {sum(tokens) / seconds:.0f} per second]")
    return sorted(firsts.values())


def label(task, text):
    """Return where a text stands: "temperature, story, temperature 0.5"."""
    return ", ".join(filter(None, (task.title, text.prompt.name, settings_text(text.settings))))


def show(setup, task, texts, results, streamed, decoded):
    """Print the texts that were not printed during decoding, by setting.

    streamed, decoded: the positions of the texts that are printed already, and of those that this call decoded.
    """
    groups = {}
    for position, text in enumerate(texts):
        groups.setdefault(label(task, text), []).append(position)
    introduced = {texts[position].prompt.name for position in streamed}
    for heading, positions in groups.items():
        prompt = texts[positions[0]].prompt
        others = [results[position]["text"] for position in positions if position not in streamed]
        if not others:
            continue
        if prompt.name not in introduced:
            print(prompt_lines(prompt))
            introduced.add(prompt.name)
        print(f"\n{heading}{' (other texts)' if len(others) < len(positions) else ''}")
        show_texts(others, heading, setup.shown, "" if decoded & {*positions} else "[from an earlier call]")


def write_results(folder, texts, results):
    """Write results.jsonl and return its results: those of each setting by score, best first."""
    groups = {}
    for text, result in zip(texts, results):
        if result is not None:
            groups.setdefault((text.prompt.name, json.dumps(text.settings)), []).append(result)
    ranked = [{**result, "number": number} for group in groups.values() for number, result in enumerate(
        sorted(group, key=lambda result: -result["score"]))]
    write_text(folder / "results.jsonl", "".join(json.dumps(result, ensure_ascii=False) + "\n" for result in ranked))
    return ranked


def without_end(candidate):
    """Return the tokens of a Candidate without the EOS that ended it."""
    return candidate.tokens[:-1] if candidate.finished else candidate.tokens


def saved_result(setup, task, text, value):
    """Return the result of a text from its saved Candidate, a dict; raise ValueError if it has another form."""
    check_form(value, {"tokens": [int], "score": float, "finished": bool})
    size = vocabulary_size(setup.model)
    require(all(0 <= token < size for token in value["tokens"]), "tokens", f"must be in [0, {size})", value["tokens"])
    return make_result(setup, task, text, Candidate(**value))


def make_result(setup, task, text, candidate):
    """Return the result of one text, a dict: the text, its score and tokens, and the measurements."""
    words, prompt = setup.tokenizer.decode(without_end(candidate), skip_special_tokens=False), text.prompt
    fault = (transfer_fault(words, prompt.expected) or "right") if prompt.expected else None
    return {"key": key_of(setup, task, text), "method": TASKS[task.number].title, "prompt": prompt.name,
            "number": text.number, "text": words, "score": candidate.score, "tokens": candidate.tokens,
            "finished": candidate.finished, "distinct_2": distinct_2(without_end(candidate)), "fault": fault,
            "story_fault": story_fault(words) if asks_for_story(setup.options.model, prompt) else None}


def asks_for_story(model, prompt):
    """Return whether the small model is asked for a story, so that its grammar can check the answer."""
    return model == "tiny" and prompt.expected is None and "story" in prompt.text.lower()
