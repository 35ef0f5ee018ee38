"""EXPERIMENTS is the only list of experiments: an added row runs by its number and in all, and is in the report."""
import json
from dataclasses import replace
from unittest.mock import patch

from hw1.experiments import DEEP, EXPERIMENTS, Experiment
from hw1.run import main, parser
from tests.histories import read_rows

WITH_A_SIXTH = {  # and without most of the others, to save time
    1: EXPERIMENTS[1],
    4: Experiment("dropout", DEEP, {"dropout": (0.1, 0.5)}),
    6: Experiment("wider blocks", replace(DEEP, blocks=1), {"hidden": (8, 16), "batch_size": (64,), "lr": (0.01,)},
                  inherits={"dropout": 4}),
}


@patch.dict(EXPERIMENTS, WITH_A_SIXTH, clear=True)
def test_an_added_experiment_runs_by_number_and_in_all_and_is_reported(tmp_path, loan, capsys):
    assert "6 wider blocks" in " ".join(parser().format_help().split())
    for arguments in (["--exp", "6"], ["--exp", "all"]):
        main([*arguments, "--epochs", "1", "--data", str(loan), "--out", str(tmp_path / arguments[1])])
    printed = capsys.readouterr().out
    assert printed.count("2 candidates, trained on 80% of train") == 4 and "experiment 4's best dropout: 0." in printed
    alone, in_all = (json.loads((tmp_path / name / "hw1" / "exp6" / "config.json").read_text())
                     for name in ("6", "all"))
    assert alone == in_all and alone["settings"]["hidden"] in (8, 16) and alone["settings"]["dropout"] in (0.1, 0.5)
    report = (tmp_path / "all" / "hw1" / "report.md").read_text()
    last = read_rows(tmp_path / "all" / "hw1" / "exp6" / "history.csv")[-1]
    row, = (line for line in report.splitlines() if line.startswith("| 6 wider blocks |"))
    assert f"| {float(last['test_roc_auc']):.4f} |" in row
    assert "- wider blocks (6 against 4): " in report
    assert "### How does quality depend on hidden and batch size and learning rate?" in report
