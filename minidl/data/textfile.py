"""Text files: opened plain or unpacked from gzip, decoded as UTF-8, with one-line errors."""
import contextlib
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

ENCODING = "utf-8-sig"  # UTF-8; a byte-order mark at the start is skipped


@contextlib.contextmanager
def open_text(path: Path | str) -> Iterator[TextIO]:
    """Open a text file for reading; line ends are not translated.

    Raises:
        OSError: the file does not exist or cannot be read.
        ValueError: the file is not UTF-8, or its name ends in .gz and it is not a whole gzip file.
    """
    try:
        with open_bytes(path) as file:
            yield io.TextIOWrapper(file, ENCODING, newline="")
    except UnicodeDecodeError:
        raise ValueError(f"{path}, line {_undecodable_line(path)}: must be UTF-8 text") from None


@contextlib.contextmanager
def open_bytes(path: Path | str) -> Iterator[gzip.GzipFile | io.BufferedReader]:
    """Open a file for reading its bytes; a file whose name ends in .gz is unpacked."""
    try:
        with gzip.open(path) if str(path).endswith(".gz") else open(path, "rb") as file:
            yield file
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(f"{path}: must be a whole gzip file, got {error}") from None


def _undecodable_line(path: Path | str) -> int | None:
    """Return the number of the first line that is not UTF-8, counted from 1."""
    with open_bytes(path) as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode(ENCODING)
            except UnicodeDecodeError:
                return number
    return None
