"""Tables, and the ways in which people's tools write them to a file."""
import csv
import gzip
import io
from typing import NamedTuple

from hypothesis import strategies as st

MISSING = ("", "NA", "?", "NaN", "null", "N/A", "-")


class Dialect(NamedTuple):
    """How a table is written.

    decimal, group: the marks of numbers.  missing: what stands for a missing number.  labels: the name of a first
    column of row labels, None for no such column.  empty: number of empty columns at the end.  before: what stands
    before the header.
    """

    delimiter: str = ","
    decimal: str = "."
    group: str = ""
    missing: str = ""
    quoting: int = csv.QUOTE_MINIMAL
    end: str = "\n"
    encoding: str = "utf-8"
    labels: str | None = None
    empty: int = 0
    space: str = ""
    before: str = ""
    compressed: bool = False


@st.composite
def dialects(draw):
    """Draw a Dialect in which the numbers can be read."""
    delimiter = draw(st.sampled_from(",;\t|"))
    decimal = draw(st.sampled_from([".", ","] if delimiter in ";\t" else ["."]))
    return Dialect(
        delimiter, decimal, draw(st.sampled_from(["", "," if decimal == "." else ".", " ", "\u00a0", "'"])),
        draw(st.sampled_from(MISSING)), draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        draw(st.sampled_from(["\n", "\r\n"])), draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])),
        draw(st.sampled_from([None, "", "Unnamed: 0"])), draw(st.integers(0, 2)), draw(st.sampled_from(["", " "])),
        draw(st.sampled_from(["", "\n", "  \n\n", f"sep={delimiter}\n"])), draw(st.booleans()))


# numbers of which float64's text has no exponent, so that they can be grouped; the fraction decides on the mark
numbers = st.one_of(st.integers(-10**7, 10**7).map(float), st.floats(-1e7, 1e7).filter(lambda x: "e" not in repr(x)))
words = st.sampled_from(["own", "rent", "да", "a;b", "a,b", "x y", 'say "no"', "NA"])


@st.composite
def tables(draw):
    """Draw (dict from name to a column of floats, None for a missing one, or of words; number of rows)."""
    n = draw(st.integers(3, 12))
    fraction = st.floats(0.01, 0.99).map(lambda x: round(x, 2) + 1000)
    return {"size (h, w)": draw(st.lists(numbers, min_size=n, max_size=n)),
            "x": draw(st.lists(st.one_of(st.none(), numbers), min_size=n - 1, max_size=n - 1)) + [draw(fraction)],
            "home": draw(st.lists(words, min_size=n - 1, max_size=n - 1)) + ["own"]}, n


def written(x, dialect):
    """Return a number as text in a dialect."""
    if x is None:
        return dialect.missing
    text = f"{int(x):,}" if x == int(x) else f"{x:,}"
    return text.replace(",", "G").replace(".", dialect.decimal).replace("G", dialect.group)


def file_of(table, n, dialect):
    """Return the bytes of a table's file."""
    cells = {name: [cell if isinstance(cell, str) else written(cell, dialect) for cell in column]
             for name, column in table.items()}
    columns = [] if dialect.labels is None else [[dialect.labels, *map(str, range(1, n + 1))]]
    columns += [[f"{dialect.space}{name}", *column] for name, column in cells.items()]
    columns += [[""] * (n + 1)] * dialect.empty
    text = io.StringIO()
    csv.writer(text, delimiter=dialect.delimiter, quoting=dialect.quoting, lineterminator=dialect.end).writerows(
        zip(*columns))
    data = (dialect.before.replace("\n", dialect.end) + text.getvalue()).encode(dialect.encoding)
    return gzip.compress(data) if dialect.compressed else data
