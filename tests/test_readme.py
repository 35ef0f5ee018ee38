"""The READMEs: their programs and commands work, their links exist, the first screen is short."""
import contextlib
import importlib
import io
import re
import shlex
from pathlib import Path

import pytest
import torch

from tests.benchmarks.summary import BEGIN, END

ROOT = Path(__file__).parent.parent
READMES = sorted(path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *ROOT.glob("hw*/*.md")])
RUSSIAN = [name for name in READMES if name.endswith(".ru.md")]
MODULES = {"hw1.compare", "hw1.run", "hw2.run", "hw2.train_tiny", "hw3.run", "hw4.run", "tests.grade"}


def text(name="README.md"):
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(language, name="README.md"):
    return re.findall(rf"^```{language}\n(.*?)^```", text(name), re.MULTILINE | re.DOTALL)


def programs(name):
    return [blocks(language, name) for language in ("bash", "python")]


def commands(name):
    """The set of the commands inside of sentences; a command may go over the end of a line."""
    return {" ".join(code.split()) for code in re.findall(r"`([^`]*python -m [^`]*)`", text(name))}


def links(name):
    """The set of the files and addresses that are linked to; the two languages of a page count as one."""
    return {target.replace(".ru.md", ".md") for target, _ in targets(name)}


def tables(name):
    """The numbers of each row; a row of the benchmarks is in the English page only."""
    return [figures(line) for line in without_benchmarks(name).splitlines() if line.startswith("|")]


def numbers(name):
    """The set of the numbers of two digits or more: a smaller one may be a word in one of the languages."""
    return {number for number in figures(without_benchmarks(name)) if len(number) > 1}


def figures(line):
    without_thousands = re.sub(r"(?<=\d)[,\u00a0](?=\d{3}\b)", "", line)
    return re.findall(r"\d+(?:\.\d+)?(?:e[+-]?\d+)?", without_thousands)


def without_benchmarks(name):
    return re.sub(f"{BEGIN}.*{END}", "", text(name), flags=re.DOTALL)


def targets(name):
    """Pairs of file, or address, and heading."""
    return re.findall(r"\]\(([^)#]*)#?([^)]*)\)", text(name))


def headings(name):
    """The names that GitHub gives to the headings of a page."""
    lines = re.findall(r"^#+ (.*)", text(name), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", line.lower()).replace(" ", "-") for line in lines}


def test_the_program_prints_its_comment():
    program = blocks("python")[0]
    assert len(program.splitlines()) <= 8 and "minidl" in program
    expected = re.search(r"print\(.*\)  # (.*)", program).group(1)
    with torch.random.fork_rng(), contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(program, {})
    assert printed.getvalue() == f"{expected}\n"


def test_the_pieces_for_coursework_can_be_imported():
    names = {}
    exec(blocks("python")[1], names)
    assert {"roc_auc_score", "RMSNorm", "Lion", "beam_search", "TfidfVectorizer"} <= names.keys()


def test_the_first_screen_is_one_screen():
    screen = text().partition(END)[0]
    assert len(screen.splitlines()) <= 40 and "hw1.run --exp 3" in screen and "pytest" in screen


@pytest.mark.parametrize("name", RUSSIAN)
def test_a_russian_page_and_its_english_page_link_to_each_other_at_the_top(name):
    english = name.replace(".ru.md", ".md")
    assert "[In English](README.md)" in text(name)[:300]
    assert "[По-русски](README.ru.md)" in text(english)[:300]


@pytest.mark.parametrize("find", [programs, commands, links, tables, numbers])
@pytest.mark.parametrize("name", RUSSIAN)
def test_a_russian_page_agrees_with_its_english_page(name, find):
    assert find(name) == find(name.replace(".ru.md", ".md"))


@pytest.mark.parametrize("name", READMES)
def test_link_targets_exist(name):
    for target, heading in targets(name):
        if not target.startswith("https://"):
            page = (ROOT / name).parent / target if target else ROOT / name
            assert page.exists(), target
            assert not heading or heading in headings(page), f"{target}#{heading}"


@pytest.mark.parametrize("name", READMES)
def test_commands_are_accepted_by_their_parsers(name):
    for line in re.findall(r"python -m (hw\d\.\w+ [^`#\n|]*)", text(name)):
        module, *arguments = shlex.split(line.replace("...", ""))
        assert module in MODULES
        arguments = [argument for argument in arguments if argument != "&&"]
        if arguments and "N" not in arguments:
            importlib.import_module(module).parser().parse_args(arguments)


@pytest.mark.parametrize("name", READMES)
def test_names_no_path_of_one_machine(name):
    assert not re.search(r"/(work|tmp|home|root)/", text(name))


def test_the_front_page_and_each_homework_have_a_russian_page():
    assert RUSSIAN == ["README.ru.md", *(f"hw{number}/README.ru.md" for number in (1, 2, 3, 4))]
