"""Results that stay on disk, so that a later call need not compute them again.

A result is a record, a JSON file, and any files that belong to it.  The record holds
the value, everything that the value depends on, the SHA-256 of each file, and its own SHA-256.
A later call uses the result only if it depends on the same things and is undamaged.
"""
import contextlib
import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from minidl.errors import first_line
from minidl.files import replacing, sha256

Writers = Mapping[str, Callable[[Path], object]]  # from a file's name to the function that writes it to a path


def save_result(path: Path | str, depends: Mapping[str, Any], value: Any, files: Writers | None = None) -> None:
    """Write a result; its files replace earlier ones only after all of them are written.

    Args:
        path: the record, a .json file; the other files are in the same folder.
        depends, value: JSON data.
        files: dict from name to a function that writes the file to the path it is given.

    Raises:
        OSError: a file could not be written; an earlier result is unchanged.
    """
    path = Path(path)
    with contextlib.ExitStack() as renamed_last_first:
        record = renamed_last_first.enter_context(replacing(path))
        sums = {}
        for name, write in (files or {}).items():
            temporary = renamed_last_first.enter_context(replacing(path.with_name(name)))
            write(temporary)
            sums[name] = sha256(temporary)
        content = {"depends": dict(depends), "value": value, "files": sums}
        record.write_text(json.dumps({**content, "sha256": _digest(content)}) + "\n", encoding="utf-8")


def load_result(path: Path | str, depends: Mapping[str, Any], *, unusable: Callable[[str], object] | None = None
                ) -> Any:
    """Return the value of a result; None if there is no usable result.

    unusable: called with the reason why an existing result cannot be used; default: print it.
    """
    path = Path(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        record_digest = content.pop("sha256")
        if record_digest != _digest(content):
            raise ValueError("the record has changed")
        if _canonical(content["depends"]) == _canonical(depends):
            for name, digest in content["files"].items():
                if sha256(path.with_name(name)) != digest:
                    raise ValueError(f"{name} has changed")
            return content["value"]
        reason = "made with other settings, data or code"
    except NotADirectoryError:  # so there is no result; save_result will raise the error
        return None
    except FileNotFoundError as error:
        if error.filename == str(path):
            return None
        reason = f"{Path(error.filename).name} is missing"
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        reason = f"damaged ({first_line(error)})"
    if unusable is None:
        unusable = _print_reason
    unusable(f"{path}: {reason}")
    return None


def _print_reason(reason: str) -> None:
    print(f"{reason}; computing it again")


def code_digest(*packages: ModuleType) -> str:
    """Return a hash of the source files of packages, so that results of older code are not reused."""
    digest = hashlib.sha256()
    for package in packages:
        folder = Path(str(package.__file__)).parent
        for file in sorted(folder.rglob("*.py")):
            digest.update(f"{file.relative_to(folder)}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(content).encode()).hexdigest()
