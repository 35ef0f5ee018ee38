"""HW2's prompts and grids: what differs between the tasks is what is written here."""
import json
import math
import re
import unicodedata
from typing import NamedTuple

from minidl.decoding import beam_search, greedy, sample


class Prompt(NamedTuple):
    """A named prompt with its system message; expected: what the answer's JSON is to hold, None for other texts."""

    name: str
    system: str
    text: str
    expected: dict | None = None


USUAL_SYSTEM = "You are a helpful assistant."
PROMPTS = (
    Prompt("story", "You are a storyteller. You write short, warm stories for children.",
           "Write a short story about a tiny hedgehog."),
    Prompt("json", "You are a machine that turns a sentence about a money transfer into JSON. Answer with one JSON "
                   'object and nothing else. It has the keys "contractor" (a string: who gets the money), "sum" (a '
                   'decimal number) and "currency" (three upper-case letters).',
           "Please transfer 1250.50 euros to Anna Schmidt for the repair of the roof.",
           expected={"contractor": "Anna Schmidt", "sum": 1250.5, "currency": "EUR"}),
)


class Task(NamedTuple):
    """A decoder, the grid of its settings, a list of dicts, and which of them the command line may set.

    Each setting is tried several times, to see whether runs differ: by three samples, and
    where nothing is drawn by decoding the first setting twice.
    """

    number: int
    title: str
    decode: object
    grid: list
    options: tuple = ()


SAMPLED = ("temperature", "top_p", "num_samples")
TASKS = {task.number: task for task in (
    Task(1, "greedy", greedy, [{}]),
    Task(2, "sampling", sample, [{"num_samples": 3}], SAMPLED),
    Task(3, "temperature", sample, [{"temperature": t, "num_samples": 3} for t in (0.001, 0.1, 0.5, 1.0, 10.0)],
         SAMPLED),
    Task(4, "nucleus", sample, [{"temperature": t, "top_p": p, "num_samples": 3} for t in (1, 0.5) for p in (
        0.9, 0.15)], SAMPLED),
    Task(5, "beam search", beam_search, [{"num_beams": w, "length_penalty": a} for w, a in (
        (1, 1), (4, 1), (4, 0.5), (4, 2), (8, 1))], ("num_beams", "length_penalty")),
)}


def fixed_grid(task, **values):
    """Return the task's grid with these settings put in their place; what becomes equal is left out.

    >>> fixed_grid(TASKS[4], temperature=2)
    [{'temperature': 2, 'top_p': 0.9, 'num_samples': 3}, {'temperature': 2, 'top_p': 0.15, 'num_samples': 3}]
    """
    grid = []
    for point in task.grid:
        fixed = {**point, **values}
        if fixed not in grid:
            grid.append(fixed)
    return grid


def settings_text(settings):
    """Return settings as text, but for the number of samples, which shows by itself.

    >>> settings_text({"temperature": 0.5, "top_p": 0.9, "num_samples": 3})
    'temperature 0.5, top_p 0.9'
    """
    return ", ".join(f"{name} {value}" for name, value in settings.items() if name != "num_samples")


def shown(text):
    """Return a model's text with its control characters made visible: none of them is to reach a terminal.

    >>> shown("a\\x1b[0m")
    'a�[0m'
    """
    return "".join("\ufffd" if unicodedata.category(one) == "Cc" and one not in "\n\t" else one for one in text)


def transfer_fault(text, expected=None):
    """Return what is wrong with a transfer's JSON, in words; None where it is right.

    expected: a dict of the right values; None where only the form can be judged.

    >>> transfer_fault('{"contractor": "Anna", "sum": 12.5, "currency": "EUR"}')
    >>> transfer_fault('{"contractor": "Anna", "sum": "12.5", "currency": "EUR"}')
    'sum is no number'
    >>> transfer_fault('{"contractor": "Anna", "sum": 12.5, "currency": "EUR"}', {"sum": 12.0})
    'wrong sum'
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return "no JSON"
    if not isinstance(found, dict):
        return "no object"
    if set(found) != {"contractor", "sum", "currency"}:
        return "other keys"
    if not isinstance(found["contractor"], str) or not found["contractor"].strip():
        return "contractor is no text"
    if isinstance(found["sum"], bool) or not isinstance(found["sum"], (int, float)) or (
            not math.isfinite(found["sum"])):
        return "sum is no number"
    if not isinstance(found["currency"], str) or not re.fullmatch("[A-Z]{3}", found["currency"]):
        return "currency is not three upper-case letters"
    wrong = [key for key in expected or () if found[key] != expected[key]]
    return f"wrong {' and '.join(wrong)}" if wrong else None


def distinct_2(*texts):
    """Return the share of different ones among all pairs of neighbouring tokens of the texts; 1 where there is no pair.

    Source: Li, Galley, Brockett, Gao and Dolan, "A diversity-promoting objective function for
    neural conversation models", 2015, arXiv 1510.03055.

    >>> distinct_2([1, 2, 1, 2]), distinct_2([1]), distinct_2([1, 2], [1, 2])
    (0.6666666666666666, 1.0, 0.5)
    """
    pairs = [pair for tokens in texts for pair in zip(tokens, tokens[1:])]
    return len(set(pairs)) / len(pairs) if pairs else 1.0
