"""The data of HW3: our own faq, the course's natural-questions, a file of one's own."""
import hashlib
from pathlib import Path
from typing import NamedTuple

from minidl.data import QuestionAnswers, pairs_of, read_qa

FAQ = Path(__file__).parent / "data" / "faq.jsonl"
NATURAL_QUESTIONS = "sentence-transformers/natural-questions"


class Dataset(NamedTuple):
    """A named set of questions and answers; sha256 is that of all their texts."""

    name: str
    sha256: str
    pairs: QuestionAnswers


def load_dataset(data="faq", query_column=None, answer_column=None):
    """Return the Dataset that the options of hw3.run name.

    data: "faq", shipped with hw3; "nq", the course's, by the datasets library; a .parquet
    file, by the same; or a .jsonl, .json, .csv or .tsv file.
    """
    if data == "faq":
        name, pairs = "faq", read_qa(FAQ)
    elif data == "nq":
        name, pairs = "nq", _by_library(NATURAL_QUESTIONS, query_column, answer_column)
    elif not Path(data).is_file():
        raise ValueError(f"--data: must be faq, nq or a file, there is no {data!r}")
    elif Path(data).suffix.lower() == ".parquet":
        name = Path(data).name
        pairs = _by_library(str(data), query_column, answer_column, "parquet", data_files=str(data))
    else:
        name, pairs = Path(data).name, read_qa(data, query_column, answer_column)
    digest = hashlib.sha256()
    for text in (*pairs.queries, *pairs.answers):
        digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return Dataset(name, digest.hexdigest(), pairs)


def _by_library(source, query_column, answer_column, path=None, **options):
    """Load `source` with the datasets library, as a file of the format `path`; what it raises becomes one line."""
    path = path or source
    try:
        import datasets
    except ImportError:
        raise ValueError(f"--data: {source} needs the datasets library; pip install 'minidl[nq]' brings it") from None
    print(f"{source}: loading with the datasets library", flush=True)
    try:
        table = datasets.load_dataset(path, split="train", **options)
    except Exception as error:  # of a dozen kinds, for a dozen ways not to reach a hub
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise OSError(f"--data: {source} could not be loaded ({reason}); without a network, use --data faq or a file"
                      ) from None
    columns = {name: list(table[name]) for name in table.column_names}
    return pairs_of(columns, source, lambda row: f"{source}, row {row}", query_column, answer_column)
