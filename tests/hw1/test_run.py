"""hw1.run as a newcomer meets it."""
import csv
import json
import sys

import numpy as np
import pytest
import torch

from hw1 import datasets
from hw1.datasets import load_dataset
from hw1.run import main
from hw1.trial import encode
from minidl.metrics import roc_auc_score

LOAN_HEADER = "id,age,home,loan_status\n"


def run(tmp_path, *arguments):
    main([*arguments, "--out", str(tmp_path)])


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def loan(tmp_path):
    """A folder with two small files of the course's form: the older, the safer."""
    folder = tmp_path / "loan"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for name, n in (("loan_train.csv", 300), ("loan_test.csv", 80)):
        ages = rng.integers(20, 80, n)
        status = (ages + rng.normal(0, 5, n) < 45).astype(int)
        lines = [f"{k},{age},{'RENT' if k % 2 else 'OWN'},{y}\n" for k, (age, y) in enumerate(zip(ages, status))]
        (folder / name).write_text(LOAN_HEADER + "".join(lines))
    return folder


def test_experiment_3_on_real_clients(tmp_path, capsys):
    run(tmp_path, "--exp", "3", "--epochs", "2")
    folder, printed = tmp_path / "hw1" / "exp3", capsys.readouterr().out
    history = rows(folder / "history.csv")
    assert [row["epoch"] for row in history] == ["0", "1", "2"]
    assert float(history[-1]["test_roc_auc"]) > 0.75 > float(history[0]["test_roc_auc"])
    assert f"{float(history[2]['test_roc_auc']):.4f}" in printed and "4,454" not in printed
    assert "3,563 rows to train, 891 to test, 28.2% positive; 13 columns, 4 of them categories" in printed
    assert json.loads((folder / "config.json").read_text())["settings"]["batch_norm"] is True
    assert (folder / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert not [file for file in folder.iterdir() if ".tmp" in file.name]


def test_the_weights_left_give_the_last_row_again(tmp_path, loan):
    from hw1.experiments import EXPERIMENTS
    from hw1.model import build_model
    run(tmp_path, "--exp", "3", "--epochs", "2", "--data", str(loan))
    dataset = load_dataset(loan, 0)
    features = encode({"train": dataset.train, "test": dataset.test}, "cpu")
    model = build_model(EXPERIMENTS[3].settings, 1, features.encoder.cardinalities, generators=(None, None)).eval()
    model.load_state_dict(torch.load(tmp_path / "hw1" / "exp3" / "weights.pt"))
    numbers, ids, target = features.sets["test"]
    found = roc_auc_score(target[:, 0], model(numbers, ids)[:, 0])
    assert found == float(rows(tmp_path / "hw1" / "exp3" / "history.csv")[-1]["test_roc_auc"])


def test_same_seed_same_history_bit_for_bit(tmp_path, loan):
    for name, seed in (("a", "0"), ("b", "0"), ("c", "1")):
        run(tmp_path / name, "--exp", "3", "--epochs", "2", "--data", str(loan), "--seed", seed)
    first, again, other = ((tmp_path / name / "hw1" / "exp3" / "history.csv").read_bytes() for name in "abc")
    assert first == again and first != other


def test_all_five_search_on_validation_data_alone(tmp_path, loan, capsys):
    run(tmp_path / "a", "--exp", "all", "--epochs", "1", "--data", str(loan))
    printed = capsys.readouterr().out
    assert printed.count("the search") == 2, "experiment 5 takes the dropout that 4 has found"
    assert "test ROC-AUC after the last epoch" in printed
    folder = tmp_path / "a" / "hw1"
    four, five = rows(folder / "exp4" / "search.csv"), rows(folder / "exp5" / "search.csv")
    assert len(four) == 5 and len(five) == 9
    for number, found in ((4, four), (5, five)):
        for row in found:
            history = rows(folder / f"exp{number}" / "candidates" / row["candidate"] / "history.csv")
            assert history[-1]["valid_roc_auc"] == row["valid_roc_auc"] and "test_loss" not in history[0]
    best = max(four, key=lambda row: float(row["valid_roc_auc"]))["candidate"]
    settings = [json.loads((folder / f"exp{k}" / "config.json").read_text())["settings"] for k in (4, 5)]
    assert [f"dropout={found['dropout']}" for found in settings] == [best, best]

    test_file = loan / "loan_test.csv"
    lines = test_file.read_text().splitlines()[1:]
    test_file.write_text(LOAN_HEADER + "".join(f"{line[:-1]}{1 - int(line[-1])}\n" for line in lines))
    run(tmp_path / "b", "--exp", "4", "--epochs", "1", "--data", str(loan))
    assert rows(tmp_path / "b" / "hw1" / "exp4" / "search.csv") == four, "test labels must not reach the search"


def test_experiment_5_alone_searches_for_its_dropout_once(tmp_path, loan, capsys):
    run(tmp_path, "--exp", "5", "--epochs", "1", "--data", str(loan))
    assert capsys.readouterr().out.count("the search") == 2
    run(tmp_path, "--exp", "5", "--epochs", "1", "--data", str(loan))
    assert capsys.readouterr().out.count("the search") == 1
    run(tmp_path, "--exp", "5", "--epochs", "1", "--data", str(loan), "--seed", "1")
    assert capsys.readouterr().out.count("the search") == 2, "another seed's results are not this one's"


def test_features_are_fitted_on_train_alone(loan):
    dataset = load_dataset(loan, 0)
    other_test = dataset.test._replace(table={**dataset.test.table, "age": np.array(["999"] * 80, dtype=object)})
    first, second = (encode({"train": dataset.train, "test": test}, "cpu").sets for test in (dataset.test, other_test))
    assert torch.equal(first["train"][0], second["train"][0])
    assert abs(first["train"][0].mean()) < 1e-5 < abs(first["test"][0].mean())
    assert first["train"][0].shape == (300, 1), "the id is no feature"


def test_credit_is_split_by_seed():
    first, again, other = (load_dataset("credit", seed) for seed in (0, 0, 1))
    assert first.train.table["Age"].tolist() == again.train.table["Age"].tolist()
    assert first.train.table["Age"].tolist() != other.train.table["Age"].tolist()
    assert (len(first.train.target), len(first.test.target)) == (3563, 891)
    assert [round(part.target.mean(), 3) for part in (first.train, first.test)] == [0.282, 0.282], "bad is 1"


def test_the_courses_files_are_read_whole(loan_folder):
    dataset = load_dataset(loan_folder, 0)
    assert (len(dataset.train.target), len(dataset.test.target)) == (52_780, 5_865)
    features = encode({"train": dataset.train, "test": dataset.test}, "cpu")
    assert (len(features.encoder.number_names), features.encoder.cardinalities) == (7, [5, 7, 8, 3])
    assert round(dataset.train.target.mean(), 3) == 0.142


def test_without_matplotlib_everything_else_works(tmp_path, loan, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    run(tmp_path, "--exp", "1", "--epochs", "1", "--data", str(loan))
    printed = capsys.readouterr().out
    assert printed.count("pip install 'minidl[plot]'") == 1
    assert sorted(file.name for file in (tmp_path / "hw1" / "exp1").iterdir()) == [
        "config.json", "history.csv", "weights.pt"]


def test_a_run_that_diverges_keeps_its_history(tmp_path, loan, capsys, monkeypatch):
    from hw1 import experiments
    wild = experiments.Experiment("wild", experiments.Settings(lr=1e30))
    monkeypatch.setitem(experiments.EXPERIMENTS, 1, wild)
    with pytest.raises(SystemExit) as stop:
        run(tmp_path, "--exp", "1", "--epochs", "3", "--data", str(loan))
    error = capsys.readouterr().err
    assert stop.value.code == 1 and ": must stay finite" in error and "Traceback" not in error
    assert rows(tmp_path / "hw1" / "exp1" / "history.csv")[0]["epoch"] == "0"


def test_a_candidate_that_diverges_never_wins(tmp_path, loan, capsys, monkeypatch):
    from hw1 import experiments
    grid = experiments.Experiment("grid", experiments.Settings(), {"lr": (1e30, 0.01)})
    monkeypatch.setitem(experiments.EXPERIMENTS, 4, grid)
    run(tmp_path, "--exp", "4", "--epochs", "1", "--data", str(loan))
    assert "diverged" in capsys.readouterr().out
    assert json.loads((tmp_path / "hw1" / "exp4" / "search.json").read_text())["best"] == "lr=0.01"


@pytest.mark.parametrize("arguments, message", [
    (["--exp", "6"], "argument --exp: invalid choice: '6'"),
    ([], "the following arguments are required: --exp"),
    (["--exp", "1", "--epochs", "0"], "argument --epochs: must be a whole number, at least 1, got '0'"),
    (["--exp", "1", "--seed", "x"], "argument --seed: must be a whole number, at least 0, got 'x'"),
    (["--exp", "1", "--data", "nowhere"], "--data: must be credit, or a folder with loan_train.csv and loan_test.csv"),
    (["--exp", "1", "--device", "abacus"], "--device: must be cpu, or a cuda device of this machine, got 'abacus'"),
    (["--exp", "1", "--device", "meta"], "--device: must be cpu, or a cuda device of this machine, got 'meta'"),
])
def test_a_mistake_is_one_line_and_exit_code_2(tmp_path, capsys, arguments, message):
    with pytest.raises(SystemExit) as stop:
        run(tmp_path, *arguments)
    assert stop.value.code == 2
    assert message in capsys.readouterr().err.splitlines()[-1]


def test_a_damaged_file_is_named(tmp_path, loan, capsys):
    (loan / "loan_test.csv").write_text(LOAN_HEADER + "1,2\n")
    with pytest.raises(SystemExit) as stop:
        run(tmp_path, "--exp", "1", "--data", str(loan))
    assert stop.value.code == 2 and "loan_test.csv, line 2: must have 4 fields, got 2" in capsys.readouterr().err


def test_the_shipped_data_are_those_of_the_source():
    assert datasets.load_dataset("credit", 0).sha256 == (
        "43c83a4630f1995f00b456becc4a84219616a2f2bae445e86c706264cc9050a4")
