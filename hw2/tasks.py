"""HW2's prompts and tasks; the table of tasks states only their differences."""
from typing import NamedTuple

from minidl.decoding import beam_search, greedy, sample


class Prompt(NamedTuple):
    """A named prompt with its system message; expected: the contents of the JSON answer, None for other texts."""

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
    """A decoder and the grid of its settings, a list of dicts; options: the settings that the command line may change.

    Repeated runs show whether a method is random: sampling draws several texts per setting,
    a method that does not draw decodes its first setting twice.
    """

    number: int
    title: str
    decode: object
    grid: list
    options: tuple = ()

    @property
    def draws(self):
        return self.decode is sample


SAMPLING_OPTIONS = ("temperature", "top_p", "num_samples")
TASKS = {task.number: task for task in (
    Task(1, "greedy", greedy, [{}]),
    Task(2, "sampling", sample, [{"num_samples": 3}], SAMPLING_OPTIONS),
    Task(3, "temperature", sample, [{"temperature": t, "num_samples": 3} for t in (0.001, 0.1, 0.5, 1.0, 10.0)],
         SAMPLING_OPTIONS),
    Task(4, "nucleus", sample, [{"temperature": t, "top_p": p, "num_samples": 3} for t in (1, 0.5) for p in (
        0.9, 0.15)], SAMPLING_OPTIONS),
    Task(5, "beam search", beam_search, [{"num_beams": w, "length_penalty": a} for w, a in (
        (1, 1), (4, 1), (4, 0.5), (4, 2), (8, 1))], ("num_beams", "length_penalty")),
)}


def fixed_grid(task, **values):
    """Return the task's grid with these settings fixed, each point once.

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
    """Return settings as text, without the number of samples.

    >>> settings_text({"temperature": 0.5, "top_p": 0.9, "num_samples": 3})
    'temperature 0.5, top_p 0.9'
    """
    return ", ".join(f"{name} {value}" for name, value in settings.items() if name != "num_samples")
