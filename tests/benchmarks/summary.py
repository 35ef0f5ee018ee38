"""Every piece against its peers in one table of Markdown: printed, and kept; README shows some rows of it."""
import importlib
import sys
import textwrap
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from minidl.files import write_text
from tests.benchmarks.cases import NONE, Row, reason, row_of
from tests.benchmarks.timing import machine

RESULTS = Path(__file__).with_name("results.md")
README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"
HEADINGS = ("piece", "checked against", "agreement", "ours / peer", "wanted")
SHOWN = (  # what the README's first screen has room for: pieces and peers
    ("`roc_auc_score`, 1,000,000 rows", "scikit-learn"),
    ("`TfidfVectorizer`, 117,659 short documents", "scikit-learn"),
    ("`InvertedIndex.search`, TF-IDF, 2,000 queries in 117,659", "scipy's product and a top-k"),
    ("an epoch of HW1's experiment 3", "torch.nn, batches in memory"),
    ("`RMSNorm` forward and backward, (2048, 896)", "`torch.nn.RMSNorm`"),
    ("a step of `Lion`, 32 million weights", "lion-pytorch"),
    ("`beam_search`, 4 beams, prompt of 300, SmolLM2-135M", "transformers' `generate`"),
)
EXPLAINED = """\
`.venv/bin/python -m tests.benchmarks all --save` wrote this; `--help` names the benchmarks that tell more of one piece.
Agreement is measured on the inputs that are timed. Ours / peer is a ratio of CPU times, the median of interleaved
rounds: below 1 ours is faster. Wanted is what the project has set itself."""


def rows_of(name):
    """Return the rows of a benchmark, with a line of progress for each."""
    rows = []
    for case in importlib.import_module(f"tests.benchmarks.{name}").cases():
        print(f"{name}: {case.piece}, {case.peer} ...", end=" ", file=sys.stderr, flush=True)
        start = time.perf_counter()
        rows.append(row_of(case))
        print(f"{rows[-1].cells()[3]} ({time.perf_counter() - start:.0f} s)", file=sys.stderr, flush=True)
    return rows


def measured(names):
    """Return the rows of all benchmarks, each in a process of its own: the allocator remembers what came before."""
    rows = []
    for name in names:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            try:
                rows += pool.submit(rows_of, name).result()
            except Exception as error:  # not of one case, but of the module, or of its process
                rows.append(Row(name, NONE, NONE, reason(error)))
    return rows


def as_text(rows, on=None):
    """Return the table with the machine and the versions above it, as Markdown; columns line up."""
    lines = [HEADINGS, *(tuple(cell.replace("|", "/") for cell in row.cells()) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines)]
    lines.insert(1, tuple("-" * width for width in widths))
    table = [f"| {' | '.join(map(str.ljust, line, widths))} |" for line in lines]
    return "\n".join([EXPLAINED, "", *textwrap.wrap(on or machine(), 120), "", *table]) + "\n"


def block(text, path=README):
    """Return the two parts of a README around its block, and the block."""
    before, begin, rest = text.partition(BEGIN + "\n")
    inside, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{path}: must have the lines {BEGIN} and {END}, got none")
    return before + begin, inside, end + after


def table_of(text):
    """Return the cells of a text's table, a tuple a row, without the headings."""
    lines = [line[2:-2] for line in text.splitlines() if line.startswith("| ")]
    return [tuple(cell.strip() for cell in line.split(" | ")) for line in lines[2:]]


def shown(text):
    """Return what the README shows of the table: the SHOWN rows that there are, and how many miss what was wanted."""
    rows = table_of(text)
    missed = [row for row in rows if row[4].endswith("missed")]
    lines = [f"| {' | '.join(HEADINGS[:4])} |", "| --- | --- | --- | --- |",
             *(f"| {' | '.join(row[:4])} |" for key in SHOWN for row in rows if row[:2] == key)]
    told = (f"Ratios of CPU times, by `.venv/bin/python -m tests.benchmarks all --save`; below 1 ours is faster. "
            f"[All {len(rows)} rows](tests/benchmarks/results.md), with machine and versions; {len(missed)} of them "
            "are slower than we want.")
    return "\n".join([*lines, "", textwrap.fill(told, 120, break_long_words=False, break_on_hyphens=False)]) + "\n"


def save(text, results=RESULTS, readme=README):
    """Write the text to the file of results, and some rows of it into the block of the README."""
    before, _, after = block(readme.read_text(encoding="utf-8"), readme)
    write_text(results, text)
    write_text(readme, before + shown(text) + after)


def run_all(names, keep):
    """Measure all, print the table, keep it where that is wanted and nothing failed; return the exit code."""
    start = time.perf_counter()
    rows = measured(names)
    text = as_text(rows)
    print(text, end="", flush=True)
    failed = sum(row.failed for row in rows)
    print(f"{len(rows)} pieces, {failed} failed, {(time.perf_counter() - start) / 60:.1f} minutes", file=sys.stderr)
    if keep and failed:
        print("not saved, since something failed", file=sys.stderr)
    elif keep:
        save(text)
    return 1 if failed else 0
