"""One Markdown table of all benchmarks: printed, saved to results.md, some of its rows in the README."""
import importlib
import sys
import textwrap
import time
from pathlib import Path

from minidl.files import write_text
from tests.benchmarks.cases import NONE, Row, reason, row_of
from tests.benchmarks.timing import in_a_process, machine

RESULTS = Path(__file__).with_name("results.md")
README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"
HEADINGS = ("piece", "compared with", "agreement", "ours / peer", "wanted")
README_ROWS = (  # (piece, peer) of the rows on the README's first screen
    ("`roc_auc_score`, 1,000,000 rows", "scikit-learn"),
    ("`TfidfVectorizer`, 117,659 short documents", "scikit-learn"),
    ("`InvertedIndex.search`, TF-IDF, 2,000 queries in 117,659", "scipy's product and a top-k"),
    ("an epoch of HW1's experiment 3", "torch.nn, batches in memory"),
    ("`RMSNorm` forward and backward, (2048, 896)", "`torch.nn.RMSNorm`"),
    ("a step of `Lion`, 32 million weights", "lion-pytorch"),
    ("`beam_search`, 4 beams, prompt of 300, SmolLM2-135M", "transformers' `generate`"),
)
EXPLANATION = """\
`.venv/bin/python -m tests.benchmarks all --save` wrote this file; `--help` lists the benchmarks of single pieces.
"Agreement" compares the results on the timed inputs. "Ours / peer" is a ratio of CPU times, the median of interleaved
rounds: below 1, minidl is faster. "Wanted" is the project's own target for this ratio."""


def rows_of(name):
    """Return the rows of a benchmark; print one line of progress per row."""
    rows = []
    for case in importlib.import_module(f"tests.benchmarks.{name}").cases():
        print(f"{name}: {case.piece}, {case.peer} ...", end=" ", file=sys.stderr, flush=True)
        start = time.perf_counter()
        rows.append(row_of(case))
        print(f"{rows[-1].cells()[3]} ({time.perf_counter() - start:.0f} s)", file=sys.stderr, flush=True)
    return rows


def measure_all(names):
    """Return the rows of all benchmarks, each run in its own process with a fresh memory allocator."""
    rows = []
    for name in names:
        try:
            rows += in_a_process(rows_of, name)
        except Exception as error:  # the module or its process failed, not one case
            rows.append(Row(name, NONE, NONE, reason(error)))
    return rows


def as_text(rows, machine_text=None):
    """Return the table as aligned Markdown, below the explanation and the machine (by default this one)."""
    lines = [HEADINGS, *(tuple(cell.replace("|", "/") for cell in row.cells()) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines)]
    lines.insert(1, tuple("-" * width for width in widths))
    table = [f"| {' | '.join(map(str.ljust, line, widths))} |" for line in lines]
    return "\n".join([EXPLANATION, "", *textwrap.wrap(machine_text or machine(), 120), "", *table]) + "\n"


def split_readme(text, path=README):
    """Return (text up to the line BEGIN, the block, text from the line END) of a README."""
    before, begin, block_and_after = text.partition(BEGIN + "\n")
    block, end, after = block_and_after.partition(END)
    if not (begin and end):
        raise ValueError(f"{path}: must have the lines {BEGIN} and {END}, got none")
    return before + begin, block, end + after


def table_of(text):
    """Return the cells of the Markdown table in a text, one tuple per row, without the headings."""
    lines = [line[2:-2] for line in text.splitlines() if line.startswith("| ")]
    return [tuple(cell.strip() for cell in line.split(" | ")) for line in lines[2:]]


def readme_block(text):
    """Return the README's block for a table: its README_ROWS, and the number of rows that miss their target."""
    rows = table_of(text)
    missed = [row for row in rows if row[4].endswith("missed")]
    lines = [f"| {' | '.join(HEADINGS[:4])} |", "| --- | --- | --- | --- |",
             *(f"| {' | '.join(row[:4])} |" for key in README_ROWS for row in rows if row[:2] == key)]
    note = (f"Ratios of CPU times, printed by `.venv/bin/python -m tests.benchmarks all --save`; below 1, minidl is "
            f"faster. [All {len(rows)} rows](tests/benchmarks/results.md), with the machine and the versions; "
            f"{len(missed)} of them miss our target.")
    return "\n".join([*lines, "", textwrap.fill(note, 120, break_long_words=False, break_on_hyphens=False)]) + "\n"


def save(text, results=RESULTS, readme=README):
    """Write the text to the results file, and some of its rows to the block of the README."""
    before, _, after = split_readme(readme.read_text(encoding="utf-8"), readme)
    write_text(results, text)
    write_text(readme, before + readme_block(text) + after)


def run_all(names, keep):
    """Measure and print all rows; save them if `keep` and none failed; return the exit code."""
    start = time.perf_counter()
    rows = measure_all(names)
    text = as_text(rows)
    print(text, end="", flush=True)
    failed = sum(row.failed for row in rows)
    print(f"{len(rows)} pieces, {failed} failed, {(time.perf_counter() - start) / 60:.1f} minutes", file=sys.stderr)
    if keep and failed:
        print("not saved: a piece failed", file=sys.stderr)
    elif keep:
        save(text)
    return 1 if failed else 0
