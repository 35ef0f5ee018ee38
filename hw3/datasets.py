"""HW3's data: the faq and the glossary that come with it, the course's natural-questions, or a user's own file."""
import hashlib
import logging
from pathlib import Path
from typing import NamedTuple

from minidl.command import naming_options
from minidl.data import QuestionAnswers, Source, UndecodableError, pairs_of, read_qa
from minidl.errors import first_line

FAQ = Path(__file__).parent / "data" / "faq.jsonl"
# the field's terms, and better answers to some questions of the faq: for --query; the evaluation is of the faq alone,
# and HW2's small model was trained on its words
GLOSSARY = FAQ.with_name("glossary.jsonl")
NATURAL_QUESTIONS = "sentence-transformers/natural-questions"
PARQUET = b"PAR1"  # the first bytes of a Parquet file


class Choices(NamedTuple):
    """What the command line says about a file; the names and meanings are those of minidl.data.read_qa."""

    query_column: str | None = None
    answer_column: str | None = None
    encoding: str | None = None
    header: bool = True
    answers: str = "first"
    strict: bool = False
    answers_alone: bool = False


class Collection(NamedTuple):
    """Questions and answers, the name of their source, and the SHA-256 of all of them."""

    name: str
    sha256: str
    pairs: QuestionAnswers


def load_dataset(data="faq", choices=Choices(), *, glossary=False):
    """Return the Collection that the options of hw3.run name; `glossary` adds the glossary to the faq.

    data: "faq", shipped with hw3; "nq", the course's data, or a Parquet file, both loaded
    by the datasets library; or a file that minidl.data.read_qa reads.
    """
    if data == "faq":
        pairs = together(read_qa(FAQ), read_qa(GLOSSARY)) if glossary else read_qa(FAQ)
    elif data == "nq":
        pairs = load_by_library(NATURAL_QUESTIONS, choices)
    elif not Path(data).is_file():
        raise ValueError(f"--data: must be faq, nq or a file, got {data!r}")
    elif is_parquet(data):
        pairs = load_by_library(str(data), choices, "parquet", data_files=str(data))
    else:
        pairs = read_file(data, choices)
    digest = hashlib.sha256()
    for text in (*pairs.queries, *pairs.answers, *map(str, pairs.right_answers())):
        digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return Collection(Path(data).name, digest.hexdigest(), pairs)


def together(pairs, others):
    """Return the questions and answers of two QuestionAnswers as one; `others` answers the questions that both have."""
    asked = set(others.queries)
    rows = [(query, pairs.answers[answer]) for query, answer in zip(pairs.queries, pairs.answer_of)
            if query not in asked]
    rows += [(query, others.answers[answer]) for query, answer in zip(others.queries, others.answer_of)]
    return QuestionAnswers.of(*zip(*rows))


def read_file(path, choices):
    """Return the QuestionAnswers of a file; an error names the option that reads another encoding."""
    try:
        with naming_options("encoding"):
            return read_qa(path, **choices._asdict())
    except UndecodableError as error:
        raise ValueError(f"{error}; --encoding NAME, such as cp1251, reads another encoding") from None


def is_parquet(path):
    """Return whether a file begins like a Parquet file."""
    with open(path, "rb") as file:
        return file.read(len(PARQUET)) == PARQUET


def load_by_library(name, choices, path=NATURAL_QUESTIONS, **options):
    """Return the QuestionAnswers of `name`, as datasets.load_dataset(path, split="train", **options) loads it."""
    try:
        import datasets
    except ImportError as error:
        raise ValueError(f"--data: {name} needs the datasets library, got an import that fails ({first_line(error)}); "
                         "install it with: pip install 'minidl[nq]'") from None
    print(f"{name}: loading with the datasets library", flush=True)
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)  # of an absent network, one line says enough
    try:
        table = datasets.load_dataset(path, split="train", **options)
    except Exception as error:  # without a network, errors of many types
        raise OSError(f"--data: {name} could not be loaded ({first_line(error)}); without a network, use --data faq "
                      "or a file") from None
    source = Source(name, {column: list(table[column]) for column in table.column_names},
                    lambda row: f"{name}, row {row}")
    return pairs_of(source, choices.query_column, choices.answer_column, answers=choices.answers,
                    strict=choices.strict, answers_alone=choices.answers_alone)
