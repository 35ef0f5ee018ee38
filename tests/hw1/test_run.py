"""hw1.run: what it prints, the files that it writes, and its errors."""
import json
import sys

import numpy as np
import pytest
import torch

from hw1 import datasets
from hw1.datasets import load_dataset
from hw1.training import build_model, encode
from minidl.metrics import roc_auc_score
from tests.conftest import LOAN_HEADER
from tests.histories import read_rows
from tests.hw1.runs import run, saved_results


def test_experiment_3_on_the_credit_data_writes_its_files_and_prints_its_result(tmp_path, capsys):
    run(tmp_path, "--exp", "3", "--epochs", "2")
    folder, printed = tmp_path / "hw1" / "exp3", " ".join(capsys.readouterr().out.split())
    history = read_rows(folder / "history.csv")
    assert [row["epoch"] for row in history] == ["0", "1", "2"]
    assert float(history[-1]["test_roc_auc"]) > 0.75 > float(history[0]["test_roc_auc"])
    assert f"{float(history[2]['test_roc_auc']):.4f}" in printed and "4,454" not in printed
    assert "3,563 rows to train, 891 to test, 28.2% positive (bad); 13 columns, 4 of them categories" in printed
    assert json.loads((folder / "config.json").read_text())["settings"]["batch_norm"] is True
    assert (folder / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert not [file for file in folder.iterdir() if ".tmp" in file.name]


def test_the_saved_weights_give_the_last_row_of_the_history(tmp_path, loan):
    from hw1.experiments import EXPERIMENTS
    run(tmp_path, "--exp", "3", "--epochs", "2", "--data", str(loan))
    dataset = load_dataset(loan)
    features = encode({"train": dataset.train, "test": dataset.test})
    model = build_model(EXPERIMENTS[3].settings, features.encoder, (None, None)).eval()
    model.load_state_dict(torch.load(tmp_path / "hw1" / "exp3" / "weights.pt"))
    numbers, ids, target = features.sets["test"]
    auc = roc_auc_score(target[:, 0], model(numbers, ids)[:, 0])
    assert auc == float(read_rows(tmp_path / "hw1" / "exp3" / "history.csv")[-1]["test_roc_auc"])


def test_the_same_seed_gives_the_same_history_bit_for_bit(tmp_path, loan):
    for name, seed in (("a", "0"), ("b", "0"), ("c", "1")):
        run(tmp_path / name, "--exp", "3", "--epochs", "2", "--data", str(loan), "--seed", seed)
    first, repeated, other = ((tmp_path / name / "hw1" / "exp3" / "history.csv").read_bytes() for name in "abc")
    assert first == repeated and first != other


def test_several_seeds_have_their_own_histories_and_a_mean(tmp_path, loan, capsys):
    run(tmp_path, "--exp", "1", "--epochs", "2", "--data", str(loan), "--seeds", "2", "--seed", "5", "--jobs", "2")
    folder = tmp_path / "hw1" / "exp1"
    histories = [read_rows(folder / f"seed{seed}" / "history.csv") for seed in (5, 6)]
    last = [float(history[-1]["test_roc_auc"]) for history in histories]
    assert last[0] != last[1] and float(read_rows(folder / "history.csv")[-1]["test_roc_auc"]) == np.mean(last)
    assert f"{np.mean(last):.4f} ± {np.std(last, ddof=1):.4f}" in capsys.readouterr().out
    assert (folder / "curves.png").exists()
    run(tmp_path / "alone", "--exp", "1", "--epochs", "2", "--data", str(loan), "--seed", "5")
    alone = read_rows(tmp_path / "alone" / "hw1" / "exp1" / "history.csv")
    assert alone == histories[0]


def test_a_setting_of_the_command_line_is_not_searched(tmp_path, loan, capsys):
    run(tmp_path, "--exp", "5", "--epochs", "1", "--data", str(loan), "--dropout", "0.3", "--lr", "0.02")
    printed = capsys.readouterr().out
    assert printed.count("grid search") == 1 and "3 candidates" in printed and "dropout 0.3" in printed
    candidates = read_rows(tmp_path / "hw1" / "exp5" / "search.csv")
    assert [row["weight_decay"] for row in candidates] == ["0.1", "0.01", "0.001"]


def test_the_encoding_of_numbers_changes_the_history_and_is_kept_in_the_config(tmp_path, loan):
    for numeric in ("standard", "piecewise"):
        run(tmp_path / numeric, "--exp", "1", "--epochs", "2", "--data", str(loan), "--numeric", numeric)
    standard, piecewise = (saved_results(tmp_path / name)["hw1/exp1/history.csv"] for name in ("standard", "piecewise"))
    assert standard != piecewise
    for numeric in ("standard", "piecewise"):
        config = json.loads((tmp_path / numeric / "hw1" / "exp1" / "config.json").read_text())
        assert config["data"]["numeric"] == numeric


def test_features_are_fitted_on_train_only(loan):
    dataset = load_dataset(loan)
    other_test = dataset.test._replace(table={**dataset.test.table, "age": np.array(["999"] * 80, dtype=object)})
    first, second = (encode({"train": dataset.train, "test": test}).sets for test in (dataset.test, other_test))
    assert torch.equal(first["train"][0], second["train"][0])
    assert abs(first["train"][0].mean()) < 1e-5 < abs(first["test"][0].mean())
    assert first["train"][0].shape == (300, 1), "the id is not a feature"


def test_the_seed_determines_the_split_of_credit():
    first, repeated, other = (load_dataset("credit", seed=seed) for seed in (0, 0, 1))
    assert first.train.table["Age"].tolist() == repeated.train.table["Age"].tolist()
    assert first.train.table["Age"].tolist() != other.train.table["Age"].tolist()
    assert (len(first.train.target), len(first.test.target)) == (3563, 891)
    assert [round(part.target.mean(), 3) for part in (first.train, first.test)] == [0.282, 0.282], "bad is 1"


def test_all_rows_and_columns_of_the_courses_files_are_read(loan_folder):
    dataset = load_dataset(loan_folder)
    assert (len(dataset.train.target), len(dataset.test.target)) == (52_780, 5_865)
    features = encode({"train": dataset.train, "test": dataset.test})
    assert (len(features.encoder.number_names), features.encoder.cardinalities) == (7, [5, 7, 8, 3])
    assert round(dataset.train.target.mean(), 3) == 0.142


def test_without_matplotlib_every_file_except_the_picture_is_written(tmp_path, loan, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    run(tmp_path, "--exp", "1", "--epochs", "1", "--data", str(loan))
    printed = " ".join(capsys.readouterr().out.split())
    assert printed.count("pip install 'minidl[plot]'") == 1
    assert sorted(file.name for file in (tmp_path / "hw1" / "exp1").iterdir()) == [
        "config.json", "history.csv", "result.json", "scores.csv", "weights.pt"]


def test_a_run_that_diverges_keeps_its_history(tmp_path, loan, capsys, monkeypatch):
    from hw1 import experiments
    diverging = experiments.Experiment("diverging", experiments.Settings(lr=1e30))
    monkeypatch.setitem(experiments.EXPERIMENTS, 1, diverging)
    with pytest.raises(SystemExit) as stop:
        run(tmp_path, "--exp", "1", "--epochs", "3", "--data", str(loan))
    error = capsys.readouterr().err
    assert stop.value.code == 1 and ": must stay finite" in error and "Traceback" not in error
    assert read_rows(tmp_path / "hw1" / "exp1" / "history.csv")[0]["epoch"] == "0"


def test_a_candidate_that_diverges_is_never_chosen(tmp_path, loan, capsys, monkeypatch):
    from hw1 import experiments
    grid = experiments.Experiment("grid", experiments.Settings(), {"lr": (1e30, 0.01)})
    monkeypatch.setitem(experiments.EXPERIMENTS, 4, grid)
    run(tmp_path, "--exp", "4", "--epochs", "1", "--data", str(loan))
    assert "diverged" in capsys.readouterr().out
    assert [row["valid_roc_auc"] == "" for row in read_rows(tmp_path / "hw1" / "exp4" / "search.csv")] == [True, False]
    assert json.loads((tmp_path / "hw1" / "exp4" / "config.json").read_text())["settings"]["lr"] == 0.01


@pytest.mark.parametrize("arguments, message", [
    (["--exp", "9"], "argument --exp: invalid choice: '9'"),
    ([], "the following arguments are required: --exp"),
    (["--exp", "1", "--epochs", "0"], "argument --epochs: must be a whole number, at least 1, got '0'"),
    (["--exp", "1", "--seed", "x"], "argument --seed: must be a whole number, at least 0, got 'x'"),
    (["--exp", "1", "--data", "nowhere"], "--data: must be credit, loan, a CSV file or a folder, there is no"),
    (["--exp", "1", "--lr", "0"], "error: --lr: must be greater than 0, got 0.0"),
    (["--exp", "1", "--lr", "nan"], "lr: must be greater than 0, got nan"),
    (["--exp", "1", "--batch-size", "0"], "argument --batch-size: must be a whole number, at least 1, got '0'"),
    (["--exp", "3", "--batch-size", "1"], "error: --batch-size: must be at least 2 with batch norm, got 1"),
    (["--exp", "1", "--dropout", "1"], "error: --dropout: must be in [0, 1), got 1.0"),
    (["--exp", "1", "--weight-decay", "-1"], "error: --weight-decay: must be at least 0, got -1.0"),
    (["--exp", "1", "--train", "a.csv"], "--train, --test: must be given together"),
    (["--exp", "1", "--target", "Salary"], "error: --target: must be a column of "),
    (["--exp", "1", "--id", "Salary"], "--id: must be a column of "),
    (["--exp", "1", "--positive", "ugly"], "credit.csv, column 'Status': must have two values, one of them 'ugly'"),
    (["--exp", "1", "--device", "abacus"], "--device: must be cpu, or a cuda device of this machine, got 'abacus'"),
    (["--exp", "1", "--device", "meta"], "--device: must be cpu, or a cuda device of this machine, got 'meta'"),
])
def test_a_bad_argument_gives_one_line_and_exit_code_2(tmp_path, capsys, arguments, message):
    with pytest.raises(SystemExit) as stop:
        run(tmp_path, *arguments)
    assert stop.value.code == 2
    assert message in capsys.readouterr().err.splitlines()[-1]


def test_a_damaged_file_is_named(tmp_path, loan, capsys):
    (loan / "loan_test.csv").write_text(LOAN_HEADER + "1,2\n")
    with pytest.raises(SystemExit) as stop:
        run(tmp_path, "--exp", "1", "--data", str(loan))
    assert stop.value.code == 2 and "loan_test.csv, line 2: must have 4 fields, got 2" in capsys.readouterr().err


def test_the_shipped_data_have_the_sha256_of_the_source():
    assert datasets.load_dataset("credit").sha256 == (
        "43c83a4630f1995f00b456becc4a84219616a2f2bae445e86c706264cc9050a4")
