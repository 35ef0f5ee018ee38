"""The report: its sentences and its table follow from the results."""
import re
import sys

import pytest

from hw1.report import epochs_text, equality_text, verdict
from hw1.run import main
from minidl.metrics.delong import DelongTest
from tests.histories import read_rows


def history(train, test):
    return [{"epoch": k, "train_roc_auc": a, "test_roc_auc": b} for k, (a, b) in enumerate(zip(train, test))]


@pytest.mark.parametrize("train, test, expected", [
    ([0.5, 0.7, 0.8], [0.5, 0.6, 0.7], "0.7000, after epoch 2, the last: no sign of overfitting yet"),
    ([0.5, 0.7, 0.8, 0.9], [0.5, 0.8, 0.7, 0.6],
     "after epoch 1 of 3; after that, train still rises from 0.7000 to 0.9000 while test falls to 0.6000"),
    ([0.5, 0.7, 0.6], [0.5, 0.8, 0.7], "at the end both are lower, train 0.7000 to 0.6000 and test 0.7000"),
])
def test_the_sentence_on_overfitting(train, test, expected):
    assert expected in epochs_text(history(train, test))


@pytest.mark.parametrize("difference, error, p, expected", [
    (0.02, 0.01, 0.0455, "better (+0.0200, 95 % interval +0.0004 to +0.0396, p = 0.045)"),
    (-0.05, 0.01, 1e-7, "worse (-0.0500, 95 % interval -0.0696 to -0.0304, p < 0.001)"),
    (0.01, 0.01, 0.3173, "no significant difference (+0.0100, 95 % interval -0.0096 to +0.0296, p = 0.317)"),
    (0.0, 0.0, 1.0, "no significant difference (+0.0000, 95 % interval +0.0000 to +0.0000, p = 1.000)"),
])
def test_the_sentence_on_a_difference(difference, error, p, expected):
    assert verdict(DelongTest(difference, error, p)) == expected


@pytest.mark.parametrize("alike, others, expected", [
    (0, 0, "No other candidate finished."),
    (4, 4, "No other candidate differs significantly from the best on these rows."),
    (0, 8, "Every other candidate is significantly worse."),
    (2, 4, "2 of the 4 other candidates are significantly worse than the best; 2 do not differ significantly from it."),
])
def test_the_sentence_on_a_search(alike, others, expected):
    assert equality_text(alike, others) == expected


def test_all_experiments_end_with_a_report_of_their_results(tmp_path, loan, capsys, monkeypatch):
    from hw1 import experiments
    search = experiments.Experiment("search", experiments.Settings(), {"weight_decay": (0.1,), "lr": (1e30, 0.01)})
    monkeypatch.setitem(experiments.EXPERIMENTS, 5, search)
    main(["--exp", "all", "--epochs", "2", "--data", str(loan), "--out", str(tmp_path / "out")])
    assert capsys.readouterr().out.rstrip().endswith("report.md")
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
    assert len(figures) == 9 and all((folder / figure).read_bytes().startswith(b"\x89PNG") for figure in figures)
    assert "| 0.1 | 1e+30 | diverged |" in report
    assert "- experiment 5, weight decay λ 0.1, learning rate 1e+30: epoch 1" in report


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
