"""Text files: opened plain or unpacked from gzip, decoded, with one-line errors."""
import codecs
import contextlib
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

UTF8 = "utf-8-sig"  # a byte-order mark at the start is skipped


class UndecodableError(ValueError):
    """A text file has another encoding."""


@contextlib.contextmanager
def open_text(path: Path | str, encoding: str | None = None) -> Iterator[TextIO]:
    """Open a text file for reading; line ends are not translated.

    encoding: None for UTF-8, or UTF-16 if the file begins with its byte-order mark.

    Raises:
        OSError: the file does not exist or cannot be read.
        ValueError: the encoding is unknown, or the file's name ends in .gz and it is not a whole gzip file.
        UndecodableError: the file does not have the encoding.
    """
    try:
        codec = codecs.lookup(encoding or _marked_encoding(path)).name
    except LookupError:
        raise ValueError(f"encoding: must be one that Python knows, such as cp1251, got {encoding!r}") from None
    try:
        with open_bytes(path) as file:
            yield io.TextIOWrapper(file, codec, newline="")
    except UnicodeError:
        name = "UTF-8" if codec == UTF8 else codec
        raise UndecodableError(f"{path}, line {_undecodable_line(path, codec)}: must be {name} text") from None


def _marked_encoding(path: Path | str) -> str:
    """Return the encoding that a file's byte-order mark names, else UTF-8."""
    with open_bytes(path) as file:
        return "utf-16" if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else UTF8


@contextlib.contextmanager
def open_bytes(path: Path | str) -> Iterator[gzip.GzipFile | io.BufferedReader]:
    """Open a file for reading its bytes; a file whose name ends in .gz is unpacked."""
    try:
        with gzip.open(path) if str(path).endswith(".gz") else open(path, "rb") as file:
            yield file
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(f"{path}: must be a whole gzip file, got {error}") from None


def _undecodable_line(path: Path | str, encoding: str) -> int:
    """Return the number of the first line that does not have the encoding, counted from 1."""
    number, decoder = 1, codecs.getincrementaldecoder(encoding)()
    with open_bytes(path) as file, contextlib.suppress(UnicodeError):
        for line in file:
            number += decoder.decode(line).count("\n")
    return number
