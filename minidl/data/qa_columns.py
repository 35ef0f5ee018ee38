"""Which columns hold the questions and the answers, and what their cells say.

Columns are matched without regard to case, in the order of QUERY_NAMES and ANSWER_NAMES; a word's plural counts too.
"""
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from minidl.data.columns import listing

QUERY_NAMES = ("query", "question", "q", "anchor", "front", "prompt", "instruction", "title")
ANSWER_NAMES = ("answer", "a", "positive", "passage", "back", "completion", "output", "response", "text", "content")
PARAGRAPH = "context"  # SQuAD's name for the text that the answers are spans of
TEXT_KEYS = ("text", "value", "content")  # of an answer that is an object

Location = Callable[[int], str]  # from a row's index to its location in the file


class Source(NamedTuple):
    """A file's columns.

    notes: lines that say what was changed when it was read.
    name: the file, for errors.
    columns: dict from name to cells of any type.
    where: from a row's index to its location.
    is_nameless: the columns are named by their numbers; the first row may have their names.
    has_header: the names are the cells of the first row.
    """

    name: str
    columns: Mapping[str, Sequence[Any]]
    where: Location
    is_nameless: bool = False
    has_header: bool = False
    notes: Sequence[str] = ()

    def with_header(self) -> "Source":
        """Return the Source whose first row has the names."""
        names = [str(cells[0]) for cells in self.columns.values()]
        where = self.where
        columns = dict(zip(names, [cells[1:] for cells in self.columns.values()]))
        return Source(self.name, columns, lambda row: where(row + 1), has_header=True)


def matching(names: Sequence[str], wanted: Sequence[str]) -> str | None:
    """Return the column that has the first of the wanted names that occurs; a word may be in the plural.

    >>> matching(["ID", "Answers", "Question "], ["query", "question"]), matching(["as"], ["a"])
    ('Question ', None)
    """
    by_name: dict[str, str] = {}
    for name in names:
        by_name.setdefault(name.strip().casefold(), name)
    forms = [form for name in wanted for form in ((name, name + "s") if len(name) > 1 else (name,))]
    return next((by_name[form] for form in forms if form in by_name), None)


def is_record(value: Mapping[str, Any]) -> bool:
    """Return whether an object is one row: its question is no list, or none of its values is a list or an object.

    >>> is_record({"Question": "a?", "answer": ["b"]}), is_record({"question": ["a?"], "answer": ["b"]})
    (True, False)
    """
    query = matching(list(value), QUERY_NAMES)
    cells = list(value.values()) if query is None else [value[query]]
    return bool(cells) and not any(isinstance(cell, (list, dict)) for cell in cells)


def is_mapping(value: Mapping[str, Any]) -> bool:
    """Return whether an object leads from question to answer: several texts, and no key is the name of a column.

    >>> is_mapping({"What is AI?": "a field", "What is ML?": "a part of it"}), is_mapping({"q": "what?", "a": "yes"})
    (True, False)
    """
    return (len(value) > 1 and all(isinstance(cell, str) for cell in value.values())
            and matching(list(value), QUERY_NAMES + ANSWER_NAMES) is None)


class ChosenColumns(NamedTuple):
    """The names of the columns: the questions, None if there are none; the answers; SQuAD's spans, None if not used.

    A question without a span has no answer in its paragraph.
    """

    query: str | None
    answer: str
    spans: str | None


def choose_columns(source: Source, query: str | None, answer: str | None, spans: bool, answers_alone: bool
                   ) -> ChosenColumns:
    """Return the columns that the arguments of read_qa choose; raise ValueError if one is missing."""
    columns = list(source.columns)
    is_pair = source.is_nameless and len(columns) == 2
    if source.is_nameless:
        default_query, default_answer = ("1", "2") if is_pair else (None, None)
    else:
        default_query, default_answer = matching(columns, QUERY_NAMES), matching(columns, ANSWER_NAMES)
    query = default_query if query is None else named_column(source, query)
    if query is None and not answers_alone:
        raise missing_column(source, "questions", QUERY_NAMES, "--query-column")
    if answer is not None:
        return ChosenColumns(query, named_column(source, answer), None)
    has_paragraphs = PARAGRAPH in columns and (default_answer is None
                                               or any(map(has_spans, source.columns[default_answer])))
    if has_paragraphs and not spans:
        return ChosenColumns(query, PARAGRAPH, default_answer)
    if default_answer is None:
        raise missing_column(source, "answers", ANSWER_NAMES, "--answer-column")
    return ChosenColumns(query, default_answer, None)


def has_spans(cell: Any) -> bool:
    """Return whether a cell has SQuAD's answers, which say where in the paragraph they begin."""
    first = cell[0] if isinstance(cell, list) and cell else cell
    return isinstance(first, dict) and "answer_start" in first


def named_column(source: Source, name: str) -> str:
    """Return the column of this name; without regard to case if none has exactly this name."""
    columns = list(source.columns)
    found = name if name in columns else matching(columns, [name.strip().casefold()])
    if found is None:
        raise ValueError(f"{source.name}: must have a column {name!r}, got {listing(columns, 20)}")
    return found


def missing_column(source: Source, kind: str, names: Sequence[str], option: str) -> ValueError:
    """Return the error that a column was not found: what there is, and the options that help."""
    got = listing([name if len(name) <= 40 else name[:39] + "…" for name in source.columns], 8)
    no_header = "; if the first line is no header, give --no-header" if source.has_header else ""
    return ValueError(f"{source.name}: must have a column of {kind} ({', '.join(names)}), got {got}; "
                      f"choose a column with {option}{no_header}")


def texts_of(cell: Any) -> list[str]:
    """Return the texts of a cell: none for nothing, several for a list.

    Numbers are text, as in a CSV file; line ends become line feeds.

    >>> texts_of("a\\r\\nb"), texts_of(4), texts_of(["a", None, {"text": "b"}]), texts_of(" ")
    (['a\\nb'], ['4'], ['a', 'b'], [])
    """
    if cell is None or isinstance(cell, float) and cell != cell:
        return []
    if isinstance(cell, str):
        text = cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell
        return [text] if text.strip() else []
    if isinstance(cell, (bool, int, float)):
        return [json.dumps(cell)]
    if isinstance(cell, Sequence):
        return [text for part in cell for text in texts_of(part)]
    if isinstance(cell, Mapping):
        key = next((key for key in cell if key.casefold() in TEXT_KEYS), None)
        if key is not None:
            return texts_of(cell[key])
    raise TypeError(type(cell).__name__)
