"""Questions with their answers: read from a file, split, each distinct answer numbered."""
import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from minidl.data.table import place, read_csv

QUERY_NAMES = ("query", "question")
ANSWER_NAMES = ("answer", "passage")

Columns = Mapping[str, Sequence[Any] | npt.NDArray[Any]]  # what a file holds, which need not be text
Where = Callable[[int], str]  # from a row's number to its place in the file


class QuestionAnswers(NamedTuple):
    """Q questions over N distinct answers.

    queries: list of Q strings.  answers: list of N strings, in the order in which they
    first occur.  answer_of: (Q,) int64, the number of each question's answer.
    """

    queries: list[str]
    answers: list[str]
    answer_of: npt.NDArray[np.int64]

    @classmethod
    def of(cls, queries: Iterable[str], answers: Iterable[str]) -> "QuestionAnswers":
        """Number the answers of Q pairs.

        >>> QuestionAnswers.of(["a?", "b?", "c?"], ["yes", "no", "yes"]).answer_of.tolist()
        [0, 1, 0]
        """
        numbers: dict[str, int] = {}
        answer_of = [numbers.setdefault(answer, len(numbers)) for answer in answers]
        return cls(list(queries), list(numbers), np.array(answer_of, dtype=np.int64))

    def take(self, rows: Sequence[int] | npt.NDArray[np.integer[Any]]) -> "QuestionAnswers":
        """Return these questions with their answers, numbered anew."""
        return self.of([self.queries[row] for row in rows], [self.answers[self.answer_of[row]] for row in rows])

    def split(self, test_size: float = 0.2, *, rng: "np.random.Generator"
              ) -> tuple["QuestionAnswers", "QuestionAnswers"]:
        """Return (train, test): round(test_size * Q) questions, drawn at random, are in the second part."""
        if not 0 < test_size < 1:
            raise ValueError(f"test_size: must be in (0, 1), got {test_size}")
        n_test = round(test_size * len(self.queries))
        if not 0 < n_test < len(self.queries):
            raise ValueError(f"questions: must fill both parts, got {len(self.queries)}")
        order = rng.permutation(len(self.queries))
        return self.take(np.sort(order[n_test:])), self.take(np.sort(order[:n_test]))


def read_qa(path: Path | str, query_column: str | None = None, answer_column: str | None = None) -> QuestionAnswers:
    """Read a file of questions and answers.

    Args:
        path: .jsonl, .json (a list of objects), .csv or .tsv; each of them also as .gz.
        query_column, answer_column: names; None looks for query or question, answer or passage.

    Raises:
        OSError: there is no such file, or it cannot be read.
        ValueError: anything else that will not do; the message names file, line and column.
    """
    path = Path(path)
    suffix = path.with_suffix("").suffix if path.suffix == ".gz" else path.suffix
    readers = {".jsonl": _read_jsonl, ".json": _read_json, ".csv": _read_table, ".tsv": _read_table}
    if suffix.lower() not in readers:
        raise ValueError(f"{path}: must be one of {', '.join(readers)}, or .gz of one, got {suffix or 'no ending'!r}")
    columns, where = readers[suffix.lower()](path)
    return pairs_of(columns, path, where, query_column, answer_column)


def pairs_of(columns: Columns, source: Path | str, where: Where, query_column: str | None = None,
             answer_column: str | None = None) -> QuestionAnswers:
    """Return the QuestionAnswers of columns, a dict from name to texts.

    source names their file in errors, where(row) the place of a row; column names as for read_qa.
    """
    names = [_column(columns, source, given, guesses, role) for given, guesses, role in (
        (query_column, QUERY_NAMES, "query"), (answer_column, ANSWER_NAMES, "answer"))]
    for name in names:
        for row, text in enumerate(columns[name]):
            if not isinstance(text, str) or not text.strip():
                got = "nothing" if text is None or isinstance(text, str) else type(text).__name__
                raise ValueError(f"{where(row)}, column {name!r}: must be text, got {got}")
    return QuestionAnswers.of(*(columns[name] for name in names))


def _column(columns: Columns, path: Path | str, given: str | None, guesses: Sequence[str], role: str) -> str:
    if given is not None:
        if given not in columns:
            raise ValueError(f"{path}: must have a column {given!r}, got {', '.join(columns)}")
        return given
    found = [name for name in guesses if name in columns]
    if not found:
        raise ValueError(f"{path}: must have a column {' or '.join(guesses)}, got {', '.join(columns)}; "
                         f"--{role}-column names another")
    return found[0]


def _read_table(path: Path) -> tuple[Columns, Where]:
    table = read_csv(path)
    return table, lambda row: place(table, row)


def _read_jsonl(path: Path) -> tuple[Columns, Where]:
    rows, lines = [], []
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if line.strip():
            rows.append(_parsed(line, f"{path}, line {number}"))
            lines.append(number)
    return _columns(rows, path), lambda row: f"{path}, line {lines[row]}"


def _read_json(path: Path) -> tuple[Columns, Where]:
    rows = _parsed(_text(path), path)
    if not isinstance(rows, list):
        raise ValueError(f"{path}: must be a list of objects, got {type(rows).__name__}")
    return _columns(rows, path), lambda row: f"{path}, object {row}"


def _parsed(text: str, where: Path | str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"{where}: must be JSON, got {error.msg} at column {error.colno}") from None
    except (ValueError, RecursionError) as error:  # a number of too many digits, lists in lists in lists
        raise ValueError(f"{where}: must be JSON, got {error}") from None


def _columns(rows: list[Any], path: Path) -> Columns:
    """Return a dict from key to the list of its values; a missing one is None."""
    if not rows:
        raise ValueError(f"{path}: must have a question, got none")
    for number, row in enumerate(rows):
        if not isinstance(row, dict):
            raise ValueError(f"{path}: must hold objects, got {type(row).__name__} as number {number}")
    return {name: [row.get(name) for row in rows] for name in dict.fromkeys(name for row in rows for name in row)}


def _text(path: Path) -> str:
    with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
        try:
            return file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValueError(f"{path}: must be UTF-8 text, got byte {error.start} that is none") from None
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise ValueError(f"{path}: must be a whole gzip file, got one that is not ({error})") from None
