import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidl.files import replacing, write_csv, write_json, write_text


def test_an_interrupted_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "deep" / "file.txt"
    write_text(path, "first")
    with pytest.raises(KeyboardInterrupt), replacing(path) as temporary:
        temporary.write_text("half of the sec")
        raise KeyboardInterrupt
    assert path.read_text() == "first"
    assert [file.name for file in path.parent.iterdir()] == ["file.txt"]


def test_json_is_indented(tmp_path):
    path = tmp_path / "file.json"
    write_json(path, {"a": [1]})
    assert path.read_text() == '{\n  "a": [\n    1\n  ]\n}\n'


@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=5))
def test_csv_keeps_every_digit(tmp_path_factory, numbers):
    path = tmp_path_factory.mktemp("csv") / "rows.csv"
    write_csv(path, [{"epoch": k, "loss": number} for k, number in enumerate(numbers)])
    rows = list(csv.DictReader(path.open()))
    assert [float(row["loss"]) for row in rows] == numbers
    assert [int(row["epoch"]) for row in rows] == list(range(len(numbers)))


def test_leftovers_of_killed_processes_are_removed_and_those_of_living_ones_kept(tmp_path):
    killed = subprocess.Popen([sys.executable, "-c", ""])
    killed.wait()
    leftover, of_a_living_process = (tmp_path / f".a[1].txt.{pid}.tmp.txt" for pid in (killed.pid, os.getppid()))
    unrelated = tmp_path / f".b.txt.{killed.pid}.tmp.txt"
    for file in (leftover, of_a_living_process, unrelated):
        file.write_text("half")
    write_text(tmp_path / "a[1].txt", "whole")
    assert not leftover.exists() and of_a_living_process.exists() and unrelated.exists()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads the state of a process from /proc")
def test_the_leftover_of_a_process_that_nobody_waits_for_is_removed(tmp_path):
    zombie = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and stays a zombie
    leftover = tmp_path / f".a.txt.{zombie.pid}.tmp.txt"
    leftover.write_text("half")
    write_text(tmp_path / "a.txt", "whole")
    assert not leftover.exists()
    zombie.wait()
