"""One call of hw2.run: the model, and the tasks' texts one after another."""
import hashlib
import json
import sys
import time

import torch

from hw2.report import show_table, write_report
from hw2.tasks import PROMPTS, TASKS, Prompt, distinct_2, fixed_grid, transfer_fault
from minidl.decoding import greedy, sample
from minidl.decoding.model import encode_chat, end_token, load_model
from minidl.report import write_text

LOCAL_CHOICES = "--model takes a folder with config.json, *.safetensors and the tokenizer's files, or a .gguf file"


class Session:
    """Loads the model once, runs tasks, remembers what an earlier call has left."""

    def __init__(self, options):
        self.options = options
        _check_settings(options)
        (options.out / "hw2").mkdir(parents=True, exist_ok=True)
        try:
            self.model, self.tokenizer = load_model(options.model, dtype=options.dtype, device=options.device)
        except OSError as error:
            raise OSError(f"{error}; get the weights where there is a network, by 'hf download {options.model} "
                          f"--local-dir DIR', or choose others: {LOCAL_CHOICES}") from None
        self.end = end_token(self.tokenizer)
        self.prompts = PROMPTS if options.prompt is None else (Prompt("prompt", options.system, options.prompt),)
        self.weights = _digest(self.model)

    def run(self, number):
        """Decode every prompt with every setting of a task; write results.jsonl as they come, then report.md."""
        task, folder = TASKS[number], self.options.out / "hw2" / f"task{number}"
        self.path = folder / "results.jsonl"
        self.known = {} if self.options.fresh else _read(self.path)
        results = []
        for prompt in self.prompts:
            for settings in fixed_grid(task, **_given(self.options, task.decode)):
                results += self._decode(task, prompt, settings)
                self._write(results)
        print()
        show_table(results)
        write_report(folder / "report.md", task, self.options.model, self.prompts, results)
        print(f"written to {folder}: report.md, results.jsonl")

    def _decode(self, task, prompt, settings):
        """Return the results of one call of a decoder, a dict a text; shown as they are made."""
        key = {"model": self.options.model, "weights": self.weights, "dtype": self.options.dtype, "task": task.number,
               "settings": settings, "system": prompt.system, "prompt": prompt.text, "seed": self.options.seed,
               "max_new_tokens": self.options.max_new_tokens}
        print(f"\n{task.title}, {prompt.name}{''.join(f', {name} {value}' for name, value in settings.items())}")
        found = self.known.get(json.dumps(key, sort_keys=True))
        if found:
            for result in found:
                print(f"{result['text']}\n[from an earlier call]")
            return found
        ids = encode_chat(self.tokenizer, prompt.system, prompt.text)
        stream, started = Stream(self.tokenizer, self.end), time.perf_counter()
        more = {"generator": torch.Generator().manual_seed(self.options.seed)} if task.decode is sample else {}
        candidates = task.decode(self.model, ids, max_new_tokens=self.options.max_new_tokens, eos_token_id=self.end,
                                 on_token=stream, **settings, **more)[0]
        seconds = time.perf_counter() - started
        stream.close()
        if "num_beams" in settings:
            candidates = candidates[:1]
        count = sum(len(candidate.tokens) for candidate in candidates)
        results = [self._result(key, prompt, candidate, number) for number, candidate in enumerate(candidates)]
        for result in results:
            if result["text"] != stream.text:
                print(f"---\n{result['text']}")
        print(f"[{count} tokens, {count / seconds:.1f} a second]")
        return results

    def _result(self, key, prompt, candidate, number):
        ended = candidate.tokens[:-1] if candidate.finished else candidate.tokens
        text = self.tokenizer.decode(ended, skip_special_tokens=False)
        return {"key": key, "prompt": prompt.name, "number": number, "text": text, "score": candidate.score,
                "tokens": candidate.tokens, "finished": candidate.finished, "distinct_2": distinct_2(ended),
                "fault": (transfer_fault(text) or "right") if prompt.is_json else None}

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
        sys.stdout.write(text[len(self.text):])
        sys.stdout.flush()
        self.text = text

    def close(self):
        """Print what was waited for, and end the line."""
        self._show(self.tokenizer.decode(self.tokens, skip_special_tokens=False))
        print()


def _given(options, decode):
    """Return the settings from the command line that this decoder has."""
    names = () if decode is greedy else ("temperature", "top_p") if decode is sample else (
        "num_beams", "length_penalty")
    return {name: getattr(options, name) for name in names if getattr(options, name) is not None}


def _check_settings(options):
    """Refuse a setting that is out of range before the model is loaded."""
    for name, good, rule in (("temperature", lambda t: 0 < t < float("inf"), "finite and above 0"),
                             ("top_p", lambda p: 0 < p <= 1, "in (0, 1]"),
                             ("length_penalty", lambda a: abs(a) < float("inf"), "finite")):
        value = getattr(options, name)
        if value is not None and not good(value):
            raise ValueError(f"--{name.replace('_', '-')}: must be {rule}, got {value}")
    try:
        torch.empty(0, device=options.device)
    except (RuntimeError, AssertionError):
        raise ValueError(f"--device: must be cpu, or a device of this machine, got {options.device!r}") from None


def _read(path):
    """Return the results in a file, by their keys; none where there is no file or it is damaged."""
    known = {}
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            result = json.loads(line)
            known.setdefault(json.dumps(result["key"], sort_keys=True), []).append(result)
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return known


def _digest(model):
    """Return what changes with a model's weights: their sums, quickly taken."""
    sums = [f"{name} {weight.double().sum().item()!r}" for name, weight in model.named_parameters()]
    return hashlib.sha256("\n".join(sums).encode()).hexdigest()[:16]
