"""A small file of questions and answers for the tests of hw3."""
import json

import pytest

PAIRS = [("what is red", "the red fish swims in the sea"), ("which fish is blue", "a blue fish sleeps on sand"),
         ("who sails", "sailors sail over the sea in ships"), ("what shines", "the sun is yellow and warm")] * 3


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "pairs.jsonl"
    path.write_text("".join(json.dumps({"query": f"{query} {n}", "answer": answer}) + "\n"
                            for n, (query, answer) in enumerate(PAIRS)))
    return path
