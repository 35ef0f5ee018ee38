"""The data sets of HW1: CSV files are read into a train and a test part, each with its labels."""
import hashlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from minidl.data import (binary_target, cache_folder, drop_columns, fetch, id_columns, read_csv, stratified_split,
                         take_rows)

CREDIT = Path(__file__).parent / "data" / "credit.csv"
LOAN_URL = ("https://raw.githubusercontent.com/mrapplexz/nn-misis-2526/"
            "9ad2b33a0df249e7e3ef80b6b84b8bed857d4836/tasks/task1/")
LOAN_SHA256 = {"loan_train.csv": "7bfbefa80cf1d1c6dd051e1a5d8b716ecf4be6701d67d6020be37b04d1d53b0a",
               "loan_test.csv": "d44c919ed2699c868923c1e7151d006d795e5c5586ced5744c2e83fee84c4d57"}
TEST_SHARE = 0.2


class Part(NamedTuple):
    """N rows: table is a dict of columns without the target; target (N,) has the labels 0 and 1."""

    table: dict
    target: np.ndarray

    def split(self, test_size, seed):
        """Return (train, test) parts by a stratified split."""
        rows = stratified_split(self.target, test_size, rng=np.random.default_rng(seed))
        return tuple(Part(take_rows(self.table, part), self.target[part]) for part in rows)


class Dataset(NamedTuple):
    """A named data set.

    sha256: the hash of its files' bytes, concatenated.
    positive: the cell of the target whose label is 1.
    ignored: the columns that identify rows and are not used as features.
    """

    name: str
    sha256: str
    positive: str
    ignored: list
    train: Part
    test: Part


def load_dataset(data="credit", *, train=None, test=None, target=None, positive=None, ids=(), seed=0):
    """Return the Dataset for these options of hw1.run.

    The source is `train` and `test`, two CSV files, or `data`, one of
        "credit": the file in hw1/data, split 80 / 20 with `seed`;
        "loan": the course's train and test files, downloaded once into the cache folder;
        a folder with loan_train.csv and loan_test.csv;
        a CSV file, split 80 / 20 with `seed`.

    target: the column to predict; required for the user's own files.
    positive: the target's cell whose label is 1.
    ids: columns that are not features, in addition to those that id_columns returns.
    """
    if train or test:
        if not (train and test):
            raise ValueError("--train, --test: must be given together; to split one file, use --data FILE")
        return _own_files([train, test], target, positive, ids, seed)
    if data == "credit":
        return _dataset("credit", [CREDIT], target or "Status", positive or "bad", ids, seed)
    if data == "loan":
        files = [fetch(LOAN_URL + name, digest, cache_folder()) for name, digest in LOAN_SHA256.items()]
        return _dataset("loan", files, target or "loan_status", positive, ids, seed)
    if Path(data).is_dir():
        files = [Path(data) / name for name in LOAN_SHA256]
        for file in files:
            if not file.is_file():
                raise ValueError(f"--data: a folder must have {files[0].name} and {files[1].name}, there is no {file}")
        return _dataset("loan", files, target or "loan_status", positive, ids, seed)
    if not Path(data).exists():
        raise ValueError(f"--data: must be credit, loan, a CSV file or a folder, there is no {data!r}")
    return _own_files([data], target, positive, ids, seed)


def _own_files(files, target, positive, ids, seed):
    if not target:
        raise ValueError(f"--target: must name the column to predict, one of {', '.join(read_csv(files[0]))}")
    return _dataset(Path(files[0]).name, files, target, positive, ids, seed)


def _dataset(name, files, target, positive, ids, seed):
    """Return the Dataset of one file, to be split, or of a train and a test file.

    Train determines the positive cell and the ignored columns.
    """
    table, labels, positive = binary_target(read_csv(files[0]), target, positive)
    absent = [column for column in ids if column not in table]
    if absent:
        raise ValueError(f"--id: must be a column of {files[0]}, got {absent[0]!r}")
    ignored = [column for column in table if column in ids or column in id_columns({column: table[column]})]
    train = Part(drop_columns(table, ignored), labels)
    if len(files) == 1:
        train, test = train.split(TEST_SHARE, seed)
    else:
        table, labels, _ = binary_target(read_csv(files[1]), target, positive)
        test = Part(drop_columns(table, ignored), labels)
    digest = hashlib.sha256(b"".join(Path(file).read_bytes() for file in files)).hexdigest()
    return Dataset(name, digest, positive, ignored, train, test)
