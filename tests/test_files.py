import csv
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidl.files import (check_sums, make_folder, replacing, replacing_files, write_csv, write_json, write_sums,
                          write_text)

needs_locks = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no flock: leftovers stay")


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


KILLED = """
import os, sys
from minidl.files import replacing, replacing_files
with replacing(sys.argv[1]) as file, replacing_files(os.path.dirname(sys.argv[1])) as folder:
    file.write_text("half")
    (folder / "part").write_text("half")
    if sys.argv[2] == "dies":
        os.kill(os.getpid(), 9)
    print("ready", flush=True)
    input()
"""


def writer(path, fate):
    """Return a process that writes a file and a folder, and then dies, or waits for a line."""
    return subprocess.Popen([sys.executable, "-c", KILLED, str(path), fate], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, text=True)


def temporary_files(folder):
    return [file.name for file in folder.iterdir() if file.name.startswith(".tmp-")]


@needs_locks
@pytest.mark.parametrize("act", [lambda folder: write_text(folder / "deep" / "other.txt", "whole"), make_folder])
def test_what_killed_processes_have_left_is_removed(tmp_path, act):
    killed = writer(tmp_path / "deep" / "a.txt", "dies")
    os.waitid(os.P_PID, killed.pid, os.WEXITED | os.WNOWAIT)  # it stays a zombie: nobody waits for it
    assert len(temporary_files(tmp_path / "deep")) == 2
    (tmp_path / "deep" / ".tmp-mine").touch()
    act(tmp_path)
    assert temporary_files(tmp_path / "deep") == [".tmp-mine"], "a user's own file has another name"
    killed.communicate()


@needs_locks
def test_the_unfinished_file_of_a_living_process_is_kept(tmp_path):
    living = writer(tmp_path / "a.txt", "lives")
    assert living.stdout.readline() == "ready\n"
    make_folder(tmp_path)
    write_text(tmp_path / "a.txt", "another's")
    assert len(temporary_files(tmp_path)) == 2
    living.communicate("\n")
    assert living.returncode == 0 and sorted(file.name for file in tmp_path.iterdir()) == ["a.txt", "part"]
    assert (tmp_path / "a.txt").read_text() == "half", "the last to finish"


def test_temporary_names_are_not_repeated_and_links_are_not_followed(tmp_path, monkeypatch):
    with replacing(tmp_path / "a.txt") as first, replacing(tmp_path / "a.txt") as second:
        assert first.name != second.name and first.suffix == ".txt"
    victim = tmp_path / "victim"
    victim.write_text("kept")
    (tmp_path / ".tmp-0000000000000000.txt").symlink_to(victim)
    monkeypatch.setattr("secrets.token_hex", lambda size: "0" * 2 * size)  # as if the name had been guessed
    with pytest.raises(FileExistsError):
        write_text(tmp_path / "a.txt", "new")
    assert victim.read_text() == "kept"


@needs_locks
def test_a_file_written_by_a_writer_of_whole_files_stays_locked(tmp_path):
    with replacing(tmp_path / "a.csv") as temporary:
        write_csv(temporary, [{"x": 1}])
        make_folder(tmp_path)
        assert temporary.read_text() == "x\n1\n"
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]


def test_files_of_a_folder_are_replaced_together_or_not_at_all(tmp_path):
    write_text(tmp_path / "a", "old")
    write_text(tmp_path / "mine", "kept")
    with pytest.raises(KeyboardInterrupt), replacing_files(tmp_path) as folder:
        (folder / "a").write_text("new")
        raise KeyboardInterrupt
    assert (tmp_path / "a").read_text() == "old"
    with replacing_files(tmp_path) as folder:
        (folder / "a").write_text("new")
        (folder / "b").write_text("new")
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"a": "new", "b": "new", "mine": "kept"}


FULL_DISK = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (2 * (100_000,)))  # no file may be larger: as a full disk, for all libraries
from pathlib import Path
import torch
from safetensors.torch import save_file
from minidl.files import replacing, replacing_files, write_text
from minidl.mapped import save_mapped
from minidl.tensors import save_tensors
folder = Path(sys.argv[1])
large = torch.arange(100_000.)

def write_tensors():
    with replacing(folder / "a.txt") as temporary:
        save_tensors(temporary, large)

def write_folder():
    with replacing_files(folder) as temporary:
        save_file({"a": large}, temporary / "tensors.safetensors")

for number, attempt in enumerate([
        lambda: write_text(folder / "a.txt", 200_000 * "x"),
        write_tensors,
        lambda: save_mapped(folder / "a.txt", "kind", None, {"a": large.numpy()}),
        write_folder]):
    try:
        attempt()
    except OSError as error:
        print(number, error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files as Linux does")
def test_a_full_disk_is_one_line_that_names_the_file_and_changes_nothing(tmp_path):
    write_text(tmp_path / "a.txt", "earlier")
    process = subprocess.run([sys.executable, "-c", FULL_DISK, str(tmp_path)], capture_output=True, text=True)
    lines = process.stdout.splitlines()
    assert len(lines) == 4 and not process.returncode, process.stderr
    for number, (line, path) in enumerate(zip(lines, [*3 * [tmp_path / "a.txt"], tmp_path])):
        assert line == f"{number} [Errno 27] File too large; what was there before is unchanged: '{path}'"
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"a.txt": "earlier"}


def test_a_folder_with_sums_is_whole_or_refused_in_one_line(tmp_path):
    check_sums(tmp_path)  # without SHA256SUMS there is nothing to compare
    for name in ("config.json", "weights"):
        (tmp_path / name).write_text(name)
    write_sums(tmp_path)
    check_sums(tmp_path)
    (tmp_path / "more").touch()
    check_sums(tmp_path)
    for damage in (lambda file: file.write_text("other"), lambda file: file.unlink(), lambda file: file.mkdir()):
        damage(tmp_path / "weights")
        with pytest.raises(ValueError, match=r"must have the files that its SHA256SUMS names, got another 'weights'; "
                                             r"if the change is meant, delete SHA256SUMS$"):
            check_sums(tmp_path)
    (tmp_path / "SHA256SUMS").write_text("")
    with pytest.raises(ValueError, match="got another ''"):
        check_sums(tmp_path)


def test_sums_have_the_form_of_sha256sum(tmp_path):
    (tmp_path / "abc").write_text("abc")  # the first example of FIPS 180
    write_sums(tmp_path)
    assert (tmp_path / "SHA256SUMS").read_text() == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  abc\n")
