"""The report: its sentences and its table follow from the results."""
import re
import sys

import numpy as np
import pytest

from hw1.data_table import note_text
from hw1.experiments import EXPERIMENTS, LABELS, Experiment, Settings
from hw1.findings import choice_text, compare_points, epochs_text, equality_text, verdict
from hw1.report import SENTENCES, changes_section
from hw1.run import main
from hw1.setup import Outcome
from minidl.data.kinds import NOT_USED
from minidl.grid_search import GridPoint
from minidl.metrics import delong_test, roc_auc_score
from minidl.metrics.delong import DelongTest
from minidl.sentences import Sentences
from minidl.trials import Run
from tests.histories import read_rows
from tests.languages import assert_translated

EN = Sentences(SENTENCES)


def history(train, test):
    return [{"epoch": k, "train_roc_auc": a, "test_roc_auc": b} for k, (a, b) in enumerate(zip(train, test))]


@pytest.mark.parametrize("train, test, expected", [
    ([0.5, 0.7, 0.8], [0.5, 0.6, 0.7],
     "0.7000, after epoch 2, the last: test still improves, more epochs may help. The gap"),
    ([0.5, 0.7, 0.8, 0.9], [0.5, 0.8, 0.7, 0.6],
     "after epoch 1 of 3; after that, train still rises from 0.7000 to 0.9000 while test falls to 0.6000: "
     "this may be a sign of overfitting. The gap"),
    ([0.5, 0.7, 0.6], [0.5, 0.8, 0.7],
     "at the end both are lower, train 0.7000 to 0.6000 and test 0.7000: the steps are noisy. The gap"),
    ([0.5, 0.75, 0.875], [0.5, 0.625, 0.6875], "minus test, grew from +0.1250 to +0.1875."),
    ([0.5, 0.75, 0.875], [0.5, 0.625, 0.8125], "minus test, shrank from +0.1250 to +0.0625."),
])
def test_the_sentence_on_overfitting(train, test, expected):
    assert expected in epochs_text(EN, history(train, test))


@pytest.mark.parametrize("difference, error, p, expected", [
    (0.02, 0.01, 0.0455, "better (+0.0200, 95 % interval +0.0004 to +0.0396, p = 0.045)"),
    (-0.05, 0.01, 1e-7, "worse (-0.0500, 95 % interval -0.0696 to -0.0304, p < 0.001)"),
    (0.01, 0.01, 0.3173, "no significant difference (+0.0100, 95 % interval -0.0096 to +0.0296, p = 0.317)"),
    (0.0, 0.0, 1.0, "no significant difference (+0.0000, 95 % interval +0.0000 to +0.0000, p = 1.000)"),
])
def test_the_sentence_on_a_difference(difference, error, p, expected):
    assert verdict(EN, DelongTest(difference, error, p)) == expected


CHOSEN = "The best was chosen on the same rows, so these p-values are slightly too small."


@pytest.mark.parametrize("alike, others, expected", [
    (0, 0, "No other candidate finished."),
    (4, 4, "No other candidate differs significantly from the best on these rows."),
    (0, 8, f"Every other candidate is significantly worse. {CHOSEN}"),
    (1, 4, "Significantly worse than the best: 3 of the 4 other candidates; not significantly different from it: 1. "
     + CHOSEN),
])
def test_the_sentence_on_a_search(alike, others, expected):
    assert equality_text(EN, alike, others) == expected


def scored(quality, target):
    """Return a Run whose score is the target plus noise, the more noise the lower the quality."""
    noise = np.random.default_rng(0).normal(size=len(target))
    score = quality * target + noise
    return Run([{"test_roc_auc": roc_auc_score(target, score)}], target, score)


@pytest.mark.parametrize("qualities, expected", [
    ((1.0, 3.0, 3.01), "3 (three) has the highest test ROC-AUC, 0.9"),
    ((1.0, 3.0, 3.01), "Significantly worse on the same rows: 1 ("),
    ((1.0, 3.0, 3.01), "). Between models that score almost alike even a tiny difference can be significant"),
    ((1.0, 3.0, 3.0), "Choose experiment 2: every simpler model is significantly worse"),
    ((3.0, 1.0, 3.0), "Choose experiment 1: every simpler model is significantly worse, or there is none."),
])
def test_the_sentence_on_the_choice(qualities, expected):
    target = np.arange(400) % 2.0
    outcomes = {number: Outcome(Experiment(title, Settings()), Settings(), [scored(quality, target)], [])
                for number, (title, quality) in enumerate(zip(("one", "two", "three"), qualities), start=1)}
    assert expected in choice_text(EN, outcomes)


@pytest.mark.parametrize("kind, text", [
    *(("experiment", experiment.title) for experiment in EXPERIMENTS.values()),
    *(("setting", text) for text in LABELS.values()),
    *(("kind", kind) for kind in ("number", "category", "date", "time", *NOT_USED)),
    ("error", "every candidate diverged; try a smaller learning rate"),
    ("error", "seed 3: epoch 1, train loss: must stay finite, got nan; try a smaller learning rate"),
    ("note", "looks like numbers, but 'x' in line 3 is not"), ("note", "1,000 rows without a target: dropped"),
])
def test_texts_of_other_modules_have_their_russian_words(kind, text):
    assert Sentences(SENTENCES, "ru").translated(kind, text) != text


def test_notes_on_columns_are_translated_with_the_name_of_the_column():
    ru = Sentences(SENTENCES, "ru")
    assert note_text(ru, "column 'x': 2 cells are missing: '?'") == "столбец 'x': пропущено ячеек: 2 ('?')"
    assert note_text(ru, "column 3 has no name: it is called 'x'") == "у столбца 3 нет имени: он назван 'x'"
    assert note_text(EN, "column 'x': 2 cells are missing: '?'") == "column 'x': 2 cells are missing: '?'"


def test_a_simpler_model_is_chosen_if_it_is_not_significantly_worse():
    target = np.arange(400) % 2.0
    rng = np.random.default_rng(1)
    score = target + rng.normal(size=400)
    other = score + 0.2 * rng.normal(size=400)
    runs = [Run([{"test_roc_auc": roc_auc_score(target, values)}], target, values) for values in (other, score)]
    outcomes = {number: Outcome(Experiment("title", Settings()), Settings(), [run], [])
                for number, run in enumerate(sorted(runs, key=lambda run: run.last["test_roc_auc"]), start=1)}
    assert "Choose experiment 1 (title): it is the simplest model that these rows do not show to be worse (-0.0" in (
        choice_text(EN, outcomes))


@pytest.mark.parametrize("n, chance", [
    (2, "If none of 2 independent changes had an effect, a p below 0.05 would still occur among them with a "
     "probability of 10%."), (4, "probability of 19%."), (1, "")])
def test_the_report_says_how_often_several_changes_seem_to_help_by_chance(n, chance):
    target = np.arange(400) % 2.0
    outcomes = {number: Outcome(Experiment("title", Settings()), Settings(), [scored(number, target)], [])
                for number in range(n + 1)}
    section = changes_section(EN, outcomes)
    assert chance in section and ("independent changes" in section) == (n > 1)
    assert section.count("\n- title (") == n


def test_points_of_a_search_are_compared_by_the_mean_over_their_splits():
    target = np.arange(100) % 2.0
    runs = [scored(quality, target) for quality in (1.0, 2.0, 3.0, 0.5)]
    point, other = GridPoint({}, None, runs[:2], 2), GridPoint({}, None, runs[2:], 2)
    first, second = (delong_test(target, a.score, b.score) for a, b in zip(runs[:2], runs[2:]))
    both = compare_points(point, other)
    assert both.difference == pytest.approx((first.difference + second.difference) / 2)
    assert both.standard_error == pytest.approx((first.standard_error**2 + second.standard_error**2) ** 0.5 / 2)
    assert 0 < both.p_value < 1
    one = GridPoint({}, None, runs[:1]), GridPoint({}, None, runs[2:3])
    assert compare_points(*one) == first
    assert compare_points(point, point).p_value == 1


def test_all_experiments_end_with_a_report_of_their_results(tmp_path, loan, capsys, monkeypatch):
    from hw1 import experiments
    search = experiments.Experiment("search", experiments.Settings(), {"weight_decay": (0.1,), "lr": (1e30, 0.01)})
    monkeypatch.setitem(experiments.EXPERIMENTS, 5, search)
    main(["--exp", "all", "--epochs", "2", "--data", str(loan), "--out", str(tmp_path / "out")])
    *_, last_but_one, last = capsys.readouterr().out.splitlines()
    assert last_but_one.endswith("report.md") and re.fullmatch(r"\d+\.\d s in all", last)
    folder = tmp_path / "out" / "hw1"
    report = (folder / "report.md").read_text()
    for number in range(1, 6):
        last = read_rows(folder / f"exp{number}" / "history.csv")[-1]
        row = next(line for line in report.splitlines() if line.startswith(f"| {number} "))
        for key in ("train_loss", "test_loss", "train_roc_auc", "test_roc_auc"):
            assert f"| {float(last[key]):.4f} " in row
        low, high = map(float, re.search(r"(\d\.\d{4}) to (\d\.\d{4})", row).groups())
        assert low <= float(last["test_roc_auc"]) <= high
    figures = re.findall(r"!\[.*\]\((.*)\)", report)
    assert figures[0] == "roc.png" and len(figures) == 10
    assert all((folder / figure).read_bytes().startswith(b"\x89PNG") for figure in figures)
    assert "| 0.1 | 1e+30 |  | diverged |" in report
    assert "- experiment 5, weight decay λ 0.1, learning rate 1e+30: epoch 1" in report
    main(["--exp", "all", "--epochs", "2", "--data", str(loan), "--out", str(tmp_path / "out"), "--lang", "ru"])
    russian = (folder / "report.md").read_text(encoding="utf-8")
    assert_translated(russian, report)
    assert "- эксперимент 5, λ 0.1, lr 1e+30: эпоха 1, " in russian and "| 3 остаточные связи" in russian


def test_an_experiment_that_diverges_does_not_stop_the_others(tmp_path, loan, capsys, monkeypatch):
    from hw1 import experiments
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    simple = {number: experiments.Experiment("simple", experiments.Settings()) for number in (1, 3, 4)}
    diverging = experiments.Experiment("diverging", experiments.Settings(lr=1e30))
    diverging_search = experiments.Experiment("diverging search", experiments.Settings(), {"lr": (1e30, 1e31)})
    for number, experiment in {**simple, 2: diverging, 5: diverging_search}.items():
        monkeypatch.setitem(experiments.EXPERIMENTS, number, experiment)
    with pytest.raises(SystemExit) as stop:
        main(["--exp", "all", "--epochs", "1", "--data", str(loan), "--dropout", "0", "--out", str(tmp_path)])
    assert stop.value.code == 1
    report = (tmp_path / "hw1" / "report.md").read_text()
    assert [line[:4] for line in report.splitlines() if re.match(r"\| \d ", line)] == ["| 1 ", "| 3 ", "| 4 "]
    assert "experiment 2 itself, which is therefore not in this report: epoch 1" in report
    assert "experiment 5 itself, which is therefore not in this report: every candidate diverged" in report
    assert "- experiment 5, learning rate 1e+31: epoch 1" in report and "No figures: matplotlib" in report
