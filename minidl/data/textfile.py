"""Text files: opened plain or unpacked from gzip, decoded, with one-line errors.

The first bytes decide what a file is, not its name.
"""
import codecs
import contextlib
import gzip
import io
import os
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

UTF8 = "utf-8-sig"  # a byte-order mark at the start is skipped
GZIP = b"\x1f\x8b"
MAX_UNPACKED = 2**31  # bytes; some kilobytes of gzip may hold gigabytes
LIMIT_VARIABLE = "MINIDL_MAX_UNPACKED"
BUFFER_SIZE = 1 << 16  # bytes
MARKS = {codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32", codecs.BOM_UTF16_LE: "utf-16",
         codecs.BOM_UTF16_BE: "utf-16"}  # UTF-32 first: in little-endian order its mark begins with UTF-16's
NO_TEXT = {b"PK\x03\x04": "a zip archive or an Excel file; save its table as CSV",
           b"\xd0\xcf\x11\xe0": "an old Excel or Word file; save its table as CSV", b"PAR1": "a Parquet file",
           b"%PDF": "a PDF", b"SQLi": "an SQLite database", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture",
           b"BZh": "a bzip2 file; unpack it", b"\xfd7zX": "an xz file; unpack it",
           b"(\xb5/\xfd": "a zstd file; unpack it"}
PAGE = "a web page; download the file itself"
NO_DATA = {b"<!doctype": PAGE, b"<html": PAGE, rb"<\?xml": "XML", rb"{\\rtf": "a document; save it as plain text",
           rb"(%yaml|---\s*\n|[\w .-]+:\s*\n\s*-\s)": "YAML; save it as JSON or CSV"}  # patterns of a file's start
HEAD_SIZE = 64  # bytes that show what a file is


class UndecodableError(ValueError):
    """A text file has another encoding."""


@contextlib.contextmanager
def open_text(path: Path | str, encoding: str | None = None) -> Iterator[TextIO]:
    """Open a text file for reading; line ends are not translated.

    encoding: None for UTF-8; or UTF-16 or UTF-32 if the first bytes show it.

    Raises:
        OSError: the file does not exist or cannot be read.
        ValueError: the encoding is unknown; the file is no text, a web page, XML, YAML, or a damaged gzip file.
        UndecodableError: the file does not have the encoding.
    """
    with open_bytes(path) as file:
        head = file.read(HEAD_SIZE)
    for magic, kind in NO_TEXT.items():
        if head.startswith(magic):
            raise ValueError(f"{path}: must be a text file, got {kind}")
    for pattern, kind in NO_DATA.items():
        if re.match(pattern, head.removeprefix(codecs.BOM_UTF8).lstrip().lower()):
            raise ValueError(f"{path}: must be a file of data, got {kind}")
    try:
        codec = codecs.lookup(encoding or unicode_encoding(head[:4])).name
    except LookupError:
        raise ValueError(f"encoding: must be one that Python knows, such as cp1251, got {encoding!r}") from None
    codec = UTF8 if codec == "utf-8" else codec
    try:
        with open_bytes(path) as file:
            yield io.TextIOWrapper(file, codec, newline="")
    except UnicodeError:
        name = "UTF-8" if codec == UTF8 else codec
        raise UndecodableError(f"{path}, line {_undecodable_line(path, codec)}: must be {name} text") from None


def unicode_encoding(head: bytes) -> str:
    """Return the encoding that a file's first four bytes show: by a byte-order mark, or by UTF-16's zero bytes.

    >>> unicode_encoding(b"abcd"), unicode_encoding("ab".encode("utf-16")), unicode_encoding("ab".encode("utf-16-be"))
    ('utf-8-sig', 'utf-16', 'utf-16-be')
    """
    for mark, name in MARKS.items():
        if head.startswith(mark):
            return name
    zeros = [byte == 0 for byte in head]
    return "utf-16-le" if zeros == [False, True] * 2 else "utf-16-be" if zeros == [True, False] * 2 else UTF8


class _Unpacked(io.RawIOBase):
    """The bytes of a gzip file; more than `limit` of them are a ValueError, before they fill the memory."""

    def __init__(self, file: gzip.GzipFile, path: str, limit: int) -> None:
        self.file, self.path, self.limit, self.size = file, path, limit, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.size = self.file.seek(offset, whence)
        return self.size

    def readinto(self, buffer: Any) -> int:
        n = self.file.readinto(buffer)
        self.size += n
        if self.size > self.limit:
            raise ValueError(f"{self.path}: must unpack to at most {self.limit:,} bytes, got more; unpack it yourself, "
                             f"or set {LIMIT_VARIABLE} to more")
        return n


def unpacked_limit() -> int:
    """Return the largest size of an unpacked file in bytes, from the environment variable LIMIT_VARIABLE if it is set.

    Raises:
        ValueError: the variable is no whole number, at least 1.
    """
    text = os.environ.get(LIMIT_VARIABLE) or str(MAX_UNPACKED)
    if not (text.isascii() and text.isdigit() and int(text)):
        raise ValueError(f"{LIMIT_VARIABLE}: must be a whole number of bytes, got {text!r}")
    return int(text)


@contextlib.contextmanager
def open_bytes(path: Path | str) -> Iterator[io.BufferedReader]:
    """Open a file for reading its bytes; a gzip file is unpacked, up to `unpacked_limit()`."""
    with open(path, "rb") as file:
        is_packed = file.read(2) == GZIP
    try:
        if not is_packed:
            with open(path, "rb") as file:
                yield file
            return
        with gzip.GzipFile(path) as packed:
            yield io.BufferedReader(_Unpacked(packed, str(path), unpacked_limit()), BUFFER_SIZE)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(f"{path}: must be a whole gzip file, got {error}") from None


def _undecodable_line(path: Path | str, encoding: str) -> int:
    """Return the number of the first line that does not have the encoding, counted from 1."""
    number, decoder = 1, codecs.getincrementaldecoder(encoding)()
    with open_bytes(path) as file, contextlib.suppress(UnicodeError):
        for line in file:
            number += decoder.decode(line).count("\n")
    return number
