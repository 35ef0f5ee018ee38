"""Files that are either complete or absent.

Every file is written under a temporary name and then renamed, so a killed run or a full
disk leaves the earlier file as it was.  A temporary file is locked by the process that
writes it; one without a lock is a killed process's, and is removed.
"""
import contextlib
import csv
import errno
import hashlib
import io
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from minidl.locks import lock
from minidl.terminal import printable

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # no space on the disk, in the quota, or for a file of this size
SUMS = "SHA256SUMS"
TEMPORARY = re.compile(r"\.tmp-[0-9a-f]{16}(\..*)?", re.DOTALL)  # the names of temporary files and folders


@contextlib.contextmanager
def replacing(path: Path | str) -> Iterator[Path]:
    """Make the folder of `path` and yield an empty temporary file in it; on success rename it to `path`.

    A path that is such a temporary file is yielded as it is: another file in its place would not be locked.
    """
    path = Path(path)
    if TEMPORARY.fullmatch(path.name):
        yield path
        return
    with _says_what_is_unchanged(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(path.parent)
        with _temporary(path.parent, path.suffix) as temporary:
            yield temporary
            os.replace(temporary, path)


@contextlib.contextmanager
def replacing_files(folder: Path | str) -> Iterator[Path]:
    """Yield a temporary folder; on success move its files to `folder`, where they replace those of the same names."""
    folder = Path(folder)
    with _says_what_is_unchanged(folder), _temporary(make_folder(folder), None) as temporary:
        yield temporary
        for file in sorted(temporary.iterdir()):
            os.replace(file, folder / file.name)


@contextlib.contextmanager
def _says_what_is_unchanged(path: Path) -> Iterator[None]:
    """Name `path` in the error of a full disk, which otherwise names a temporary file or none.

    Libraries in Rust have the error's number only in its message.
    """
    try:
        yield
    except Exception as error:
        in_message = re.search(r"\(os error (\d+)\)", str(error))
        number = error.errno if isinstance(error, OSError) else int(in_message[1]) if in_message else None
        file = getattr(error, "filename", None)
        if number not in FULL or file and not TEMPORARY.fullmatch(Path(file).name):
            raise
        raise OSError(number, f"{os.strerror(number)}; what was there before is unchanged", str(path)) from None


def make_folder(folder: Path | str) -> Path:
    """Return the folder; make it, or remove what killed processes have left in it and in its subfolders."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for parent, _, _ in os.walk(folder):
        remove_leftovers(Path(parent))
    return folder


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files and folders that killed processes have left in a folder."""
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries if TEMPORARY.fullmatch(entry.name)]
    for name in names:
        with contextlib.suppress(OSError):  # another process removes or renames it, or it is another user's, or a link
            descriptor = os.open(folder / name, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
            try:
                if lock(descriptor):
                    _remove(folder / name)
            finally:
                os.close(descriptor)


@contextlib.contextmanager
def _temporary(folder: Path, suffix: str | None) -> Iterator[Path]:
    """Yield a new temporary file, or a folder if suffix is None, locked by this process; remove it at the end."""
    path, descriptor = _create(folder, suffix)
    try:
        yield path
    finally:
        _remove(path)
        os.close(descriptor)


def _create(folder: Path, suffix: str | None) -> tuple[Path, int]:
    """Return a new temporary file or folder and its descriptor.  Nobody can guess its name, and links are not followed.

    Between creation and lock another process may take it for a leftover: then another is created.
    """
    while True:
        path = folder / f".tmp-{secrets.token_hex(8)}{suffix or ''}"
        if suffix is None:
            path.mkdir()
            descriptor = os.open(path, os.O_RDONLY)
        else:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
        if lock(descriptor) is not False and path.exists():
            return path, descriptor
        os.close(descriptor)


def _remove(path: Path) -> None:
    """Remove a temporary file or folder, if it is still there."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def write_text(path: Path | str, text: str) -> None:
    """Write a UTF-8 text file."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(path: Path | str, value: Any) -> None:
    """Write an indented JSON file; keys keep their order."""
    write_text(path, json.dumps(value, indent=2) + "\n")


def write_csv(path: Path | str, rows: Sequence[Mapping[str, object]]) -> None:
    """Write dicts with equal keys as a CSV file; floats keep every digit."""
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(path, text.getvalue())


def write_sums(folder: Path) -> None:
    """Write SHA256SUMS, the hash of each file in the folder, as `sha256sum` does and `sha256sum -c` checks."""
    names = sorted(file.name for file in folder.iterdir() if file.is_file() and file.name != SUMS)
    write_text(folder / SUMS, "".join(f"{sha256(folder / name)}  {name}\n" for name in names))


def check_sums(folder: Path) -> None:
    """Raise ValueError if a file that the folder's SHA256SUMS names is missing or has changed; nothing without it."""
    if not (folder / SUMS).exists():
        return
    for line in (folder / SUMS).read_bytes().splitlines() or [b""]:
        digest, name = line[:64].decode("latin-1"), os.fsdecode(line[66:])  # two characters: a space, and a space or *
        try:
            same = sha256(folder / name) == digest
        except (OSError, ValueError):  # no such file, or a name that can be none
            same = False
        if not same:
            raise ValueError(f"{folder}: must have the files that its {SUMS} names, got another "
                             f"{printable(name[:80])!r}; if the change is meant, delete {SUMS}")


def sha256(path: Path | str) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 16):
            digest.update(block)
    return digest.hexdigest()
