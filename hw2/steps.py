"""One call of hw2.run: load the model, then decode, save and report the texts of each task."""
import hashlib
import json
from typing import NamedTuple

import torch

import hw2
import minidl
from hw2.ends import ends_of, facts
from hw2.figures import plot_methods
from hw2.folders import results_folder
from hw2.generation import generate
from hw2.pictures import PICTURES, draw_pictures
from hw2.report import print_results, write_report
from hw2.tasks import PROMPTS, TASKS, USUAL_SYSTEM, Prompt, fixed_grid
from hw2.texts import digest
from minidl.decoding.beam import MAX_LENGTH_PENALTY
from minidl.decoding.model import load_model
from minidl.device import usable_device
from minidl.files import make_folder
from minidl.plots import NO_MATPLOTLIB, have_matplotlib
from minidl.results import code_digest
from minidl.terminal import wrapped

LOCAL_MODELS = ("--model takes tiny, the small model that comes with HW2; a folder with config.json, *.safetensors "
                "and the tokenizer's files; or a .gguf file")


class Setup(NamedTuple):
    """What the tasks of one call share; depends: what every text depends on, besides its settings and prompt."""

    options: object
    model: object
    tokenizer: object
    ends: frozenset
    prompts: tuple
    weights: str
    depends: dict
    shown: dict  # from each text that was printed to where it stands
    drawn: dict  # from the name of each picture of this call to its path

    def folder(self, number=None):
        """Return the folder of all results, or that of a task."""
        folder = results_folder(self.options)
        return folder if number is None else folder / f"task{number}"


def run(options):
    """Run the tasks that the command line names."""
    setup = prepare(options)
    results = {number: run_task(setup, TASKS[number])
               for number in (TASKS if options.task == "all" else [int(options.task)])}
    if options.task != "all":
        return
    folder = setup.folder()
    if have_matplotlib():
        plot_methods(folder / "methods.png", sum(results.values(), []))
    for number in results:  # again, now that the texts of all tasks can be compared
        report(setup, number, results)
    pictures = "methods.png, " if have_matplotlib() else ""
    print(wrapped(f"written to {folder}: {pictures}task1 to task5/report.md compared"
                  + ("" if pictures else f"\n{NO_MATPLOTLIB}")))


def prepare(options):
    """Return the Setup: check the settings, load the model."""
    check_settings(options)
    usable_device(options.device)
    make_folder(results_folder(options))  # fails now if the folder is not writable
    name = str(hw2.TINY) if options.model == "tiny" else options.model
    try:
        model, tokenizer = load_model(name, dtype=options.dtype, device=options.device)
    except FileNotFoundError as error:
        raise OSError(f"{error}; {LOCAL_MODELS}") from None
    except OSError as error:
        raise OSError(f"{error}; download the weights on a machine with a network, by 'hf download {options.model} "
                      f"--local-dir DIR', or choose another model: {LOCAL_MODELS}") from None
    prompts = PROMPTS if options.prompt is None else (Prompt("prompt", USUAL_SYSTEM, options.prompt),)
    if options.system is not None:
        prompts = tuple(prompt._replace(system=options.system) for prompt in prompts)
    backend = getattr(tokenizer, "backend_tokenizer", None)
    depends = {"config": json.loads(model.config.to_json_string(use_diff=False)), "device": options.device,
               "template": tokenizer.chat_template,
               "tokenizer": digest(backend.to_str() if backend else str(sorted(tokenizer.get_vocab().items()))),
               "code": code_digest(minidl, hw2)}
    depends["config"].pop("_name_or_path", None)  # the folder may move
    ends = ends_of(model, tokenizer, options.eos)
    depends["ends"] = sorted(ends)
    for line in facts(model, tokenizer, ends):
        print(wrapped(line))
    return Setup(options, model, tokenizer, ends, prompts, weights_digest(model), depends, shown={}, drawn={})


def run_task(setup, task):
    """Return the results of a task: decode every prompt with every setting, print and save the texts."""
    given = {name: getattr(setup.options, name) for name in task.options if getattr(setup.options, name) is not None}
    results = generate(setup, task, fixed_grid(task, **given))
    print()
    print_results(results)
    pictures = draw_pictures(setup, task.number, setup.folder(task.number), results)
    report(setup, task.number, {task.number: results})
    print(wrapped(f"written to {setup.folder(task.number)}: {', '.join(['report.md', 'results.jsonl', *pictures])}"))
    return results


def report(setup, number, results):
    """Write a task's report.md; results: dict from task to its results, those of other tasks for comparison."""
    other_results = [result for other, texts in results.items() if other != number for result in texts]
    pictures = [name for name in (PICTURES.get(number), "../methods.png" if other_results else None)
                if name and have_matplotlib()]
    write_report(setup.folder(number) / "report.md", TASKS[number], setup.options.model, setup.prompts,
                 results[number], other_results, pictures=pictures,
                 checks_stories=setup.options.model == "tiny", language=setup.options.lang)


def check_settings(options):
    """Raise a ValueError if a setting is out of range, before the model is loaded."""
    for name, in_range, rule in (
            ("temperature", lambda t: 0 < t < float("inf"), "finite and above 0; for 0 use task 1"),
            ("top_p", lambda p: 0 < p <= 1, "in (0, 1]"),
            ("length_penalty", lambda a: abs(a) <= MAX_LENGTH_PENALTY,
             f"in -{MAX_LENGTH_PENALTY} .. {MAX_LENGTH_PENALTY}"),
            ("seed", lambda seed: seed < 2**63, "below 2 ** 63")):
        value = getattr(options, name)
        if value is not None and not in_range(value):
            raise ValueError(f"--{name.replace('_', '-')}: must be {rule}, got {value}")
    for name in dict.fromkeys(name for task in TASKS.values() for name in task.options):
        if options.task != "all" and getattr(options, name) is not None and (
                name not in TASKS[int(options.task)].options):
            raise ValueError(f"--{name.replace('_', '-')}: task {options.task} has no such setting")


def weights_digest(model):
    """Return a hash of all weights of a model."""
    sha256 = hashlib.sha256()
    for name, weight in model.named_parameters():
        sha256.update(name.encode())
        sha256.update(weight.detach().cpu().contiguous().view(torch.uint8).numpy())
    return sha256.hexdigest()[:16]
