"""HW4's report: its sentences follow from the tasks' numbers."""
import json

import pytest

from hw4.report import SENTENCES, difference, function_section, write_report
from minidl.sentences import Sentences

EN = Sentences(SENTENCES)

FUNCTION = {"seed": 0, "points": [{"x": 1.0, "y": 2.0, "z": 3.0, "dz/dx": 4.0, "dz/dy": 5.0}],
            "largest difference": 0.0, "checks": {"one": "passed", "two": "passed"}}


@pytest.mark.parametrize("auc, p, expected", [
    (0.82, 0.01, "Lion against SGD: significantly better (+0.0200, p = 0.010)."),
    (0.78, 0.0001, "Lion against SGD: significantly worse (-0.0200, p < 0.001)."),
    (0.82, 0.3, "Lion against SGD: no significant difference (+0.0200, p = 0.300)."),
])
def test_the_sentence_on_an_optimiser(auc, p, expected):
    row, first = {"optimiser": "Lion", "test_roc_auc": auc, "p": p}, {"optimiser": "SGD", "test_roc_auc": 0.8}
    assert difference(EN, row, first) == expected


def test_the_sentence_on_the_checks():
    assert function_section(EN, FUNCTION)[-1] == "No check failed."
    failed = {**FUNCTION, "checks": {"one": "passed", "two": "failed: wrong"}}
    assert function_section(EN, failed)[-1] == "Failed: two."


def test_the_report_has_the_tasks_that_were_run_and_their_pictures(tmp_path):
    folder = tmp_path / "task2"
    folder.mkdir()
    (folder / "numbers.json").write_text(json.dumps(FUNCTION))
    (folder / "field.png").write_bytes(b"")
    write_report(tmp_path)
    report = (tmp_path / "report.md").read_text()
    assert "![field](task2/field.png)" in report and "| 1.000000 | 2.000000 | 3.000000 |" in report
    assert "Task 1" not in report and "Task 3" not in report
