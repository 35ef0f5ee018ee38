import io
import sys

import numpy as np
import pytest

from hw3 import misses, ranking
from hw3.misses import best_answers
from minidl.search import InvertedIndex
from tests.hw3.conftest import run
from tests.search.corpora import corpus
from tests.text.matrices import csr


class Terminal(io.StringIO):
    """A terminal that remembers what was written to it."""

    def isatty(self):
        return True


def test_each_long_step_has_a_progress_bar_on_a_terminal(tmp_path, file, monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    run(tmp_path, "--data", file)
    assert all(f"{step}: " in terminal.getvalue() for step in ("methods", "fit", "index", "rank", "misses"))


def test_without_a_terminal_there_is_none(tmp_path, file, capsys):
    run(tmp_path, "--data", file)
    assert "rank:" not in capsys.readouterr().err


@pytest.mark.parametrize("n", [1, 3, 20])
def test_ranks_and_best_answers_do_not_depend_on_the_steps_of_the_bar(monkeypatch, n):
    """Seven questions; the last step may be shorter."""
    queries, index = csr(corpus(0, 7, 9, 0.4)), InvertedIndex(csr(corpus(1, 50, 9, 0.3)))
    targets = np.arange(7)
    ranks = ranking.found_ranks(index, queries, targets)
    monkeypatch.setattr(ranking, "QUERIES_PER_STEP", n)
    monkeypatch.setattr(misses, "QUERIES_PER_STEP", n)
    assert ranking.found_ranks(index, queries, targets).tolist() == ranks.tolist()
    assert [*best_answers(index, queries, targets)] == index.search(queries, 1)[0][:, 0].tolist()
