"""HW4's report: its sentences follow from the tasks' numbers."""
import json

import pytest

from hw4.functions import CHECKS
from hw4.partial import FEATURE_COUNTS
from hw4.report import SENTENCES, depends, difference, function_section, norm_section, optimizer_section, write_report
from minidl.results import save_result
from minidl.sentences import Sentences
from tests.languages import assert_translated

EN = Sentences(SENTENCES)

FUNCTION = {"seed": 0, "points": [{"x": 1.0, "y": 2.0, "z": 3.0, "dz/dx": 4.0, "dz/dy": 5.0}],
            "largest difference": 0.0, "checks": dict.fromkeys(CHECKS, "passed")}
NORM = {"seed": 0, "differences": {name: [0.0, 1e-4, 0.0] for name in ("float64", "float32", "bfloat16", "float16")},
        "qwen2": {"norms": 9, "logits": 1e-6, "tokens": 100, "equal tokens": 100, "text": "Once"},
        "partial": {str(k): 0.5 for k in FEATURE_COUNTS}}
OPTIMISERS = {"seed": 0, "data": "credit", "optimisers": [
    {"optimiser": name, "lr": 0.01, "epoch": 10, "train_loss": 0.4, "train_roc_auc": 0.9, "test_loss": 0.5,
     "test_roc_auc": auc, "low": 0.7, "high": 0.9, "p": p, "best_epoch": 9}
    for name, auc, p in (("SGD", 0.8, 1.0), ("AdamW", 0.8, 0.9), ("Lion", 0.82, 0.01))]}


@pytest.mark.parametrize("auc, p, expected", [
    (0.82, 0.01, "Lion against SGD: significantly better (+0.0200, p = 0.010)."),
    (0.78, 0.0001, "Lion against SGD: significantly worse (-0.0200, p < 0.001)."),
    (0.82, 0.3, "Lion against SGD: no significant difference (+0.0200, p = 0.300)."),
])
def test_the_sentence_on_an_optimiser(auc, p, expected):
    row, first = {"optimiser": "Lion", "test_roc_auc": auc, "p": p}, {"optimiser": "SGD", "test_roc_auc": 0.8}
    assert difference(EN, row, first) == expected


def keep(folder, numbers=FUNCTION, task=2):
    """Save the numbers in the folder of task 2, as if they were those of `task`."""
    save_result(folder / "task2" / "result.json", depends(task), numbers, {
        "numbers.json": lambda path: path.write_text(json.dumps(numbers))})


def test_the_sentence_on_the_checks():
    assert function_section(EN, FUNCTION)[-1] == "No check failed."
    *_, last = CHECKS
    failed = {**FUNCTION, "checks": {**FUNCTION["checks"], last: "failed: wrong"}}
    assert function_section(EN, failed)[-1] == f"Failed: {last}."


@pytest.mark.parametrize("difference, expected", [
    (6e-7, "Yes, up to rounding: in float32 the largest of the three differences is 6.0e-07, 10 rounding units"),
    (6e-5, "No: in float32 the largest of the three differences is 6.0e-05, 1007 rounding units of 6.0e-08;"),
])
def test_the_sentence_on_rounding(difference, expected):
    differences = {name: [0.0, 0.0, 0.0] for name in NORM["differences"]}
    text = norm_section(EN, {**NORM, "differences": {**differences, "float32": [0.0, difference, 0.0]}})[3]
    assert text.startswith(expected) and text.endswith("In bfloat16 and float16 the output is equal to the last bit.")


@pytest.mark.parametrize("low, expected", [
    (0.7, "Yes: with Lion the interval of test ROC-AUC, 0.7000 to 0.9000, lies above 0.5, the value of "
     "chance. The lowest"),
    (0.4, "Not shown: with Lion the interval of test ROC-AUC, 0.4000 to 0.9000, does not lie above 0.5"),
])
def test_the_sentence_on_whether_lion_trains(low, expected):
    rows = [{**row, "low": low} for row in OPTIMISERS["optimisers"]]
    assert optimizer_section(EN, {**OPTIMISERS, "optimisers": rows})[3].startswith(expected)


def test_a_russian_report_has_no_english_sentence(tmp_path):
    for number, numbers in enumerate((NORM, FUNCTION, OPTIMISERS), 1):
        save_result(tmp_path / f"task{number}" / "result.json", depends(number), numbers)
    write_report(tmp_path)
    english = (tmp_path / "report.md").read_text()
    write_report(tmp_path, "ru")
    russian = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert_translated(russian, english)
    assert "bfloat16 и float16" in russian and "Lion против SGD: значимо лучше (+0.0200, p = 0.010)." in russian


def test_the_report_has_the_tasks_that_were_run_and_their_pictures(tmp_path):
    keep(tmp_path)
    (tmp_path / "task2" / "field.png").write_bytes(b"")
    write_report(tmp_path)
    report = (tmp_path / "report.md").read_text()
    assert "![field](task2/field.png)" in report and "| 1.000000 | 2.000000 | 3.000000 |" in report
    assert "Task 1" not in report and "Task 3" not in report


@pytest.mark.parametrize("damage, words", [
    (lambda folder: (folder / "numbers.json").write_text("{}"), "numbers.json has changed"),
    (lambda folder: (folder / "numbers.json").unlink(), "numbers.json is missing"),
    (lambda folder: (folder / "result.json").unlink(), "missing"),
    (lambda folder: (folder / "result.json").write_text("{}"), "damaged"),
    (lambda folder: keep(folder.parent, {**FUNCTION, "points": None}), "damaged"),
    (lambda folder: keep(folder.parent, task=1), "made with other settings"),
])
def test_damaged_numbers_are_left_out_of_the_report_and_one_sentence_says_so(tmp_path, capsys, damage, words):
    keep(tmp_path)
    damage(tmp_path / "task2")
    write_report(tmp_path)
    assert "Task 2" not in (tmp_path / "report.md").read_text()
    printed = " ".join(capsys.readouterr().out.split())
    assert words in printed and "the report leaves out task 2: run --task 2 again" in printed


def without(key, numbers):
    return {name: value for name, value in numbers.items() if name != key}


@pytest.mark.parametrize("section, numbers", [
    (function_section, {**FUNCTION, "checks": without(next(iter(CHECKS)), FUNCTION["checks"])}),
    (function_section, {**FUNCTION, "points": [without("dz/dy", FUNCTION["points"][0])]}),
    (norm_section, {**NORM, "differences": {**NORM["differences"], "float16": [0.0, 0.0]}}),
    (norm_section, {**NORM, "partial": without("64", NORM["partial"])}),
    (optimizer_section, {**OPTIMISERS, "optimisers": []}),
    (optimizer_section, {**OPTIMISERS, "optimisers": OPTIMISERS["optimisers"][:2]}),
    (optimizer_section, {**OPTIMISERS, "optimisers": [{**row, "p": None} for row in OPTIMISERS["optimisers"]]}),
])
def test_a_report_needs_every_number_of_a_task(section, numbers):
    with pytest.raises(ValueError, match=" must (be|have) "):
        section(EN, numbers)
