"""Question-answer pairs: read from a file, and split; each distinct answer has an index."""
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from minidl.arrays import AnyArray, Int64s, Integers
from minidl.data.csvfile import read_csv
from minidl.data.table import location
from minidl.data.textfile import open_text

QUERY_NAMES = ("query", "question")
ANSWER_NAMES = ("answer", "passage")

RawColumns = Mapping[str, Sequence[Any] | AnyArray]  # columns of a file; a cell need not be text
Location = Callable[[int], str]  # from a row's index to its location in the file


class QuestionAnswers(NamedTuple):
    """Q questions and their N distinct answers.

    queries: list of Q strings.
    answers: list of N strings, in the order of their first occurrence.
    answer_of: (Q,) int64, the index of each question's answer.
    """

    queries: list[str]
    answers: list[str]
    answer_of: Int64s

    @classmethod
    def of(cls, queries: Iterable[str], answers: Iterable[str]) -> "QuestionAnswers":
        """Return the QuestionAnswers of Q pairs.

        >>> QuestionAnswers.of(["a?", "b?", "c?"], ["yes", "no", "yes"]).answer_of.tolist()
        [0, 1, 0]
        """
        index_of: dict[str, int] = {}
        answer_of = [index_of.setdefault(answer, len(index_of)) for answer in answers]
        return cls(list(queries), list(index_of), np.array(answer_of, dtype=np.int64))

    def take(self, rows: Sequence[int] | Integers) -> "QuestionAnswers":
        """Return the questions of these rows and their answers, with new indices for the answers."""
        return self.of([self.queries[row] for row in rows], [self.answers[self.answer_of[row]] for row in rows])

    def split(self, test_size: float = 0.2, *, rng: "np.random.Generator"
              ) -> tuple["QuestionAnswers", "QuestionAnswers"]:
        """Return (train, test): round(test_size * Q) questions, drawn at random, are in test."""
        if not 0 < test_size < 1:
            raise ValueError(f"test_size: must be in (0, 1), got {test_size}")
        n_test = round(test_size * len(self.queries))
        if not 0 < n_test < len(self.queries):
            raise ValueError(f"questions: must be enough for both parts, got {len(self.queries)}")
        order = rng.permutation(len(self.queries))
        return self.take(np.sort(order[n_test:])), self.take(np.sort(order[:n_test]))


def read_qa(path: Path | str, query_column: str | None = None, answer_column: str | None = None) -> QuestionAnswers:
    """Read a file of questions and answers.

    Args:
        path: .jsonl, .json (a list of objects), .csv or .tsv; each may be packed as .gz.
        query_column, answer_column: names; None means query or question, and answer or passage.

    Raises:
        OSError: the file does not exist or cannot be read.
        ValueError: the file has another format or content; the message names file, line and column.
    """
    path = Path(path)
    suffix = path.with_suffix("").suffix if path.suffix == ".gz" else path.suffix
    readers = {".jsonl": _read_jsonl, ".json": _read_json, ".csv": _read_table, ".tsv": _read_table}
    read = readers.get(suffix.lower())
    if read is None:
        raise ValueError(f"{path}: must be one of {', '.join(readers)}, or .gz of these, "
                         f"got {suffix or 'no suffix'!r}")
    columns, where = read(path)
    return pairs_of(columns, path, where, query_column, answer_column)


def pairs_of(columns: RawColumns, source: Path | str, where: Location, query_column: str | None = None,
             answer_column: str | None = None) -> QuestionAnswers:
    """Return the QuestionAnswers of columns, a dict from name to texts.

    source: the file's name, for errors.
    where: a function from a row's index to its location, for errors.
    query_column, answer_column: as for read_qa.
    """
    query = _column_name(columns, source, query_column, QUERY_NAMES, "--query-column")
    answer = _column_name(columns, source, answer_column, ANSWER_NAMES, "--answer-column")
    for name in (query, answer):
        for row, text in enumerate(columns[name]):
            if not isinstance(text, str) or not text.strip():
                got = "nothing" if text is None or isinstance(text, str) else type(text).__name__
                raise ValueError(f"{where(row)}, column {name!r}: must be text, got {got}")
    return QuestionAnswers.of(columns[query], columns[answer])


def _column_name(columns: RawColumns, source: Path | str, name: str | None, defaults: Sequence[str], option: str
                 ) -> str:
    """Return `name` or the first of `defaults` that is a column; raise if there is none."""
    present = [candidate for candidate in ([name] if name is not None else defaults) if candidate in columns]
    if present:
        return present[0]
    if name is not None:
        raise ValueError(f"{source}: must have a column {name!r}, got {', '.join(columns)}")
    raise ValueError(f"{source}: must have a column {' or '.join(defaults)}, got {', '.join(columns)}; "
                     f"choose a column with {option}")


def _read_table(path: Path) -> tuple[RawColumns, Location]:
    table = read_csv(path, strip=False)
    return table, lambda row: location(table, row)


def _read_jsonl(path: Path) -> tuple[RawColumns, Location]:
    objects, lines = [], []
    for number, line in enumerate(_read_text(path).split("\n"), start=1):
        if line.strip():
            objects.append(_parse_json(line, f"{path}, line {number}"))
            lines.append(number)
    return _columns(objects, path), lambda row: f"{path}, line {lines[row]}"


def _read_json(path: Path) -> tuple[RawColumns, Location]:
    objects = _parse_json(_read_text(path), str(path))
    if not isinstance(objects, list):
        raise ValueError(f"{path}: must be a list of objects, got {type(objects).__name__}")
    return _columns(objects, path), lambda row: f"{path}, object {row}"


def _read_text(path: Path) -> str:
    with open_text(path) as file:
        return file.read()


def _parse_json(text: str, name: str) -> Any:
    """Return the value of a JSON text; `name` is the text's location for errors."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"{name}: must be JSON, got {error.msg} at column {error.colno}") from None
    except (ValueError, RecursionError) as error:  # an integer with too many digits, lists nested too deeply
        raise ValueError(f"{name}: must be JSON, got {error}") from None


def _columns(objects: list[Any], path: Path) -> RawColumns:
    """Return a dict from key to the list of its values, with None for absent ones.

    >>> _columns([{"a": 1}, {"a": 2, "b": 3}], Path("pairs.json"))
    {'a': [1, 2], 'b': [None, 3]}
    """
    if not objects:
        raise ValueError(f"{path}: must have a question, got none")
    names: dict[str, None] = {}  # a dict keeps the order of first occurrence
    for number, row in enumerate(objects):
        if not isinstance(row, dict):
            raise ValueError(f"{path}: must contain objects, got {type(row).__name__} as number {number}")
        names.update(dict.fromkeys(row))
    return {name: [row.get(name) for row in objects] for name in names}
