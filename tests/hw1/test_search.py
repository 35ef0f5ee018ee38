"""HW1's searches: they use validation data only, do not depend on the number of jobs, and continue after a kill."""
import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import fmean

import numpy as np
import pytest

from hw1 import run as run_module
from hw1 import schedule, setup, training
from hw1.datasets import Part
from tests.conftest import LOAN_HEADER
from tests.histories import read_rows
from tests.hw1.runs import run, saved_results
from tests.results import unwrapped


def test_searches_use_only_validation_data(tmp_path, loan, capsys):
    run(tmp_path / "a", "--exp", "all", "--epochs", "1", "--data", str(loan))
    printed = capsys.readouterr().out
    assert printed.count("grid search") == 2, "experiment 5 reuses the dropout of experiment 4's search"
    assert "test ROC-AUC after the last epoch" in printed
    folder = tmp_path / "a" / "hw1"
    four, five = read_rows(folder / "exp4" / "search.csv"), read_rows(folder / "exp5" / "search.csv")
    assert len(four) == 5 and len(five) == 9
    for number, keys, candidates in ((4, ["dropout"], four), (5, ["weight_decay", "lr"], five)):
        for row in candidates:
            name = ",".join(f"{key}={row[key]}" for key in keys)
            histories = [read_rows(folder / f"exp{number}" / "candidates" / name / f"split{split}" / "history.csv")
                         for split in range(schedule.N_SPLITS)]
            aucs = [float(history[-1]["valid_roc_auc"]) for history in histories]
            assert fmean(aucs) == float(row["valid_roc_auc"]) and len(set(aucs)) > 1
            assert "test_loss" not in histories[0][0]
    best = max(four, key=lambda row: float(row["valid_roc_auc"]))["dropout"]
    configs = [json.loads((folder / f"exp{k}" / "config.json").read_text()) for k in (4, 5)]
    assert [str(config["settings"]["dropout"]) for config in configs] == [best, best]

    test_file = loan / "loan_test.csv"
    lines = test_file.read_text().splitlines()[1:]
    test_file.write_text(LOAN_HEADER + "".join(f"{line[:-1]}{1 - int(line[-1])}\n" for line in lines))
    run(tmp_path / "b", "--exp", "4", "--epochs", "1", "--data", str(loan))
    assert read_rows(tmp_path / "b" / "hw1" / "exp4" / "search.csv") == four, "it must not depend on test labels"


def test_finished_runs_are_reused_for_the_same_seed_settings_and_code(tmp_path, loan, capsys, monkeypatch):
    monkeypatch.setattr(schedule, "N_SPLITS", 1)
    monkeypatch.setitem(sys.modules, "matplotlib", None)  # 40 pictures take longer than the rest of this test
    run(tmp_path, "--exp", "4", "--epochs", "1", "--data", str(loan))
    trained = []
    real_train = training.train

    def train(settings, *arguments, **options):
        trained.append(settings)
        return real_train(settings, *arguments, **options)
    monkeypatch.setattr(training, "train", train)
    monkeypatch.setattr(run_module.os, "cpu_count", lambda: 1)
    run(tmp_path, "--exp", "5", "--epochs", "1", "--data", str(loan))
    assert len(trained) == 10, "nine candidates and the best of them; experiment 4's are reused"
    run(tmp_path, "--exp", "5", "--epochs", "1", "--data", str(loan))
    assert len(trained) == 10 and "finished by an earlier call" in capsys.readouterr().out
    run(tmp_path, "--exp", "5", "--epochs", "1", "--data", str(loan), "--fresh")
    assert len(trained) == 10 + 5 + 10
    run(tmp_path, "--exp", "5", "--epochs", "1", "--data", str(loan), "--seed", "1")
    assert len(trained) == 25 + 15, "results of another seed are not reused"
    monkeypatch.setattr(setup, "code_digest", lambda *packages: "other code")
    run(tmp_path, "--exp", "1", "--epochs", "1", "--data", str(loan))
    run(tmp_path, "--exp", "1", "--epochs", "1", "--data", str(loan))
    assert len(trained) == 41
    monkeypatch.undo()
    run(tmp_path, "--exp", "1", "--epochs", "1", "--data", str(loan))
    assert "finished by an earlier call" not in capsys.readouterr().out.split("experiment 1, simple")[-1]


def test_few_rows_are_split_several_times_and_many_rows_once():
    def part(n):
        return Part({"x": np.arange(n)}, np.arange(n) % 2)
    few, many = schedule.search_splits(part(4999), 0), schedule.search_splits(part(5000), 0)
    assert len(few) == schedule.N_SPLITS >= 3 and len(many) == 1
    valid = [set(split["valid"].table["x"].tolist()) for split in few]
    assert all(not valid[a] & valid[b] for a in range(len(valid)) for b in range(a))
    assert all(len(split["train"].target) == pytest.approx(0.8 * 4999, abs=2) for split in few)
    expected, _ = part(5000).split(0.2, 0)
    assert np.array_equal(many[0]["train"].table["x"], expected.table["x"])


def test_the_number_of_jobs_does_not_change_the_results(tmp_path, loan):
    for jobs in "13":
        run(tmp_path / jobs, "--exp", "4", "--epochs", "1", "--data", str(loan), "--jobs", jobs)
    with_1_job, with_3_jobs = (saved_results(tmp_path / jobs) for jobs in "13")
    assert with_1_job == with_3_jobs and len(with_1_job) == 5 * schedule.N_SPLITS * 4 + 4 + 1


def running(argument):
    """Return the processes with this argument on their command line; an empty list without /proc."""
    processes = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # the process has just ended
            if str(argument).encode() in file.read_bytes():
                processes.append(file.parent.name)
    return processes


def test_a_killed_search_continues_with_the_same_results(tmp_path, loan):
    arguments = ["--exp", "4", "--epochs", "3", "--data", str(loan), "--jobs", "2"]
    run(tmp_path / "whole", *arguments)
    command = [sys.executable, "-m", "hw1.run", *arguments, "--out", str(tmp_path / "killed")]
    candidates = tmp_path / "killed" / "hw1" / "exp4" / "candidates"
    for finished in (1, 3):  # a third call, below, runs to the end
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while len(list(candidates.glob("*/*/result.json"))) < finished and time.monotonic() < deadline:
            time.sleep(0.01)
        process.kill()
        process.wait()
        while running(tmp_path) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not running(tmp_path), "training processes must not outlive the call that started them"
    before = {path: path.stat().st_mtime_ns for path in candidates.glob("*/*/result.json")}
    assert 3 <= len(before)
    run(tmp_path / "killed", *arguments)
    assert saved_results(tmp_path / "whole") == saved_results(tmp_path / "killed")
    assert all(path.stat().st_mtime_ns == before[path] for path in before), "finished candidates are not trained again"


@pytest.mark.parametrize("damage", [
    lambda folder: (folder / "result.json").write_text(""),
    lambda folder: (folder / "result.json").write_text("["),
    lambda folder: (folder / "result.json").write_text('{"config": {}}'),
    lambda folder: (folder / "history.csv").write_text("of other settings"),
    lambda folder: (folder / "scores.csv").unlink(),
    lambda folder: (folder / "scores.csv").write_text((folder / "scores.csv").read_text().replace("0.", "0.1", 1)),
    lambda folder: (folder / "weights.pt").write_bytes((folder / "weights.pt").read_bytes()[:-1]),
])
def test_a_damaged_run_is_trained_again_and_gives_the_same_bytes(tmp_path, loan, capsys, damage):
    run(tmp_path, "--exp", "1", "--epochs", "1", "--data", str(loan))
    folder = tmp_path / "hw1" / "exp1"
    whole = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert "weights.pt" in whole and "computing it again" not in capsys.readouterr().out
    damage(folder)
    run(tmp_path, "--exp", "1", "--epochs", "1", "--data", str(loan))
    assert unwrapped(capsys.readouterr().out).count("computing it again") == 1
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == whole


def test_a_diverged_run_removes_the_scores_of_an_earlier_run(tmp_path, loan):
    arguments = ["--exp", "1", "--epochs", "1", "--data", str(loan)]
    run(tmp_path, *arguments)
    with pytest.raises(SystemExit):
        run(tmp_path, *arguments, "--lr", "1e30")
    assert sorted(file.name for file in (tmp_path / "hw1" / "exp1").iterdir()) == [
        "config.json", "history.csv", "result.json"]
