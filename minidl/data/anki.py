"""Anki's text export: lines such as "#separator:tab" before the rows say how the file is written.

    #separator:tab          the delimiter: a name or the character itself
    #html:true              cells are HTML
    #columns:Front<tab>Back     the names of the columns
    #tags column:3          a column that is no field of the card; also guid, notetype, deck

Without "#columns" the first two fields of a card are its front and its back.
"""
import html
import re
from collections.abc import Iterator
from typing import NamedTuple, TextIO

from minidl.data.dialect import Dialect, with_quoting

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "space": " ", "pipe": "|", "colon": ":"}
LINE = re.compile(r"#\s*([a-z ]+?)\s*:(.*)", re.IGNORECASE)
KEYS = ("separator", "html", "tags", "columns", "notetype", "deck", "guid", "if matches")
LINE_BREAK = re.compile(r"<br\s*/?>|</?(div|p|li)\b[^>]*>", re.IGNORECASE)
TAG = re.compile(r"</?[a-z][^>]*>", re.IGNORECASE)


class AnkiHeader(NamedTuple):
    """dialect: how the rows are written.  names: of the first columns.  is_html: whether cells are HTML."""

    dialect: Dialect
    names: list[str]
    is_html: bool


def anki_header(file: TextIO) -> AnkiHeader | None:
    """Return the AnkiHeader of a file that has been opened, None if it has none; leave the file at its start."""
    settings = dict(_settings(file))
    file.seek(0)
    if not any(key == "separator" or key.endswith(" column") or key in KEYS for key in settings):
        return None
    separator = settings.get("separator", "tab")
    delimiter = SEPARATORS.get(separator.strip().lower()) or separator.strip(" ") or "\t"
    special = {int(value): key.split()[0] for key, value in settings.items()
               if key.endswith(" column") and value.strip().isdigit()}
    if "columns" in settings:
        listed = settings["columns"]
        names = [name.strip() for name in listed.split(delimiter if delimiter in listed else None)]
    else:
        fields = iter(["front", "back"])
        names = [special.get(n) or next(fields, str(n)) for n in range(1, max([0, *special]) + 3)]
        names = names[:max([names.index("back") + 1, *special])]
    is_html = settings.get("html", "").strip().lower() == "true"
    return AnkiHeader(with_quoting(file, delimiter[:1], len(settings)), names, is_html)


def _settings(file: TextIO) -> Iterator[tuple[str, str]]:
    """Yield (key, value) of the lines before the rows."""
    for line in file:
        match = LINE.fullmatch(line.rstrip("\r\n"))
        if match is None:
            return
        yield match[1].lower(), match[2]


def text_of_html(cell: str) -> str:
    """Return the text of an HTML cell.

    >>> text_of_html("<b>a</b> &lt; b<br>c")
    'a < b\\nc'
    """
    return html.unescape(TAG.sub("", LINE_BREAK.sub("\n", cell))).replace("\xa0", " ")
