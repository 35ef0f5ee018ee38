"""The data of HW1: from files to a training and a test part, target split off."""
import hashlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from minidl.data import binary_target, read_csv, stratified_split, take_rows

CREDIT = Path(__file__).parent / "data" / "credit.csv"


class Part(NamedTuple):
    """Rows with their labels: table is a dict of columns, target (N,) of 0 and 1."""

    table: dict
    target: np.ndarray

    def split(self, test_size, seed):
        """Return two parts, stratified."""
        rows = stratified_split(self.target, test_size, rng=np.random.default_rng(seed))
        return tuple(Part(take_rows(self.table, part), self.target[part]) for part in rows)


class Dataset(NamedTuple):
    """A named data set; `sha256` is that of its files' bytes, one after the other."""

    name: str
    sha256: str
    train: Part
    test: Part


def load_dataset(source, seed):
    """Return the Dataset of `source`.

    source: "credit", the data shipped with hw1, split 80 / 20 by `seed`; or a folder
        with the course's loan_train.csv and loan_test.csv, a fixed split.
    """
    if source == "credit":
        table, target = binary_target(read_csv(CREDIT), "Status", positive="bad")
        return Dataset("credit", _sha256(CREDIT), *Part(table, target).split(0.2, seed))

    files = [Path(source) / "loan_train.csv", Path(source) / "loan_test.csv"]
    for file in files:
        if not file.is_file():
            raise ValueError(f"--data: must be credit, or a folder with {files[0].name} and "
                             f"{files[1].name}; there is no {file}")
    return Dataset("loan", _sha256(*files), *(_loan_part(file) for file in files))


def _loan_part(file):
    table, target = binary_target(read_csv(file), "loan_status", positive="1")
    table.pop("id", None)  # numbers the rows, says nothing of the client
    return Part(table, target)


def _sha256(*files):
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
