"""HW3's data: the faq that comes with it, the course's natural-questions, or a file of the user's own."""
import hashlib
from pathlib import Path
from typing import NamedTuple

from minidl.data import QuestionAnswers, pairs_of, read_qa
from minidl.errors import first_line

FAQ = Path(__file__).parent / "data" / "faq.jsonl"
NATURAL_QUESTIONS = "sentence-transformers/natural-questions"


class Collection(NamedTuple):
    """Questions and answers, the name of their source, and the SHA-256 of all their texts."""

    name: str
    sha256: str
    pairs: QuestionAnswers


def load_dataset(data="faq", query_column=None, answer_column=None):
    """Return the Collection that the options of hw3.run name.

    data: "faq", shipped with hw3; "nq", the course's data, or a .parquet file, both loaded
    by the datasets library; or a .jsonl, .json, .csv or .tsv file.
    """
    if data == "faq":
        pairs = read_qa(FAQ)
    elif data == "nq":
        pairs = load_by_library(NATURAL_QUESTIONS, query_column, answer_column)
    elif not Path(data).is_file():
        raise ValueError(f"--data: must be faq, nq or a file, got {data!r}")
    elif Path(data).suffix.lower() == ".parquet":
        pairs = load_by_library(str(data), query_column, answer_column, "parquet", data_files=str(data))
    else:
        pairs = read_qa(data, query_column, answer_column)
    digest = hashlib.sha256()
    for text in (*pairs.queries, *pairs.answers):
        digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return Collection(Path(data).name, digest.hexdigest(), pairs)


def load_by_library(source, query_column, answer_column, path=NATURAL_QUESTIONS, **options):
    """Return the QuestionAnswers of `source`, as datasets.load_dataset(path, split="train", **options) loads it."""
    try:
        import datasets
    except ImportError:
        raise ValueError(f"--data: {source} needs the datasets library; install it with: pip install 'minidl[nq]'"
                         ) from None
    print(f"{source}: loading with the datasets library", flush=True)
    try:
        table = datasets.load_dataset(path, split="train", **options)
    except Exception as error:  # without a network, errors of many types
        raise OSError(f"--data: {source} could not be loaded ({first_line(error)}); without a network, use --data faq "
                      "or a file") from None
    columns = {name: list(table[name]) for name in table.column_names}
    return pairs_of(columns, source, lambda row: f"{source}, row {row}", query_column, answer_column)
