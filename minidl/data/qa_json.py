"""Questions and answers from JSON: whatever way the values are nested, they become rows.

    [{"query": ..., "answer": ...}, ...]                 rows
    one such object per line, or one after the other     rows (JSON Lines)
    {question: answer, ...}                              a row for each, if no key is the name of a column
    {"data": [...], ...}                                 the rows of its only list of objects
    {"query": [...], "answer": [...]}                    columns; also pandas' {"query": {"0": ..., ...}, ...}
    {"columns": [...], "data": [[...], ...]}             pandas' orient="split"
    [["query", "answer"], [...], ...]                    a table whose first row is the header
    SQuAD's paragraphs, conversations                    see minidl.data.qa_nested
"""
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from minidl.checks import shown
from minidl.data.columns import listing
from minidl.data.qa_columns import QUERY_NAMES, Location, Source, is_mapping, is_record, matching
from minidl.data.qa_nested import Rows, is_nested, nested_rows

START = re.compile(r'\s*(\{\s*(["}]|$)|\[\s*([\[{"\]]|$))')  # of a JSON object or array; "[1] what?" is none
MAPPING_NOTE = "the keys are read as questions, the values as answers"


def is_json(text: str) -> bool:
    """Return whether a text begins like a JSON array or object.

    >>> is_json(' [{"a": 1}]'), is_json("[CLS] question,answer")
    (True, False)
    """
    return START.match(text) is not None


def source_of_json(text: str, name: str) -> Source:
    """Return the Source of a JSON text; `name` is the file's, for errors."""
    values, lines = parsed(text, name)
    value, where = values, _lines(name, lines)
    if len(values) == 1 and not (isinstance(values[0], dict) and is_record(values[0]) and not is_mapping(values[0])):
        value, where = values[0], _numbered(name)
    try:
        rows = rows_of(value)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    if isinstance(rows, Source):
        return rows._replace(name=name, where=where)
    nested = nested_rows(rows)
    if nested is not None:
        rows, where = list(nested), _numbered(name, "question")
    if not rows:
        raise ValueError(f"{name}: must have a question, got none")
    return Source(name, RowColumns(rows), where)


def _lines(name: str, lines: Sequence[int]) -> Location:
    return lambda row: f"{name}, line {lines[row]}"


def _numbered(name: str, kind: str = "object") -> Location:
    return lambda row: f"{name}, {kind} {row + 1}"


def parsed(text: str, name: str) -> tuple[list[Any], list[int]]:
    """Return the values of a JSON text or of JSON Lines, and the lines on which they are, counted from 1."""
    try:
        return [json.loads(text)], [1 + text[:-len(text.lstrip())].count("\n")]
    except json.JSONDecodeError as error:
        whole_error = error
    except (ValueError, RecursionError) as error:  # an integer with too many digits, lists nested too deeply
        raise ValueError(f"{name}: must be JSON, got {error}") from None
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    try:
        json.loads(lines[0][1])
    except json.JSONDecodeError:
        return _sequence(text, name, whole_error)
    return [_parse(line, f"{name}, line {number}") for number, line in lines], [number for number, _ in lines]


def _parse(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"{name}: must be JSON, got {error.msg} at column {error.colno}") from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{name}: must be JSON, got {error}") from None


def _sequence(text: str, name: str, whole_error: json.JSONDecodeError) -> tuple[list[Any], list[int]]:
    """Return the values of objects over several lines each, one after the other."""
    decoder, values, lines, position, line = json.JSONDecoder(), [], [], 0, 1
    try:
        while match := re.compile(r"\s*(?=\S)").match(text, position):
            line += text.count("\n", position, match.end())
            value, position = decoder.raw_decode(text, match.end())
            values.append(value)
            lines.append(line)
            line += text.count("\n", match.end(), position)
    except json.JSONDecodeError as error:
        last = error if len(values) > 1 else whole_error
        raise ValueError(f"{name}, line {last.lineno}: must be JSON, got {last.msg} at column {last.colno}") from None
    return values, lines


def rows_of(value: Any) -> Rows | Source:
    """Return the rows of a JSON value, or a Source without names if it is a table; raise ValueError otherwise."""
    if isinstance(value, list):
        kind, kinds = (list, "lists") if value and isinstance(value[0], list) else (dict, "objects")
        others = [row for row in value if not isinstance(row, kind)]
        if others:
            number = value.index(others[0])
            raise ValueError(f"must contain {kinds}, got {type(others[0]).__name__} as number {number}")
        return table_of(value) if kind is list else value
    if not isinstance(value, dict):
        raise ValueError(f"must be a list of objects, got {type(value).__name__}")
    if is_mapping(value):
        columns = {"question": list(value), "answer": list(value.values())}
        return Source("", columns, _numbered(""), notes=[MAPPING_NOTE])
    if is_record(value) or is_nested(value):
        return [value]
    if isinstance(value.get("columns"), list) and isinstance(value.get("data"), list):
        return table_of([value["columns"], *value["data"]])
    lists = {key: cells for key, cells in value.items() if isinstance(cells, list)}
    if len(lists) >= 2 and len(set(map(len, lists.values()))) == 1 and matching(list(lists), QUERY_NAMES):
        return [dict(zip(lists, cells)) for cells in zip(*lists.values())]
    nested = [key for key, rows in value.items() if isinstance(rows, list) and any(isinstance(r, dict) for r in rows)]
    if len(nested) == 1 or "data" in nested:
        return rows_of(value["data" if "data" in nested else nested[0]])
    return _rows_of_labelled(value)


def _rows_of_labelled(value: Mapping[str, Any]) -> Rows:
    """Return the rows of a dict of columns whose cells have labels, or of a dict of labelled rows: pandas' to_json."""
    labelled = list(value.values())
    if labelled and all(isinstance(cells, dict) for cells in labelled):
        has_columns = matching(list(value), QUERY_NAMES) or not all(map(is_record, labelled))
        if not has_columns:
            return labelled
        if all(cells.keys() == labelled[0].keys() for cells in labelled):
            return [{key: cells[label] for key, cells in value.items()} for label in labelled[0]]
    keys = listing(list(value), 8) or "no keys"
    raise ValueError(f"must be a list of objects, or have one, got an object with {keys}")


def table_of(rows: Sequence[Any]) -> Source:
    """Return the Source of a table: lists of cells, all of one length."""
    widths = {len(row) if isinstance(row, list) else None for row in rows}
    if len(widths) > 1 or None in widths:
        raise ValueError(f"must contain rows of one length, got {shown(sorted(map(str, widths)))}")
    columns = {str(n): list(cells) for n, cells in enumerate(zip(*rows), start=1)}
    return Source("", columns, lambda row: f"row {row}", is_nameless=True)


class RowColumns(Mapping[str, list[Any]]):
    """The columns of rows: from key to the list of its values, with None for absent ones.

    A column is made when it is asked for: rows that have keys of their own would otherwise
    take memory by the square of their number.

    >>> dict(RowColumns([{"a": 1}, {"a": 2, "b": 3}]))
    {'a': [1, 2], 'b': [None, 3]}
    """

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.names = dict.fromkeys(name for row in rows for name in row)  # in the order of first occurrence

    def __getitem__(self, name: str) -> list[Any]:
        if name not in self.names:
            raise KeyError(name)
        return [row.get(name) for row in self.rows]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)
