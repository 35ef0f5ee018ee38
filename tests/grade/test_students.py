"""The verdicts on implementations as students write them: right, allowed readings, and wrong ones by name."""
import importlib
import pkgutil

import pytest

from tests.grade import students
from tests.grade.judge import judge
from tests.grade.pieces import PIECES

for _, name, _ in pkgutil.iter_modules(students.__path__):
    importlib.import_module(f"{students.__name__}.{name}")


@pytest.mark.parametrize("student", students.STUDENTS, ids=lambda student: (
    f"{student.piece}-{student.verdict}-{student.implementation.__name__}"))
def test_the_verdict_on_a_student(student):
    verdict = judge(PIECES[student.piece], student.implementation)
    assert verdict.verdict == student.verdict, verdict
    assert student.word in verdict.note, verdict
