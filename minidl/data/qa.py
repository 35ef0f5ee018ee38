"""Question-answer pairs: each distinct answer has an index."""
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from minidl.arrays import Int64s, Integers

NONE: Mapping[int, list[int]] = MappingProxyType({})


class QuestionAnswers(NamedTuple):
    """Q questions and their N distinct answers.

    queries: list of Q strings.
    answers: list of N strings, in the order of their first occurrence.
    answer_of: (Q,) int64, the index of each question's answer; of several right answers, the first.
    others: from the index of a question that has several right answers to the indices of the others.
    notes: lines that say what was skipped when they were read.
    """

    queries: list[str]
    answers: list[str]
    answer_of: Int64s
    others: Mapping[int, list[int]] = NONE
    notes: Sequence[str] = ()

    @classmethod
    def of(cls, queries: Iterable[str | None], answers: Iterable[str | Sequence[str]], notes: Sequence[str] = ()
           ) -> "QuestionAnswers":
        """Return the QuestionAnswers of rows: a question and its answer, or its right answers.

        If a row's question is None, its answers are only among the answers.

        >>> QuestionAnswers.of(["a?", "b?", "c?"], ["yes", "no", "yes"]).answer_of.tolist()
        [0, 1, 0]
        >>> QuestionAnswers.of(["a?", None, "c?"], [["yes", "no"], "perhaps", "no"])[2:4]
        (array([0, 1]), {0: [1]})
        """
        index_of: dict[str, int] = {}
        kept: list[str] = []
        answer_of: list[int] = []
        others: dict[int, list[int]] = {}
        for query, right in zip(queries, answers):
            right = [right] if isinstance(right, str) else right
            first, *more = dict.fromkeys(index_of.setdefault(answer, len(index_of)) for answer in right)
            if query is not None:
                if more:
                    others[len(kept)] = more
                kept.append(query)
                answer_of.append(first)
        return cls(kept, list(index_of), np.array(answer_of, dtype=np.int64), others, notes)

    def right_answers(self) -> list[list[int]]:
        """Return the indices of each question's right answers, the first one first."""
        return [[first, *self.others.get(row, ())] for row, first in enumerate(self.answer_of.tolist())]

    def take(self, rows: Sequence[int] | Integers) -> "QuestionAnswers":
        """Return the questions of these rows and their answers, with new indices for the answers."""
        right = self.right_answers()
        return self.of([self.queries[row] for row in rows],
                       [[self.answers[answer] for answer in right[row]] for row in rows])

    def split(self, test_size: float = 0.2, *, rng: "np.random.Generator"
              ) -> tuple["QuestionAnswers", "QuestionAnswers"]:
        """Return (train, test): round(test_size * Q) questions, drawn at random, are in test."""
        train, test = split_rows(len(self.queries), test_size, rng)
        return self.take(train), self.take(test)


def split_rows(n_questions: int, test_size: float, rng: "np.random.Generator") -> tuple[Int64s, Int64s]:
    """Return the rows of the training part and of the test part, both in ascending order."""
    if not 0 < test_size < 1:
        raise ValueError(f"test_size: must be in (0, 1), got {test_size}")
    n_test = round(test_size * n_questions)
    if not 0 < n_test < n_questions:
        raise ValueError(f"questions: must be enough for both parts, got {n_questions}")
    order = rng.permutation(n_questions)
    return np.sort(order[n_test:]), np.sort(order[:n_test])


def repeated_questions(pairs: QuestionAnswers) -> tuple[int, float]:
    """Return (number of questions that occur with different answers, the largest Recall@1 that is possible).

    One ranking belongs to one text. So of the equal questions, only those with the answer of rank 1 are hits.

    >>> repeated_questions(QuestionAnswers.of(["a?", "a?", "a?", "b?"], ["yes", "yes", "no", "no"]))
    (3, 0.75)
    """
    answers_of: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for query, right in zip(pairs.queries, pairs.right_answers()):
        answers_of[query].update(right)
    n_of = Counter(pairs.queries)
    n_hits = sum(max(answers.values()) for answers in answers_of.values())
    repeated = [query for query, answers in answers_of.items() if max(answers.values()) < n_of[query]]
    return sum(n_of[query] for query in repeated), n_hits / max(len(pairs.queries), 1)
