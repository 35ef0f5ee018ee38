"""Splitting questions and answers, and the questions that occur with several answers."""
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from minidl.data import QuestionAnswers, repeated_questions
from tests.data.question_files import PAIRS


def test_repeated_questions_limit_recall_at_1():
    pairs = QuestionAnswers.of(["a", "a", "b", "a", "c", "c"], ["x", "y", "x", "x", "z", "z"])
    assert repeated_questions(pairs) == (3, 5 / 6)
    assert repeated_questions(QuestionAnswers.of(["a", "a"], [["x", "y"], "y"])) == (0, 1.0)


def test_a_split_keeps_all_right_answers_of_its_questions():
    pairs = QuestionAnswers.of(["a", None, "c", "d"], [["x", "y"], "z", "y", ["w", "x"]])
    assert pairs.answers == ["x", "y", "z", "w"] and pairs.right_answers() == [[0, 1], [1], [3, 0]]
    part = pairs.take([2, 0])
    assert part[:2] == (["d", "a"], ["w", "x", "y"]) and part.right_answers() == [[0, 1], [1, 2]]


@given(PAIRS.filter(lambda drawn: len(drawn) > 2), st.integers(0, 2**32 - 1), st.floats(0.2, 0.8))
def test_a_split_is_a_partition_that_its_seed_determines(drawn, seed, share):
    whole = QuestionAnswers.of(*zip(*drawn))
    assume(0 < round(share * len(drawn)) < len(drawn))
    train, test = whole.split(share, rng=np.random.default_rng(seed))
    repeated = whole.split(share, rng=np.random.default_rng(seed))
    assert (train.queries, test.queries) == (repeated[0].queries, repeated[1].queries)
    assert len(test.queries) == round(share * len(drawn))
    rows = [(query, part.answers[number]) for part in (train, test) for query, number in zip(
        part.queries, part.answer_of)]
    assert sorted(rows) == sorted(drawn)
    for part in (train, test):
        assert set(part.answer_of) == set(range(len(part.answers))) and len(set(part.answers)) == len(part.answers)


@pytest.mark.parametrize("share, n, message", [
    (0, 5, r"test_size: must be in \(0, 1\), got 0"), (0.2, 1, "questions: must be enough for both parts, got 1")])
def test_a_split_with_an_empty_part_raises(share, n, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        QuestionAnswers.of(["q"] * n, ["a"] * n).split(share, rng=np.random.default_rng(0))
