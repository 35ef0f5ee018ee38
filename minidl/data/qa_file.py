"""Question-answer pairs from a file; its content decides how it is read, not its name."""
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from minidl.checks import check_flags, checked_path, require
from minidl.data.anki import anki_header, text_of_html
from minidl.data.csvfile import cells_of_any_length, parse_table
from minidl.data.dialect import dialect_of
from minidl.data.qa import QuestionAnswers
from minidl.data.qa_columns import ChosenColumns, Source, choose_columns, texts_of
from minidl.data.qa_json import is_json, source_of_json
from minidl.data.table import location
from minidl.data.textfile import open_text
from minidl.sentences import counted

ANSWERS = ("first", "all", "spans")
HEAD_SIZE = 4096  # characters


def read_qa(path: Path | str, query_column: str | None = None, answer_column: str | None = None, *,
            encoding: str | None = None, header: bool = True, answers: str = "first", strict: bool = False,
            answers_alone: bool = False) -> QuestionAnswers:
    """Read a file of questions and answers.

    The content decides the format: CSV with any delimiter that read_csv knows, JSON or JSON Lines in the forms that
    minidl.data.qa_json lists, SQuAD's nesting, or Anki's text export; each may be packed by gzip.

    Args:
        path: the file.
        query_column, answer_column: names; None means one of qa_columns.QUERY_NAMES and ANSWER_NAMES, upper or lower
            case.
        encoding: None for UTF-8, or UTF-16 if the file is marked so.
        header: whether the first row of a table has the names; without it, columns are named "1", "2", ....
        answers: what to do with a list of answers: "first" takes the first, "all" takes all as right answers.  For
            SQuAD's nesting the paragraph is the answer; "spans" takes the first span of the paragraph.
        strict: whether a row without a question or an answer is an error; otherwise it is skipped.
        answers_alone: whether answers without a question are kept, among the answers only.

    Raises:
        OSError: the file does not exist or cannot be read.
        ValueError: the file has another format or content; the message names file, line and column.
        TypeError: a flag is neither True nor False; the encoding is no name.
    """
    path = checked_path("path", path)
    require(encoding is None or isinstance(encoding, str), "encoding", "must be None or a name", encoding, TypeError)
    check_flags(header=header)
    with open_text(path, encoding) as file:
        is_empty, begins_like_json = first_look(file)
        if is_empty:
            raise ValueError(f"{path}: must have a question, got an empty file")
        if begins_like_json:
            source = source_of_json(file.read(), str(path))
        else:
            source = source_of_table(file, str(path), header)
    if source.is_nameless and header:
        source = source.with_header()
    return pairs_of(source, query_column, answer_column, answers=answers, strict=strict, answers_alone=answers_alone)


def first_look(file: TextIO) -> tuple[bool, bool]:
    """Return (whether a file that has been opened is empty, whether it begins like JSON); leave it at its start."""
    head = ""
    while not head.strip() and (part := file.read(HEAD_SIZE)):
        head = part
    file.seek(0)
    return not head.strip(), is_json(head)


def source_of_table(file: TextIO, name: str, header: bool) -> Source:
    """Return the Source of a table in a file that has been opened; `name` is the file's."""
    anki = anki_header(file)
    with cells_of_any_length():
        if anki is not None:
            table = parse_table(file, name, anki.dialect, strip=False, header=anki.names)
        else:
            table = parse_table(file, name, dialect_of(file), strip=False, header=None if header else [])
    columns = {column: list(cells) for column, cells in table.items()}
    if anki is not None and anki.is_html:
        columns = {column: list(map(text_of_html, cells)) for column, cells in columns.items()}
    return Source(name, columns, lambda row: location(table, row), is_nameless=anki is None and not header,
                  has_header=anki is None and header, notes=table.notes)


def pairs_of(source: Source, query_column: str | None = None, answer_column: str | None = None, *,
             answers: str = "first", strict: bool = False, answers_alone: bool = False) -> QuestionAnswers:
    """Return the QuestionAnswers of a Source; arguments and errors as for read_qa."""
    require(answers in ANSWERS, "answers", f"must be one of {', '.join(ANSWERS)}", answers)
    check_flags(strict=strict, answers_alone=answers_alone)
    columns = choose_columns(source, query_column, answer_column, answers == "spans", answers_alone)
    queries: list[str | None] = []
    right_answers: list[list[str]] = []
    n_skipped = n_alone = 0
    for row, (asked, right) in enumerate(_rows(source, columns)):
        if asked and right:
            queries += asked
            right_answers += [right if answers == "all" else right[:1]] * len(asked)
        elif strict:
            name = columns.answer if asked else columns.query
            raise ValueError(f"{source.where(row)}, column {name!r}: must be text, got nothing")
        elif right and answers_alone:
            n_alone += 1
            queries.append(None)
            right_answers.append(right[:1])
        else:
            n_skipped += 1
    if not queries:
        raise ValueError(f"{source.name}: must have a question with its answer, got {counted(n_skipped, 'row')} "
                         "without")
    notes = [*source.notes, *_counted(n_skipped, "without a question or an answer: skipped"),
             *_counted(n_alone, "without a question: only the answer is kept")]
    return QuestionAnswers.of(queries, right_answers, notes)


def _counted(count: int, what: str) -> list[str]:
    return [f"{counted(count, 'row')} {what}"] if count else []


def _rows(source: Source, columns: ChosenColumns) -> Iterator[tuple[list[str], list[str]]]:
    """Yield the texts of the question and of the answers of each row; raise ValueError if a cell is no text."""
    answers = _texts(source, columns.answer)
    asked = _texts(source, columns.query) if columns.query is not None else [[] for _ in answers]
    if columns.spans is not None:
        answers = [right if spans else [] for right, spans in zip(answers, _texts(source, columns.spans))]
    return zip(asked, answers)


def _texts(source: Source, name: str) -> list[list[str]]:
    """Return the texts of each cell of a column; raise ValueError if a cell is no text."""
    try:
        return [[cell] if type(cell) is str and "\r" not in cell and not cell.isspace() and cell else texts_of(cell)
                for cell in source.columns[name]]
    except TypeError:
        for row, cell in enumerate(source.columns[name]):
            try:
                texts_of(cell)
            except TypeError as error:
                raise ValueError(f"{source.where(row)}, column {name!r}: must be text, got {error}") from None
        raise
