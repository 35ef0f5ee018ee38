"""The data sets of HW1: CSV files are read into a train and a test part, each with its labels."""
import hashlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from minidl.command import naming_options
from minidl.data import (MissingTargetError, UndecodableError, binary_target, cache_folder, convert, describe, fetch,
                         file_decimal, read_csv, stratified_folds, stratified_split, take_rows)
from minidl.sentences import counted

CREDIT = Path(__file__).parent / "data" / "credit.csv"
LOAN_URL = ("https://raw.githubusercontent.com/mrapplexz/nn-misis-2526/"
            "9ad2b33a0df249e7e3ef80b6b84b8bed857d4836/tasks/task1/")
LOAN_SHA256 = {"loan_train.csv": "7bfbefa80cf1d1c6dd051e1a5d8b716ecf4be6701d67d6020be37b04d1d53b0a",
               "loan_test.csv": "d44c919ed2699c868923c1e7151d006d795e5c5586ced5744c2e83fee84c4d57"}
TEST_SHARE = 0.2


class Choices(NamedTuple):
    """What the user of hw1.run decides about a table: the options of these names, see hw1.run."""

    target: str | None = None
    positive: str | None = None
    id: tuple = ()
    keep: tuple = ()
    category: tuple = ()
    drop_missing_target: bool = False
    encoding: str | None = None


class Part(NamedTuple):
    """N rows: table is a dict of features, see minidl.data.convert; target (N,) has the labels 0 and 1."""

    table: dict
    target: np.ndarray

    def split(self, test_size, seed):
        """Return (train, test) parts by a stratified split."""
        rows = stratified_split(self.target, test_size, rng=np.random.default_rng(seed))
        return tuple(self._take(part) for part in rows)

    def folds(self, n, seed):
        """Return n pairs (train, test) of parts by stratified splits; every row is in exactly one test part."""
        folds = stratified_folds(self.target, n, rng=np.random.default_rng(seed))
        return [tuple(self._take(part) for part in rows) for rows in folds]

    def _take(self, rows):
        return Part(take_rows(self.table, rows), self.target[rows])


class Dataset(NamedTuple):
    """A named data set.

    sha256: the hash of its files' bytes, concatenated.
    positive: the cell of the target whose label is 1.
    columns: a list of Column, what each column of train is, without the target.
    notes: lines that say what was changed when the files were read.
    """

    name: str
    sha256: str
    positive: str
    columns: list
    notes: list
    train: Part
    test: Part

    def names(self, *kinds):
        """Return the names of the columns of these kinds."""
        return [column.name for column in self.columns if column.kind in kinds]


def load_dataset(data="credit", *, train=None, test=None, seed=0, **choices):
    """Return the Dataset for these options of hw1.run.

    The source is `train` and `test`, two CSV files, or `data`, one of
        "credit": the file in hw1/data, split 80 / 20 with `seed`;
        "loan": the course's train and test files, downloaded once into the cache folder;
        a folder with loan_train.csv and loan_test.csv;
        a CSV file, split 80 / 20 with `seed`.

    choices: the fields of Choices; the target is required for the user's own files.
    """
    choices = Choices(**choices)
    if train or test:
        if not (train and test):
            raise ValueError("--train, --test: must be given together; to split one file, use --data FILE")
        return _own_files([train, test], choices, seed)
    if data == "credit":
        choices = choices._replace(target=choices.target or "Status", positive=choices.positive or "bad")
        return _dataset("credit", [CREDIT], choices, seed)
    loan = choices._replace(target=choices.target or "loan_status")
    if data == "loan":
        files = [fetch(LOAN_URL + name, digest, cache_folder()) for name, digest in LOAN_SHA256.items()]
        return _dataset("loan", files, loan, seed)
    if Path(data).is_dir():
        files = [Path(data) / name for name in LOAN_SHA256]
        for file in files:
            if not file.is_file():
                raise ValueError(f"--data: a folder must have {files[0].name} and {files[1].name}, there is no {file}")
        return _dataset("loan", files, loan, seed)
    if not Path(data).exists():
        raise ValueError(f"--data: must be credit, loan, a CSV file or a folder, there is no {data!r}")
    return _own_files([data], choices, seed)


def _own_files(files, choices, seed):
    if not choices.target:
        names = ", ".join(map(repr, _read(files[0], choices)))
        raise ValueError(f"--target: must name the column to predict, one of {names}")
    return _dataset(Path(files[0]).name, files, choices, seed)


def _read(file, choices):
    """Return the table of a file; an error names the option that reads another encoding."""
    try:
        with naming_options("encoding"):
            return read_csv(file, choices.encoding)
    except UndecodableError as error:
        raise ValueError(f"{error}; --encoding NAME, such as cp1251, reads another encoding") from None


def _features_and_labels(file, choices, positive):
    """Return (table without the target, labels, positive cell, decimal mark) of a file."""
    whole = _read(file, choices)
    decimal = file_decimal(whole)
    try:
        with naming_options("target"):
            table, labels, positive = binary_target(whole, choices.target, positive, decimal=decimal,
                                                    drop_missing=choices.drop_missing_target)
    except MissingTargetError as error:
        raise ValueError(f"{error}; --drop-missing-target leaves them out") from None
    if n_dropped := len(whole.lines) - len(labels):
        table.notes.append(f"{counted(n_dropped, 'row')} without a target: dropped")
    return table, labels, positive, decimal


def _dataset(name, files, choices, seed):
    """Return the Dataset of one file, to be split, or of a train and a test file.

    Train determines the positive cell and what the columns are.
    """
    table, labels, positive, decimal = _features_and_labels(files[0], choices, choices.positive)
    for option in ("id", "keep", "category"):
        for column in getattr(choices, option):
            if column not in table:
                raise ValueError(f"--{option}: must be a column of {files[0]}, got {column!r}")
    columns = describe(table, ids=choices.id, keep=choices.keep, categories=choices.category, decimal=decimal)
    if not any(column.used for column in columns.values()):
        raise ValueError(f"{files[0]}: must have a feature besides the target; not used: "
                         f"{', '.join(map(repr, columns)) or 'none'}; --keep COLUMN uses one")
    train = Part(convert(table, columns, decimal), labels)
    if len(files) == 1:
        train, test = train.split(TEST_SHARE, seed)
    else:
        other, labels, _, decimal = _features_and_labels(files[1], choices, positive)
        test = Part(convert(other, columns, decimal), labels)
    digest = hashlib.sha256(b"".join(Path(file).read_bytes() for file in files)).hexdigest()
    return Dataset(name, digest, positive, list(columns.values()), table.notes, train, test)
