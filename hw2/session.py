"""One call of hw2.run: the model, and the tasks' texts one after another."""
import contextlib
import hashlib
import json
import sys
import time

import torch

from hw2 import TINY
from hw2.figures import plot_methods
from hw2.report import show_table, write_report
from hw2.tasks import PROMPTS, TASKS, USUAL_SYSTEM, Prompt, distinct_2, fixed_grid, shown, transfer_fault
from minidl.decoding import sample
from minidl.decoding.beam import MAX_LENGTH_PENALTY
from minidl.decoding.model import encode_chat, end_token, load_model
from minidl.files import write_text
from minidl.plots import NO_MATPLOTLIB, have_matplotlib

LOCAL_CHOICES = ("--model takes tiny, the small model that comes with HW2; a folder with config.json, *.safetensors "
                 "and the tokenizer's files; or a .gguf file")


class Session:
    """Loads the model once, runs tasks, remembers what an earlier call has left."""

    def __init__(self, options):
        self.options = options
        _check_settings(options)
        (options.out / "hw2").mkdir(parents=True, exist_ok=True)
        try:
            self.model, self.tokenizer = load_model(
                str(TINY) if options.model == "tiny" else options.model, dtype=options.dtype, device=options.device)
        except FileNotFoundError as error:
            raise OSError(f"{error}; {LOCAL_CHOICES}") from None
        except OSError as error:
            raise OSError(f"{error}; get the weights where there is a network, by 'hf download {options.model} "
                          f"--local-dir DIR', or choose others: {LOCAL_CHOICES}") from None
        self.end = end_token(self.tokenizer)
        self.prompts = PROMPTS if options.prompt is None else (Prompt("prompt", USUAL_SYSTEM, options.prompt),)
        if options.system is not None:
            self.prompts = tuple(prompt._replace(system=options.system) for prompt in self.prompts)
        self.weights = _digest(self.model)
        self.results = {}

    def run(self, number):
        """Decode every prompt with every setting of a task; write results.jsonl as they come, then report.md."""
        task, folder = TASKS[number], self.options.out / "hw2" / f"task{number}"
        self.path = folder / "results.jsonl"
        self.known = {} if self.options.fresh else _read(self.path)
        self.grid = fixed_grid(task, **_given(self.options, task))
        results = self.results[number] = []
        for prompt in self.prompts:
            for settings in self.grid:
                results += self._decode(task, prompt, settings)
                self._write(results)
        print()
        show_table(results)
        self._report(number)
        print(f"written to {folder}: report.md, results.jsonl")

    def compare(self):
        """Write the reports again, now that each knows of the other tasks, and draw all methods in one picture."""
        for number in self.results:
            self._report(number)
        folder = self.options.out / "hw2"
        if have_matplotlib():
            plot_methods(folder / "methods.png", sum(self.results.values(), []))
        print(f"written to {folder}: {'methods.png, ' if have_matplotlib() else ''}task1 to task5/report.md compared"
              + ("" if have_matplotlib() else f"\n{NO_MATPLOTLIB}"))

    def _report(self, number):
        others = [result for key, results in self.results.items() if key != number for result in results]
        write_report(self.options.out / "hw2" / f"task{number}" / "report.md", TASKS[number], self.options.model,
                     self.prompts, self.results[number], others)

    def _decode(self, task, prompt, settings):
        """Return the results of one call of a decoder, a dict a text; shown as they are made."""
        key = {"model": self.options.model, "weights": self.weights, "dtype": self.options.dtype, "task": task.number,
               "settings": settings, "system": prompt.system, "prompt": prompt.text, "seed": self.options.seed,
               "max_new_tokens": self.options.max_new_tokens}
        print(f"\n{task.title}, {prompt.name}{''.join(f', {name} {value}' for name, value in settings.items())}")
        found = self.known.get(json.dumps(key, sort_keys=True))
        again = task.decode is not sample and settings == self.grid[0]
        if found and len(found) == settings.get("num_samples", 1 + again):
            for result in found:
                print(f"{shown(result['text'])}\n[from an earlier call]")
            return found
        ids = encode_chat(self.tokenizer, prompt.system, prompt.text)
        stream, started = Stream(self.tokenizer, self.end), time.perf_counter()

        def decode(on_token=None):
            more = {"generator": torch.Generator().manual_seed(self.options.seed)} if task.decode is sample else {}
            return task.decode(self.model, ids, max_new_tokens=self.options.max_new_tokens, eos_token_id=self.end,
                               on_token=on_token, **settings, **more)[0]

        candidates = decode(stream)
        if task.decode is not sample:
            candidates = candidates[:1] + (decode()[:1] if again else [])  # of beams the best
        seconds = time.perf_counter() - started
        stream.close()
        count = sum(len(candidate.tokens) for candidate in candidates)
        results = [self._result(key, prompt, candidate, number) for number, candidate in enumerate(candidates)]
        for result in results:
            if len(results) > 1 and result["tokens"][:len(stream.tokens)] != stream.tokens:
                print(f"--- another\n{shown(result['text'])}")
        print(f"[{count} tokens, {count / seconds:.1f} a second]")
        return results

    def _result(self, key, prompt, candidate, number):
        ended = candidate.tokens[:-1] if candidate.finished else candidate.tokens
        text = self.tokenizer.decode(ended, skip_special_tokens=False)
        fault = (transfer_fault(text, prompt.expected) or "right") if prompt.expected else None
        return {"key": key, "method": TASKS[key["task"]].title, "prompt": prompt.name, "number": number, "text": text,
                "score": candidate.score, "tokens": candidate.tokens, "finished": candidate.finished,
                "distinct_2": distinct_2(ended), "fault": fault}

    def _write(self, results):
        """Write these results, and those of an earlier call that have not come up yet."""
        keys = {json.dumps(result["key"], sort_keys=True) for result in results}
        others = [result for key, found in self.known.items() if key not in keys for result in found]
        write_text(self.path, "".join(json.dumps(result, ensure_ascii=False) + "\n" for result in results + others))


class Stream:
    """Prints the first text as its tokens come: what a call shows while it works."""

    def __init__(self, tokenizer, end):
        self.tokenizer, self.end, self.tokens, self.text = tokenizer, end, [], ""

    def __call__(self, row, token):
        if row == 0 and token != self.end:
            self.tokens.append(token)
            text = self.tokenizer.decode(self.tokens, skip_special_tokens=False)
            if not text.endswith("\ufffd"):  # a character of several tokens is waited for
                self._show(text)

    def _show(self, text):
        sys.stdout.write(shown(text[len(self.text):]))
        sys.stdout.flush()
        self.text = text

    def close(self):
        """Print what was waited for, and end the line."""
        self._show(self.tokenizer.decode(self.tokens, skip_special_tokens=False))
        print()


def _given(options, task):
    """Return the settings from the command line that this task has."""
    return {name: getattr(options, name) for name in task.options if getattr(options, name) is not None}


def _check_settings(options):
    """Refuse a setting that is out of range before the model is loaded."""
    for name, good, rule in (("temperature", lambda t: 0 < t < float("inf"), "finite and above 0"),
                             ("top_p", lambda p: 0 < p <= 1, "in (0, 1]"),
                             ("length_penalty", lambda a: abs(a) <= MAX_LENGTH_PENALTY,
                              f"in -{MAX_LENGTH_PENALTY} .. {MAX_LENGTH_PENALTY}"),
                             ("seed", lambda seed: seed < 2**63, "below 2 ** 63")):
        value = getattr(options, name)
        if value is not None and not good(value):
            raise ValueError(f"--{name.replace('_', '-')}: must be {rule}, got {value}")
    for name in dict.fromkeys(name for task in TASKS.values() for name in task.options):
        if getattr(options, name) is not None and options.task != "all" and (
                name not in TASKS[int(options.task)].options):
            raise ValueError(f"--{name.replace('_', '-')}: task {options.task} has no such setting")
    try:
        torch.Generator(options.device)  # asks for more than an empty tensor does
    except (RuntimeError, AssertionError):
        raise ValueError(f"--device: must be cpu, or a cuda device of this machine, got {options.device!r}") from None


def _read(path):
    """Return the results in a file, by their keys; lines that are damaged are left out."""
    known = {}
    try:
        lines = path.read_text(encoding="utf-8").split("\n")  # splitlines would cut at rarer ends of lines as well
    except (OSError, ValueError):
        return known
    for line in lines:
        with contextlib.suppress(ValueError, KeyError, TypeError):
            result = json.loads(line)
            known.setdefault(json.dumps(result["key"], sort_keys=True), []).append(result)
    return known


def _digest(model):
    """Return what changes with a model's weights: a hash of all their bytes."""
    digest = hashlib.sha256()
    for name, weight in model.named_parameters():
        digest.update(name.encode())
        digest.update(weight.detach().cpu().contiguous().view(torch.uint8).numpy())
    return digest.hexdigest()[:16]
