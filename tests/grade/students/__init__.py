"""Implementations as students write them, right and wrong, each with the verdict that the grader must reach."""
from typing import Any, NamedTuple

import numpy as np

STUDENTS = []
trapezoid = getattr(np, "trapezoid", None) or np.trapz  # the same function: numpy 1 has the one name, numpy 2 the other


class Student(NamedTuple):
    """An implementation and the verdict wanted; the verdict's note must contain `word`."""

    piece: str
    verdict: str
    word: str
    implementation: Any


def student(piece, verdict, word=""):
    """Return a decorator that enters a function or class into STUDENTS."""
    def enter(implementation):
        STUDENTS.append(Student(piece, verdict, word, implementation))
        return implementation
    return enter
