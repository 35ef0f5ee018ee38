"""Short runs that keep files, and what follows from these files when they are used again."""
import json
import shutil
from functools import cache
from types import SimpleNamespace

import numpy as np
import torch
from safetensors.torch import load_file, save_file

import hw1.compare
import hw1.run
import hw2.run
import hw3.run
from hw2 import TINY
from hw2.pretraining.checkpoint import load_checkpoint, save_checkpoint
from hw2.pretraining.training import SMOKE
from hw2.steps import prepare, run_task
from hw2.tasks import TASKS
from hw4 import functions
from hw4.report import depends, write_report
from minidl import command
from minidl.decoding.model import load_model
from minidl.files import write_json, write_sums
from minidl.optim import Lion
from minidl.results import save_result
from tests.damages import resign


def make_table(folder):
    """Write a table of 200 rows; return its path."""
    rng, path = np.random.default_rng(0), folder / "table.csv"
    rows = rng.normal(size=(200, 2))
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text("a,b,y\n" + "".join(f"{a:.3f},{b:.3f},{int(a > 0)}\n" for a, b in rows))
    return path


def run_hw1(folder, seed=0):
    """Run experiment 1; return all files' bytes."""
    hw1.run.main(["--exp", "1", "--epochs", "2", "--data", str(make_table(folder)), "--target", "y", "--batch-size",
                  "64", "--seed", str(seed), "--out", str(folder)])
    return {file.name: file.read_bytes() for file in (folder / "hw1" / "exp1").iterdir()}


def make_pair(folder, seed):
    """Make two runs of HW1, to be compared."""
    for name, other in (("first", seed), ("second", seed + 10)):
        run_hw1(folder / name, seed)
        rng = np.random.default_rng(other)
        record = folder / name / "hw1/exp1/result.json"
        value = json.loads(record.read_text())["value"]
        rows = [f"{int(y)},{score}\n" for y, score in zip(value["target"], rng.normal(size=len(value["target"])))]
        resign(record, value, {"scores.csv": ("target,score\n" + "".join(rows)).encode()})


def compare(folder):
    """Compare the two runs; the table is printed."""
    hw1.compare.main([str(folder / "first"), str(folder / "second")])


@cache
def hw2_setup():
    """Return the Setup of a task with few tokens."""
    return prepare(hw2.run.parser().parse_args(
        ["--task", "2", "--model", "tiny", "--prompt", "hi", "--max-new-tokens", "3", "--num-samples", "2"]))


def run_hw2(folder, seed=0):
    """Run task 2; return its results and results.jsonl."""
    setup = hw2_setup()
    setup.options.out, setup.options.seed = folder, seed
    results = run_task(setup._replace(shown={}), TASKS[2])
    return results, setup.folder(2).joinpath("results.jsonl").read_bytes()


def run_hw3(folder, seed=0):
    """Answer a question; the answers are printed."""
    hw3.run.main(["--query", "what is dropout", "--method", ("bm25", "tfidf")[seed], "--out", str(folder)])
    if seed:  # under the name of the other method, as a run whose files are swapped
        for file in (folder / "hw3/faq").iterdir():
            file.rename(file.with_name(file.name.replace("tfidf", "bm25")))


def make_hw4(folder, seed):
    """Keep the numbers of HW4's task 2."""
    numbers, _ = functions.run(seed, folder)
    save_result(folder / "task2/result.json", depends(2), numbers, {
        "numbers.json": lambda path: write_json(path, numbers)})


def report_hw4(folder):
    """Return HW4's report."""
    write_report(folder)
    return (folder / "report.md").read_text(encoding="utf-8")


def make_training(epochs, seed=0):
    """Return what a checkpoint needs of a training run of the small model, with far fewer weights."""
    torch.manual_seed(seed)
    decoder = torch.nn.Linear(4, 5)
    optimizer, history = Lion(decoder.parameters(), lr=0.1), []
    for epoch in range(epochs):
        decoder(torch.randn(2, 4)).square().sum().backward()
        optimizer.step()
        history.append({"epoch": epoch + 1, "loss": decoder.bias.sum().item()})
    tokenizer = SimpleNamespace(backend_tokenizer=SimpleNamespace(to_str=lambda: "tokenizer"))
    return SimpleNamespace(decoder=decoder, optimizer=optimizer, history=history, settings=SMOKE, tokenizer=tokenizer)


def make_checkpoint(folder, seed):
    """Save a checkpoint after three epochs."""
    save_checkpoint(make_training(3, seed), folder)


def continue_training(folder):
    """Return the state of a training run that continues from the checkpoint."""
    training = make_training(0, seed=5)
    command.run("hw2.train_tiny", lambda: load_checkpoint(training, folder))
    return state_of(training)


def state_of(training):
    """Return (history, weights and momenta)."""
    momenta = [value for state in training.optimizer.state_dict()["state"].values() for value in state.values()]
    return training.history, [tensor.tolist() for tensor in (*training.decoder.state_dict().values(), *momenta)]


def copy_tiny(folder, seed):
    """Copy the small model; for seed 1 with other weights."""
    shutil.copytree(TINY, folder, dirs_exist_ok=True)
    if seed:
        save_file({name: tensor.flip(0) for name, tensor in load_file(folder / "model.safetensors").items()},
                  folder / "model.safetensors", {"format": "pt"})
        for name in ("tokenizer.json", "config.json", "chat_template.jinja"):
            (folder / name).write_text((TINY / name).read_text().replace("0", "1"))
        write_sums(folder)


def load_tiny(folder):
    """Return what the model says to a few tokens."""
    loaded = []
    command.run("hw2.run", lambda: loaded.extend(load_model(str(folder))))
    model, tokenizer = loaded
    with torch.no_grad():
        return model(torch.arange(9)[None]).logits.tolist(), tokenizer("Once upon a time"), tokenizer.chat_template
