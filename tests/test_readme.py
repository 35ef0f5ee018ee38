"""The READMEs: their programs and commands work, their links exist, the first screen is short."""
import contextlib
import importlib
import io
import re
import shlex
from pathlib import Path

import pytest
import torch

from tests.benchmarks.summary import END

ROOT = Path(__file__).parent.parent
READMES = sorted(path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *ROOT.glob("hw*/*.md")])
MODULES = {"hw1.compare", "hw1.run", "hw2.run", "hw2.train_tiny", "hw3.run", "hw4.run", "tests.grade"}


def text(name="README.md"):
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(language, name="README.md"):
    return re.findall(rf"^```{language}\n(.*?)^```", text(name), re.MULTILINE | re.DOTALL)


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


def test_the_russian_readme_has_the_same_commands_and_program():
    for language in ("bash", "python"):
        assert blocks(language, "README.ru.md") == blocks(language)


@pytest.mark.parametrize("name", READMES)
def test_link_targets_exist(name):
    folder = (ROOT / name).parent
    for target in re.findall(r"\]\(([^)#]+)\)", text(name)):
        assert target.startswith("https://") or (folder / target).exists(), target


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
