"""Results that stay on disk, so that a later call need not compute them again.

A result is a record, a JSON file, and any files that belong to it.  The record holds
the value, everything that the value depends on, the SHA-256 of each file, and its own SHA-256.
A later call uses the result only if it depends on the same things and is undamaged.  Two
processes may save to the same path: the result is that of the last, as a whole.
"""
import contextlib
import hashlib
import json
import platform
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

from minidl.checks import check_form
from minidl.errors import first_line
from minidl.files import replacing, sha256
from minidl.locks import locked
from minidl.terminal import wrapped

LIBRARIES = ("numpy", "torch", "transformers", "tokenizers")  # another version may give other numbers
Writers = Mapping[str, Callable[[Path], object]]  # from a file's name to the function that writes it to a path


def save_result(path: Path | str, depends: Mapping[str, Any], value: Any, files: Writers | None = None) -> None:
    """Write a result; it replaces an earlier one, with its files, only after all its own files are written.

    Args:
        path: the record, a .json file; the other files are in the same folder.
        depends, value: JSON data.
        files: dict from name to a function that writes the file to the path it is given.

    Raises:
        OSError: a file could not be written; an earlier result is unchanged.
    """
    path = Path(path)
    depends, value = json.loads(json.dumps([dict(depends), value]))  # as a later call will read them
    with contextlib.ExitStack() as lock:
        with contextlib.ExitStack() as renamed_last_first:
            record = renamed_last_first.enter_context(replacing(path))
            sums = {}
            for name, write in (files or {}).items():
                temporary = renamed_last_first.enter_context(replacing(path.with_name(name)))
                write(temporary)
                sums[name] = sha256(temporary)
            content = {"depends": depends, "value": value, "files": sums}
            record.write_text(json.dumps({**content, "sha256": _digest(content)}) + "\n", encoding="utf-8")
            lock.enter_context(locked(path.parent))
            earlier = _files_of(path)
        for file in earlier - {path.with_name(name) for name in sums}:
            file.unlink(missing_ok=True)


def _files_of(path: Path) -> set[Path]:
    """Return the files of an earlier result; none if there is no undamaged record."""
    try:
        return {path.with_name(name) for name in _read_record(path)["files"]}
    except (OSError, ValueError):
        return set()


def load_result(path: Path | str, depends: Mapping[str, Any] | None, *,
                read: Callable[[Any], Any] = lambda value: value, unusable: Callable[[str], object] | None = None,
                other: Callable[[str], object] | None = None) -> Any:
    """Return read(value) of a result; None if there is no usable result.

    Args:
        depends: what the result must depend on; None: anything.
        read: takes the value; may read the result's files.  It raises a ValueError if they have not the form that
            it needs; then the result is damaged.  Any other error but an OSError is a mistake in `read` itself, and
            is raised.
        unusable: called with the reason why an existing result cannot be used; default: print it.
        other: called instead if the result is whole, but depends on other things; default: unusable.
    """
    path = Path(path)
    unusable = unusable or _print_reason
    try:
        with locked(path.parent):
            content = _read_whole(path)
            if depends is None or _canonical(content["depends"]) == _canonical(depends):
                return read(content["value"])
        unusable, reason = other or unusable, "made with other settings, data or code"
    except NotADirectoryError:  # so there is no result; save_result will raise the error
        return None
    except FileNotFoundError as error:
        if error.filename == str(path):
            return None
        reason = f"{Path(str(error.filename)).name} is missing"
    except (OSError, ValueError) as error:
        reason = f"damaged ({first_line(error)})"
    unusable(f"{path}: {reason}")
    return None


def _read_whole(path: Path) -> dict[str, Any]:
    """Return the content of a record; raise OSError or ValueError if it or one of its files is missing or damaged."""
    content = _read_record(path)
    for name, digest in content["files"].items():
        if sha256(path.with_name(name)) != digest:
            raise ValueError(f"{name} has changed")
    return content


def _read_record(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        check_form(content, {"depends": dict, "value": object, "files": dict, "sha256": str}, "record")
        if content.pop("sha256") != _digest(content):
            raise ValueError("the record has changed")
    except RecursionError as error:  # a list in a list in a list ...
        raise ValueError(first_line(error)) from None
    return content


def _print_reason(reason: str) -> None:
    print(wrapped(f"{reason}; computing it again"))


def code_digest(*modules: ModuleType) -> str:
    """Return a hash of what computes a result, so that results of other code are not reused.

    It covers the source files of modules (of a package: all below it), and the versions of
    Python and of LIBRARIES.
    """
    digest = hashlib.sha256(f"{platform.python_version()} {[_version(name) for name in LIBRARIES]}\n".encode())
    for module in modules:
        file = Path(str(module.__file__))
        digest.update(files_digest(*(sorted(file.parent.rglob("*.py")) if file.name == "__init__.py" else [file]),
                                   folder=file.parent).encode())
    return digest.hexdigest()[:16]


def files_digest(*files: Path, folder: Path) -> str:
    """Return a hash of files: of their paths from `folder`, and of their contents."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(folder)} {sha256(file)}\n".encode())
    return digest.hexdigest()[:16]


def _version(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return "not installed"


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(content).encode()).hexdigest()
