"""Loading of the user's own files and of the course's: from the file to the train part and the test part."""
import gzip

import numpy as np
import pytest
import torch

from hw1 import datasets
from hw1.datasets import load_dataset
from hw1.run import main
from minidl.data import DownloadError
from minidl.files import sha256
from tests.file_server import BODY, DIGEST
from tests.histories import read_rows

HEADER = "client_id,age,home,paid back\n"


def lines(n, seed=0):
    rng = np.random.default_rng(seed)
    return "".join(f"{9 * k},{rng.integers(20, 80)},{'rent' if k % 3 else 'own'},{'yes' if k % 2 else 'no'}\n"
                   for k in range(n))


@pytest.fixture
def files(tmp_path):
    train, test = tmp_path / "train.csv", tmp_path / "test.csv"
    train.write_text(HEADER + lines(40))
    test.write_text(HEADER + lines(10, seed=1))
    return train, test


def test_two_files_of_the_user_become_train_and_test(files):
    dataset = load_dataset(train=files[0], test=files[1], target="paid back")
    assert list(dataset.train.table) == ["age", "home"] and dataset.names("id") == ["client_id"]
    assert dataset.positive == "yes" and dataset.train.target.tolist() == [0, 1] * 20
    assert len(dataset.test.target) == 10 and list(dataset.test.table) == ["age", "home"]


def test_the_seed_determines_the_split_of_one_file(files):
    first, repeated, other = (load_dataset(files[0], target="paid back", seed=seed) for seed in (0, 0, 1))
    assert (len(first.train.target), len(first.test.target)) == (32, 8)
    assert first.test.table["age"].tolist() == repeated.test.table["age"].tolist() != other.test.table["age"].tolist()


def test_columns_can_be_ignored_and_the_positive_value_chosen(files):
    dataset = load_dataset(files[0], target="paid back", positive="no", id=["age"])
    assert dataset.names("id") == ["client_id", "age"] and list(dataset.train.table) == ["home"]
    assert dataset.positive == "no" and dataset.train.target.mean() == 0.5


def test_a_gzip_file_gives_the_same_data(files, tmp_path):
    compressed = tmp_path / "train.csv.gz"
    compressed.write_bytes(gzip.compress(files[0].read_bytes()))
    expected, actual = (load_dataset(file, target="paid back") for file in (files[0], compressed))
    assert actual.test.table["age"].tolist() == expected.test.table["age"].tolist()


def test_missing_cells_and_new_categories_only_in_test_are_accepted(files, tmp_path, capsys):
    files[1].write_text(HEADER + lines(10) + "999,,castle,yes\n")
    main(["--exp", "1", "--epochs", "1", "--train", str(files[0]), "--test", str(files[1]),
          "--target", "paid back", "--out", str(tmp_path)])
    assert "not used, because they only identify the rows: client_id" in capsys.readouterr().out
    assert len(read_rows(tmp_path / "hw1" / "exp1" / "history.csv")) == 2


def test_trains_on_tables_with_only_numbers_or_only_categories(files, tmp_path):
    for ignored in ("age", "home"):
        for numeric in ("standard", "piecewise"):
            main(["--exp", "3", "--epochs", "1", "--data", str(files[0]), "--target", "paid back", "--id", ignored,
                  "--numeric", numeric, "--out", str(tmp_path / (ignored + numeric))])
            state = torch.load(tmp_path / (ignored + numeric) / "hw1" / "exp3" / "weights.pt")
            assert any("categories" in name for name in state) == (ignored == "age")


def error_line(capsys, tmp_path, *arguments):
    """Assert that a call prints one line of error, exits with code 2 and writes no CSV file; return the line."""
    with pytest.raises(SystemExit) as stop:
        main(["--exp", "1", "--epochs", "1", "--out", str(tmp_path / "out"), *map(str, arguments)])
    error, = capsys.readouterr().err.splitlines()
    assert stop.value.code == 2 and not list((tmp_path / "out").rglob("*.csv"))
    return error


@pytest.mark.parametrize("train, test, message", [
    ("", None, "train.csv: must have a header and at least one row"),
    (HEADER, None, "train.csv: must have a header and at least one row"),
    (HEADER + "1,2\n", None, "train.csv, line 2: must have 4 fields, got 2"),
    (HEADER + lines(1) + "1,2,3,4,5\n", None, "train.csv, line 3: must have 4 fields, got 5"),
    (HEADER + lines(9) + "9,3,rent,\n", None, "train.csv, line 11, column 'paid back': the target must not be missing, "
                                              "as it is in 1 of 10 rows; --drop-missing-target leaves them out"),
    (HEADER + lines(1), None, "train.csv, column 'paid back': must have two values, got 'no'"),
    (HEADER + lines(9) + "9,30,rent,maybe\n", None,
     "must have two values, got 'maybe', 'no', 'yes'; to tell one value from the others, make a column of 0 and 1"),
    ("a,b\n1,2\n", None, "train.csv: 'a', 'b', got 'paid back'"),
    ("client_id,paid back\n" + "".join(f"{k},{k % 2}\n" for k in range(9)), None,
     "train.csv: must have a feature besides the target; not used: 'client_id'; --keep COLUMN uses one"),
    (HEADER + lines(9) + "9,inf,rent,yes\n", None, "line 11, column 'age': must be a finite number, got 'inf'"),
    (None, HEADER + lines(3) + "9,old,rent,yes\n", "test.csv, line 5, column 'age': must be a number, as in train, "
                                                   "got 'old'"),
    (None, "client_id,home,paid back\n1,rent,yes\n2,own,no\n", "test.csv: must have the columns of train, got none "
                                                               "named 'age'"),
    (None, HEADER + "1,2,rent,yes\n", "test.csv, column 'paid back': must have two values, one of them 'yes', got "),
])
def test_an_error_in_a_file_is_one_line(files, tmp_path, capsys, train, test, message):
    for file, text in zip(files, (train, test)):
        if text is not None:
            file.write_text(text)
    line = error_line(capsys, tmp_path, "--train", files[0], "--test", files[1], "--target", "paid back")
    assert message in line


def test_other_errors_are_one_line(files, tmp_path, capsys):
    assert "--target: must name the column to predict, one of 'client_id', 'age', 'home', 'paid back'" in error_line(
        capsys, tmp_path, "--data", files[0])
    files[0].write_bytes(HEADER.encode() + "1,2,дом,yes\n".encode("cp1251"))
    assert ("train.csv, line 2: must be UTF-8 text; --encoding NAME, such as cp1251, reads another encoding"
            in error_line(capsys, tmp_path, "--data", files[0], "--target", "age"))
    assert "error: --encoding: must be one that Python knows, such as cp1251, got 'cp'" in error_line(
        capsys, tmp_path, "--data", files[0], "--target", "age", "--encoding", "cp")
    for option in ("id", "keep", "category"):
        assert f"--{option}: must be a column of " in error_line(
            capsys, tmp_path, "--data", files[1], "--target", "paid back", f"--{option}", "nothing")
    assert "No such file" in error_line(capsys, tmp_path, "--train", "nowhere", "--test", files[1], "--target", "age")
    assert "there is no " in error_line(capsys, tmp_path, "--data", tmp_path)
    blocked = tmp_path / "a file"
    blocked.write_text("")
    with pytest.raises(SystemExit) as stop:
        main(["--exp", "1", "--out", str(blocked)])
    assert stop.value.code == 2 and "a file" in capsys.readouterr().err


def test_the_courses_files_are_fetched_once_and_checked(server, tmp_path, monkeypatch):
    monkeypatch.setenv("MINIDL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(datasets, "LOAN_URL", server.url)
    with pytest.raises(DownloadError, match="must have sha256 7bfbefa8"):
        load_dataset("loan")
    assert not list((tmp_path / "cache").iterdir())
    monkeypatch.setattr(datasets, "LOAN_SHA256", dict.fromkeys(datasets.LOAN_SHA256, DIGEST))
    for _ in range(2):
        with pytest.raises(ValueError, match="target: must be a column of .*loan_train.csv: 'id', 'age'"):
            load_dataset("loan")
    assert server.requested == ["/loan_train.csv", "/loan_train.csv", "/loan_test.csv"]
    assert (tmp_path / "cache" / "loan_train.csv").read_bytes() == BODY


def test_the_hashes_are_those_of_the_courses_files(loan_folder):
    assert {name: sha256(loan_folder / name) for name in datasets.LOAN_SHA256} == datasets.LOAN_SHA256
