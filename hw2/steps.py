"""One call of hw2.run: load the model, then decode, save and report the texts of each task."""
import hashlib
import json
import time
from typing import NamedTuple

import torch

import hw2
import minidl
from hw2.ends import ends_of, facts
from hw2.figures import plot_methods
from hw2.report import print_table, write_report
from hw2.stream import Stream
from hw2.tasks import PROMPTS, TASKS, USUAL_SYSTEM, Prompt, fixed_grid
from hw2.texts import distinct_2, printable, transfer_fault
from minidl.decoding.beam import MAX_LENGTH_PENALTY
from minidl.decoding.chat import encode_chat
from minidl.decoding.model import load_model
from minidl.device import usable_device
from minidl.files import write_text
from minidl.plots import NO_MATPLOTLIB, have_matplotlib
from minidl.results import code_digest, load_result, save_result

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

    def folder(self, number):
        return self.options.out / "hw2" / f"task{number}"


def run(options):
    """Run the tasks that the command line names."""
    setup = prepare(options)
    results = {number: run_task(setup, TASKS[number])
               for number in (TASKS if options.task == "all" else [int(options.task)])}
    if options.task != "all":
        return
    for number in results:  # again, now that the texts of all tasks can be compared
        report(setup, number, results)
    folder = options.out / "hw2"
    if have_matplotlib():
        plot_methods(folder / "methods.png", sum(results.values(), []))
    print(f"written to {folder}: {'methods.png, ' if have_matplotlib() else ''}task1 to task5/report.md compared"
          + ("" if have_matplotlib() else f"\n{NO_MATPLOTLIB}"))


def prepare(options):
    """Return the Setup: check the settings, load the model."""
    check_settings(options)
    usable_device(options.device)
    (options.out / "hw2").mkdir(parents=True, exist_ok=True)  # fails now if the folder is not writable
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
               "template": tokenizer.chat_template, "tokenizer": backend and digest(backend.to_str()),
               "code": code_digest(minidl, hw2)}
    depends["config"].pop("_name_or_path", None)  # the folder may move
    ends = ends_of(model, tokenizer, options.eos)
    depends["ends"] = sorted(ends)
    for line in facts(model, tokenizer, ends):
        print(line)
    return Setup(options, model, tokenizer, ends, prompts, weights_digest(model), depends)


def run_task(setup, task):
    """Return the results of a task: decode every prompt with every setting, print and save the texts."""
    given = {name: getattr(setup.options, name) for name in task.options if getattr(setup.options, name) is not None}
    grid, results = fixed_grid(task, **given), []
    for prompt in setup.prompts:
        for settings in grid:
            runs = 2 if settings == grid[0] and not task.draws else 1
            results += texts_of(setup, task, prompt, settings, runs)
            write_text(setup.folder(task.number) / "results.jsonl",
                       "".join(json.dumps(result, ensure_ascii=False) + "\n" for result in results))
    print()
    print_table(results)
    report(setup, task.number, {task.number: results})
    print(f"written to {setup.folder(task.number)}: report.md, results.jsonl")
    return results


def report(setup, number, results):
    """Write a task's report.md; results: dict from task to its results, those of other tasks for comparison."""
    other_results = [result for other, texts in results.items() if other != number for result in texts]
    write_report(setup.folder(number) / "report.md", TASKS[number], setup.options.model, setup.prompts,
                 results[number], other_results)


def texts_of(setup, task, prompt, settings, runs):
    """Return the results of one setting, one dict per text; decode only if no earlier call has saved them."""
    options = setup.options
    key = {"model": options.model, "weights": setup.weights, "dtype": options.dtype, "task": task.number,
           "settings": settings, "name": prompt.name, "system": prompt.system, "prompt": prompt.text,
           "seed": options.seed, "max_new_tokens": options.max_new_tokens}
    print(f"\n{task.title}, {prompt.name}{''.join(f', {name} {value}' for name, value in settings.items())}")
    record = setup.folder(task.number) / "texts" / f"{digest(json.dumps(key, sort_keys=True))}.json"
    depends = {**setup.depends, "key": key, "runs": runs}
    results = None if options.fresh else load_result(record, depends)
    if results is not None:
        for result in results:
            print(f"{printable(result['text'])}\n[from an earlier call]")
        return results
    candidates = decode(setup, task, prompt, settings, runs)
    results = [make_result(setup, key, prompt, candidate, number) for number, candidate in enumerate(candidates)]
    save_result(record, depends, results)
    return results


def decode(setup, task, prompt, settings, runs):
    """Return the Candidates of one setting; print the first text during decoding, then those that differ from it."""
    ids = encode_chat(setup.tokenizer, prompt.system, prompt.text)
    stream, started = Stream(setup.tokenizer, setup.ends), time.perf_counter()

    def call(on_token=None):
        random = {"generator": torch.Generator().manual_seed(setup.options.seed)} if task.draws else {}
        return task.decode(setup.model, ids, max_new_tokens=setup.options.max_new_tokens, on_token=on_token,
                           eos_token_id=setup.ends or None, **settings, **random)[0]

    candidates = call(stream)
    if not task.draws:
        candidates = [candidates[0], *(call()[0] for _ in range(runs - 1))]  # the best text of each call
    seconds = time.perf_counter() - started
    stream.close()
    for candidate in candidates:
        if without_end(candidate) != stream.tokens:
            print(f"--- another\n{printable(setup.tokenizer.decode(without_end(candidate)))}")
    count = sum(len(candidate.tokens) for candidate in candidates)
    print(f"[{count} tokens, {count / seconds:.1f} per second]")
    return candidates


def without_end(candidate):
    """Return the tokens of a Candidate without the EOS that ended it."""
    return candidate.tokens[:-1] if candidate.finished else candidate.tokens


def make_result(setup, key, prompt, candidate, number):
    """Return the result of one text, a dict: the text, its score and tokens, and the measurements."""
    text = setup.tokenizer.decode(without_end(candidate), skip_special_tokens=False)
    fault = (transfer_fault(text, prompt.expected) or "right") if prompt.expected else None
    return {"key": key, "method": TASKS[key["task"]].title, "prompt": prompt.name, "number": number, "text": text,
            "score": candidate.score, "tokens": candidate.tokens, "finished": candidate.finished,
            "distinct_2": distinct_2(without_end(candidate)), "fault": fault}


def check_settings(options):
    """Raise a ValueError if a setting is out of range, before the model is loaded."""
    for name, in_range, rule in (
            ("temperature", lambda t: 0 < t < float("inf"), "finite and above 0"),
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


def digest(text):
    """Return a short hash of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def weights_digest(model):
    """Return a hash of all weights of a model."""
    sha256 = hashlib.sha256()
    for name, weight in model.named_parameters():
        sha256.update(name.encode())
        sha256.update(weight.detach().cpu().contiguous().view(torch.uint8).numpy())
    return sha256.hexdigest()[:16]
