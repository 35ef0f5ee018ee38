"""What the columns of a table became: lines of at most 80 characters, and a table for the report."""
from minidl.sentences import counted
from minidl.tables import markdown_table

WIDTHS = {"column": 24, "kind": 9, "distinct": 8, "missing": 7, "example": 24}


def describe_data(dataset):
    """Return the lines that hw1.run prints before the training: the data's size, and a row per column."""
    train, test = dataset.train.target, dataset.test.target
    used = [column for column in dataset.columns if column.used]
    lines = [f"data {dataset.name}: {len(train):,} rows to train, {len(test):,} to test, {train.mean():.1%} positive "
             f"({dataset.positive}); {counted(len(used), 'column')}, "
             f"{len(dataset.names('category'))} of them categories",
             aligned(WIDTHS)]
    lines += [aligned(cells_of(column)) for column in dataset.columns]
    return lines + notes(dataset)


def cells_of(column):
    """Return a column's row of the table."""
    return column.name, column.kind, f"{column.distinct:,}", f"{column.missing:,}", column.example


def aligned(cells):
    """Return one line; text is cut to its column's width, numbers stand to the right."""
    parts = []
    for cell, (heading, width) in zip(cells, WIDTHS.items()):
        cell = " ".join(cell.split())
        cell = cell if len(cell) <= width else cell[:width - 1] + "…"
        parts.append(f"{cell:>{width}}" if heading in ("distinct", "missing") else f"{cell:<{width}}")
    return "  ".join(parts).rstrip()


def notes(dataset):
    """Return the lines that say what was decided, and may surprise."""
    lines = list(dataset.notes)
    lines += [f"column {column.name!r}: {column.note}" for column in dataset.columns if column.note]
    for kinds, reason in ((("row label", "id"), "because they only identify the rows"),
                          (("free text",), "because they are free text"), (("empty",), "because they are empty")):
        if names := dataset.names(*kinds):
            lines.append(f"not used, {reason}: {', '.join(names)}")
    return lines


def columns_section(say, dataset):
    """Return the section of the report on the columns; say: the Sentences of report.ini."""
    rows = [[column.name.replace("|", "\\|"), say.translated("kind", column.kind), say("count", count=column.distinct),
             say("count", count=column.missing), column.example.replace("|", "\\|")] for column in dataset.columns]
    text = f"{say('columns heading')}\n\n{markdown_table(say('columns').split(' | '), rows)}"
    lines = [note_text(say, line) for line in notes(dataset)]
    return text + "".join(f"\n\n{line[0].upper()}{line[1:]}." for line in lines)


def note_text(say, line):
    """Return a note in the report's language; that on a column has its name, and what was noted."""
    heading, colon, note = line.partition(": ")
    if heading.startswith("column ") and (translated := say.translated("note", note)) != note:
        line = f"{heading}{colon}{translated}"
    return say.translated("note", line)
