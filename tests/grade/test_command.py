"""The command: its lines, its exit code, its file for a gradebook, and files that misbehave."""
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.grade import processes
from tests.grade.__main__ import main
from tests.grade.pieces import PIECES

ROOT = Path(__file__).parents[2]
RIGHT = """
def roc_auc_score(y, s):
    pairs = [(a, b) for a, p in zip(s, y) if p for b, q in zip(s, y) if not q]
    return sum((a > b) + (a == b) / 2 for a, b in pairs) / len(pairs)
"""


def grade(tmp_path, capsys, text, *arguments):
    """Return (exit code, lines printed) for a file with this text."""
    file = tmp_path / "my.py"
    file.write_text(text)
    code = main([str(file), *arguments])
    return code, capsys.readouterr().out.splitlines()


def test_minidl_is_graded_piece_by_piece_in_the_order_asked_for(capsys):
    names = ["Lion", "recall_at_k", "exp_cos"]
    assert main(["minidl", *names]) == 0
    printed = capsys.readouterr()
    *lines, count = printed.out.splitlines()
    assert printed.err.startswith("grading ")
    assert [line.split()[:2] for line in lines] == [[name, "right"] for name in names]
    assert count == "3 right"


def test_a_skeleton_is_missing_in_every_piece(tmp_path, capsys):
    assert main(["--skeleton"]) == 0
    code, lines = grade(tmp_path, capsys, capsys.readouterr().out)
    assert code == 0 and lines[-1] == f"{len(PIECES)} missing"


def test_a_skeleton_of_some_pieces_has_minidls_signatures_docstrings_and_examples(capsys):
    assert main(["--skeleton", "roc_auc_score", "RMSNorm"]) == 0
    text = capsys.readouterr().out
    assert "def roc_auc_score(y_true, y_score):" in text and "class RMSNorm(torch.nn.Module):" in text
    assert ">>> roc_auc_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])\n    0.75" in text
    assert "recall_at_k" not in text and compile(text, "my.py", "exec")


def test_verdicts_are_printed_counted_and_written(tmp_path, capsys):
    text = RIGHT + "def recall_at_k(target, predict, k):\n    return 0.25\n"
    code, lines = grade(tmp_path, capsys, text, "roc_auc_score", "recall_at_k", "Lion",
                        "--json", str(tmp_path / "v.json"))
    assert code == 1 and [line.split()[1] for line in lines[:3]] == ["right", "WRONG", "missing"]
    assert "gives 0.25, expected " in lines[1] and lines[3] == "1 right, 1 WRONG, 1 missing"
    verdicts = json.loads((tmp_path / "v.json").read_text())
    assert [verdict["piece"] for verdict in verdicts] == ["roc_auc_score", "recall_at_k", "Lion"]
    example = verdicts[1]["counterexample"]
    target, predict, k = eval(example["case"])  # a literal that can be pasted
    assert example["got"] == "0.25" and float(example["expected"]) in (0, 1) and k <= len(predict[0])
    assert verdicts[0]["counterexample"] is None and verdicts[0]["seconds"] > 0


def test_two_runs_agree(tmp_path, capsys):
    text = "def roc_auc_score(y, s):\n    return sum(s) / len(s)\n"
    runs = [grade(tmp_path, capsys, text, "roc_auc_score") for _ in range(2)]
    assert runs[0] == runs[1] and runs[0][0] == 1


CASES = """
from tests.grade.judge import drawn_cases
from tests.grade.pieces import PIECES
print([(name, drawn_cases(piece)) for name, piece in PIECES.items()])
"""


def test_the_cases_do_not_depend_on_what_else_is_imported(tmp_path):
    (tmp_path / "numbers_of_a_student.py").write_text(f"X = {list(range(101, 9999, 97))}")
    with_constants = "import numbers_of_a_student\n" + CASES
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    processes = [subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path},
                                  stdout=subprocess.PIPE, text=True) for code in (CASES, with_constants)]
    alone, beside = (process.communicate()[0] for process in processes)
    assert alone == beside and len(alone) > 10_000


def test_modules_beside_the_file_are_imported_under_their_own_names(tmp_path, capsys):
    package = tmp_path / "hw3"
    package.mkdir()
    (package / "task_1.py").write_text(
        "def recall_dog_k(t, p, k):\n    return sum(x in r[:k] for x, r in zip(t, p)) / len(t)")
    code, lines = grade(tmp_path, capsys, "from hw3.task_1 import recall_dog_k as recall_at_k", "recall_at_k")
    assert code == 0 and lines[0].split()[:2] == ["recall_at_k", "right"]


@pytest.mark.parametrize("body, note", [
    ("    while True: pass", "gives no answer within"),
    ("    import os; os.kill(os.getpid(), 11)", "ends its process by SIGSEGV"),
    ("    import os; os._exit(3)", "ends its process with exit code 3"),
    ("    import sys; sys.exit(0)", "calls sys.exit"),
    ("    return input()", "raises EOFError"),
    ("    import urllib.request as r; return r.urlopen('http://192.0.2.1')", "no network while a file is graded"),
    ("    return [0] * 10 ** 10", "raises MemoryError"),
    ("    return None", "raises TypeError"),
    ("    import torch; return torch.ones(2, device='cuda').sum()", "raises"),
    ("    raise KeyboardInterrupt", "raises KeyboardInterrupt"),
])
def test_what_an_implementation_does_in_its_process_hurts_nothing(tmp_path, capsys, body, note):
    text = RIGHT.replace("roc_auc_score", "right") + f"def recall_at_k(target, predict, k):\n{body}\n"
    code, lines = grade(tmp_path, capsys, text + "roc_auc_score = right\n", "recall_at_k", "roc_auc_score")
    assert code == 1 and lines[0].split()[:2] == ["recall_at_k", "WRONG"] and note in lines[0]
    assert lines[1].split()[:2] == ["roc_auc_score", "right"], "the other piece is graded"


def test_a_piece_under_another_name_is_missing_with_a_hint(tmp_path, capsys):
    code, lines = grade(tmp_path, capsys, "class MyExpCos:\n    pass\n", "exp_cos", "Lion")
    assert code == 0 and lines[0].endswith("MyExpCos in the file looks like it; if it is, add: exp_cos = MyExpCos")
    assert lines[1].split() == ["Lion", "missing"]


def test_prints_and_changes_in_place_do_not_count(tmp_path, capfd):
    (tmp_path / "my.py").write_text(
        "def recall_at_k(t, p, k):\n    print('noise')\n    result = sum(x in r[:k] for x, r in zip(t, p)) / len(t)\n"
        "    t.clear()\n    p.clear()\n    return result\n")
    assert main([str(tmp_path / "my.py"), "recall_at_k"]) == 0
    assert "noise" not in capfd.readouterr().out


def test_a_process_that_swallows_every_interruption_is_killed(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(processes, "PIECE_SECONDS", 1.0)
    code, lines = grade(tmp_path, capsys, "import signal\ndef recall_at_k(t, p, k):\n"
                        "    signal.signal(signal.SIGALRM, signal.SIG_IGN)\n    while True: pass\n", "recall_at_k")
    assert code == 1 and "does not end within 1 s" in lines[0]


@pytest.mark.parametrize("text, note", [
    ("import nowhere", "line 1: ModuleNotFoundError: No module named 'nowhere'"),
    ("\nx = 1 / 0", "line 2: ZeroDivisionError"),
    ("def f(:", "line 1: SyntaxError"),
    ("raise SystemExit", "line 1: SystemExit"),
    ("x = 1\0", "SyntaxError: source code string cannot contain null bytes"),
    ("import os; os._exit(7)", "the file ends its process with exit code 7"),
    ("while True: pass", "the file does not end within 1 s"),
])
def test_a_file_that_cannot_be_run_is_one_line(tmp_path, capsys, monkeypatch, text, note):
    monkeypatch.setattr(processes, "LOAD_SECONDS", 1.0)
    code, lines = grade(tmp_path, capsys, text, "recall_at_k", "Lion")
    assert code == 2 and lines[0].split()[:2] == ["my.py", "ERROR"] and note in lines[0] and lines[1:] == ["2 ERROR"]


@pytest.mark.parametrize("arguments, message", [
    ([], "FILE: must be a Python file, or minidl"),
    (["nowhere.py"], "FILE: must be a Python file, or minidl, got 'nowhere.py'"),
    (["minidl", "Lion", "--json", "/dev/null/v.json"], "--json: must be a file that can be written, got "),
    (["minidl", "AUC"], "PIECE: must be one of roc_auc_score, "),
])
def test_a_mistake_on_the_command_line_is_one_line(capsys, arguments, message):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    line, = capsys.readouterr().err.splitlines()
    assert stop.value.code == 2 and message in line
