"""The kinds of kept files: how each is made and used."""
from typing import Any, NamedTuple

from tests.damages import shapes, uses


class Kind(NamedTuple):
    """A kind of kept file.

    file: the pattern of its path.  make(folder, seed): make a run's files.  use(folder): read
    them and return the numbers that follow.  reshape(file, rng): write another shape with
    right checksums; None if no reader depends on the shape.  without: the numbers that may
    follow instead if one line says so.  rewritten: every call writes the file, none reads it.
    """

    file: str
    make: Any
    use: Any
    reshape: Any = None
    without: Any = None
    rewritten: bool = False


HW1, HW3 = "hw1/exp1", "hw3/faq"
NO_TASK = "# HW4: pieces of a training framework\n"
UNTRAINED = uses.state_of(uses.make_training(0, seed=5))
KINDS = {
    "hw1 result.json": Kind(f"{HW1}/result.json", uses.run_hw1, uses.run_hw1, shapes.reshape_value),
    "hw1 scores.csv": Kind(f"{HW1}/scores.csv", uses.run_hw1, uses.run_hw1),
    "hw1 weights.pt": Kind(f"{HW1}/weights.pt", uses.run_hw1, uses.run_hw1),
    "hw1 history.csv": Kind(f"{HW1}/history.csv", uses.run_hw1, uses.run_hw1),
    "hw1 config.json": Kind(f"{HW1}/config.json", uses.run_hw1, uses.run_hw1),
    "hw1 scores.csv, compared": Kind(f"second/{HW1}/scores.csv", uses.make_pair, uses.compare),
    "hw2 checkpoint.json": Kind("checkpoint.json", uses.make_checkpoint,
                                uses.continue_training, shapes.reshape_value, UNTRAINED),
    "hw2 checkpoint.pt": Kind("*.pt", uses.make_checkpoint,
                              uses.continue_training, shapes.reshape_tensors, UNTRAINED),
    "hw2 texts": Kind("hw2/own/*/task2/texts/*.json", uses.run_hw2, uses.run_hw2, shapes.reshape_value),
    "hw2 results.jsonl": Kind("hw2/own/*/task2/results.jsonl", uses.run_hw2, uses.run_hw2, rewritten=True),
    "hw2 model": Kind("*", uses.copy_tiny, uses.load_tiny, shapes.reshape_weights),
    "hw3 index": Kind(f"{HW3}/bm25.index", uses.run_hw3, uses.run_hw3, shapes.reshape_index),
    "hw3 index's record": Kind(f"{HW3}/bm25.json", uses.run_hw3, uses.run_hw3),
    "hw4 numbers.json": Kind("task2/numbers.json", uses.make_hw4, uses.report_hw4, None, NO_TASK),
    "hw4 result.json": Kind("task2/result.json", uses.make_hw4, uses.report_hw4, shapes.reshape_value, NO_TASK),
}
