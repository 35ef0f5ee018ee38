"""The verdicts on implementations as students write them: right, allowed readings, and wrong ones by name."""
import importlib
import pkgutil

import pytest
import torch

from minidl.parallel import run_tasks
from tests.grade import students
from tests.grade.judge import drawn_cases, judge
from tests.grade.pieces import PIECES

for _, name, _ in pkgutil.iter_modules(students.__path__):
    importlib.import_module(f"{students.__name__}.{name}")


def verdict_on(number, tick):
    torch.set_num_threads(1)
    student = students.STUDENTS[number]
    verdict = judge(PIECES[student.piece], student.implementation)
    tick()
    return verdict


@pytest.fixture(scope="module")
def verdicts(request):
    """Return a dict from the number of each selected student to its Verdict, computed in two processes."""
    numbers = [item.callspec.params["number"] for item in request.session.items
               if getattr(item, "originalname", "") == test_the_verdict_on_a_student.__name__]
    for piece in PIECES.values():  # once, before the processes fork
        piece.prepare()
        drawn_cases(piece)
    return dict(zip(numbers, run_tasks(verdict_on, numbers, jobs=2, total=len(numbers), unit="students")))


def label(number):
    student = students.STUDENTS[number]
    return f"{student.piece}-{student.verdict}-{student.implementation.__name__}"


@pytest.mark.parametrize("number", range(len(students.STUDENTS)), ids=label)
def test_the_verdict_on_a_student(number, verdicts):
    student, verdict = students.STUDENTS[number], verdicts[number]
    assert verdict.verdict == student.verdict, verdict
    assert student.word in verdict.note, verdict


def test_there_are_enough_students():
    wanted = [student.verdict for student in students.STUDENTS]
    assert wanted.count("WRONG") >= 60 and wanted.count("right") >= 40
    assert {student.piece for student in students.STUDENTS} == set(PIECES)
