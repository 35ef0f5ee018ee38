"""The verdicts on implementations as students write them: right, allowed readings, and wrong ones by name."""
import importlib
import pkgutil

import pytest

from tests.grade import students
from tests.grade.judge import judge
from tests.grade.pieces import PIECES

for _, name, _ in pkgutil.iter_modules(students.__path__):
    importlib.import_module(f"{students.__name__}.{name}")


def label(number):
    student = students.STUDENTS[number]
    return f"{student.piece}-{student.verdict}-{student.implementation.__name__}"


@pytest.mark.parametrize("number", range(len(students.STUDENTS)), ids=label)
def test_the_verdict_on_a_student(number):
    student = students.STUDENTS[number]
    verdict = judge(PIECES[student.piece], student.implementation)
    assert verdict.verdict == student.verdict, verdict
    assert student.word in verdict.note, verdict


def test_there_are_enough_students():
    wanted = [student.verdict for student in students.STUDENTS]
    assert wanted.count("WRONG") >= 60 and wanted.count("right") >= 40
    assert {student.piece for student in students.STUDENTS} == set(PIECES)
