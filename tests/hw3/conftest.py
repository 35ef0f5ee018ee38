"""A small file of questions and answers, and a call of hw3.run."""
import json

import pytest

from hw3.run import main

PAIRS = [("what is red", "the red fish swims in the sea"), ("which fish is blue", "a blue fish sleeps on sand"),
         ("who sails", "sailors sail over the sea in ships"), ("what shines", "the sun is yellow and warm")] * 3


def run(tmp_path, *arguments):
    """Run hw3.run with these arguments; return the folder of its results."""
    main([*map(str, arguments), "--out", str(tmp_path / "out")])
    return tmp_path / "out" / "hw3"


@pytest.fixture
def file(tmp_path):
    """A .jsonl file of 12 questions, 4 distinct answers."""
    path = tmp_path / "pairs.jsonl"
    path.write_text("".join(json.dumps({"query": f"{query} {n}", "answer": answer}) + "\n"
                            for n, (query, answer) in enumerate(PAIRS)))
    return path
