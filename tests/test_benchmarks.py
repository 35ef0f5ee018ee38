"""The tables of the benchmarks; nothing is timed here."""
import ast
import doctest
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks import cases, corpus, summary
from tests.benchmarks.__main__ import NAMES
from tests.benchmarks.cases import Case, Row, difference, row_of

ROOT = Path(__file__).parent.parent
NUMBER = re.compile(r"\d+(\.\d*)?(e[-+]\d+)?")
ROWS = [Row("a piece", "a peer", "equal", 0.12345, 0.1), Row("b", "c", "2 of 2 tokens", 3.0, 3.0),
        Row("d", "e", "-", "needs MINIDL_SHARED", 1.0), Row("f", "g | h", "-", "failed: ValueError no", None)]


def test_the_readme_shows_rows_of_the_saved_table():
    saved = summary.RESULTS.read_text(encoding="utf-8")
    assert summary.split_readme(summary.README.read_text(encoding="utf-8"))[1] == summary.readme_block(saved)
    assert saved.startswith(summary.EXPLANATION) and "Python 3" in saved
    rows = summary.table_of(summary.readme_block(saved))
    assert [row[:2] for row in rows] == list(summary.README_ROWS)
    assert {row[:4] for row in rows} <= {row[:4] for row in summary.table_of(saved)}


def test_every_saved_row_has_a_ratio_or_says_why_not():
    rows = summary.table_of(summary.RESULTS.read_text(encoding="utf-8"))
    assert len(rows) > len(NAMES)
    for piece, peer, agreement, ratio, wanted in rows:
        assert piece and peer and agreement
        assert NUMBER.fullmatch(ratio) or ratio == "not timed" or ratio.startswith("needs "), ratio
        if wanted != "-" and NUMBER.fullmatch(ratio):
            assert wanted.endswith(": missed") == (float(ratio) > float(wanted.removesuffix(": missed")))


def test_every_module_of_the_folder_is_in_the_table():
    folder = ROOT / "tests" / "benchmarks"
    files = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in folder.glob("*.py")}
    benchmarks = {name for name, tree in files.items()
                  if {"cases", "main"} <= {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}}
    assert benchmarks == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_can_be_imported(name):
    module = importlib.import_module(f"tests.benchmarks.{name}")
    assert callable(module.cases) and callable(module.main)


def test_the_table_shows_ratios_misses_and_reasons():
    text = summary.as_text(ROWS, machine_text="a machine; Python 3")
    assert summary.table_of(text) == [("a piece", "a peer", "equal", "0.123", "0.1: missed"),
                                      ("b", "c", "2 of 2 tokens", "3.00", "3"),
                                      ("d", "e", "-", "needs MINIDL_SHARED", "1"),
                                      ("f", "g / h", "-", "failed: ValueError no", "-")]
    assert "\na machine; Python 3\n" in text
    assert len({len(line) for line in text.splitlines() if line[:1] == "|"}) == 1
    assert [row.failed for row in ROWS] == [False, False, False, True]


def import_absent_package(*_):
    import lion_pytorch.absent  # noqa: F401


@pytest.mark.parametrize("measure, ratio", [
    (lambda: ("equal", 0.5), 0.5), (corpus.folder, "needs MINIDL_SHARED"),
    (import_absent_package, "needs lion-pytorch"),
    (lambda: 1 / 0, "failed: ZeroDivisionError division by zero"),
])
def test_absent_data_and_failures_become_rows(measure, ratio, monkeypatch):
    monkeypatch.delenv("MINIDL_SHARED", raising=False)
    monkeypatch.setitem(sys.modules, "lion_pytorch", None)  # as if it were not installed
    row = row_of(Case("piece", "peer", measure, (0.9, 0.6)))
    assert row == Row("piece", "peer", "equal" if ratio == 0.5 else "-", ratio, 0.6)
    assert row.failed == (not isinstance(ratio, float) and ratio.startswith("failed"))


@pytest.mark.parametrize("failing", [False, True])
def test_saves_what_it_prints_unless_something_failed(tmp_path, monkeypatch, capsys, failing):
    readme, results = tmp_path / "README.md", tmp_path / "results.md"
    old = f"# head\n{summary.BEGIN}\nold\n{summary.END}\ntail\n"
    readme.write_text(old, encoding="utf-8")
    monkeypatch.setattr(summary, "measure_all", lambda names: ROWS if failing else ROWS[:3])
    monkeypatch.setattr(summary.save, "__defaults__", (results, readme))
    assert summary.run_all(["metrics"], keep=True) == failing
    printed = capsys.readouterr().out
    assert results.exists() != failing
    wanted = old if failing else old.replace("old\n", summary.readme_block(printed))
    assert readme.read_text(encoding="utf-8") == wanted
    assert failing or ("[All 3 rows]" in " ".join(readme.read_text(encoding="utf-8").split()) and (
        results.read_text(encoding="utf-8") == printed))


def test_a_benchmark_that_cannot_be_imported_is_a_row_too(capfd):
    row, = summary.measure_all(["absent"])
    assert row == Row("absent", "-", "-", "failed: ModuleNotFoundError No module named 'tests.benchmarks.absent'")
    assert row.failed and "Traceback" in capfd.readouterr().err


def test_the_doctests_of_cases():
    results = doctest.testmod(cases)
    assert results.attempted and not results.failed


def test_refuses_a_readme_without_the_block():
    with pytest.raises(ValueError, match="^README.md: must have the lines <!-- benchmarks: begin -->"):
        summary.split_readme("# no block\n", "README.md")


def test_numbers_that_are_not_finite_never_agree():
    assert difference([1, float("nan")], [1, 2]) == "NOT finite" != difference([1.0], [1.0]) == "equal"


@pytest.mark.parametrize("arguments, message", [
    ([], "name: must be one of metrics, .*, all; got none"), (["nope"], "name: must be .*; got nope"),
    (["metrics", "--save"], "--save: works with all only, got metrics"), (["--nope"], "unrecognized arguments: --nope"),
])
def test_a_mistake_is_reported_in_one_line(arguments, message):
    done = subprocess.run([sys.executable, "-m", "tests.benchmarks", *arguments], cwd=ROOT, capture_output=True,
                          text=True, timeout=300)
    assert done.returncode == 2 and not done.stdout
    assert re.fullmatch(f"python -m tests.benchmarks: error: {message}\n", done.stderr)
