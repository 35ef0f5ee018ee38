"""Arrays in one file, without pickle: numpy's npz with a name for its kind of content.

The file is written under a temporary name and then renamed.  On reading, every part is
compared with its checksum.
"""
import io
import struct
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from minidl.arrays import AnyArray
from minidl.errors import first_line
from minidl.files import replacing


def save_arrays(path: Path | str, kind: str, **arrays: AnyArray) -> None:
    """Write arrays by name to a file that also names its kind."""
    with replacing(path) as temporary, open(temporary, "wb") as file:
        np.savez(file, kind=np.array(kind), **arrays)  # type: ignore[arg-type]  # mypy reads them as allow_pickle


def load_arrays(path: Path | str, kind: str, names: Iterable[str]) -> dict[str, AnyArray]:
    """Return a dict of the arrays of these names.

    Raises:
        OSError: there is no such file, or it cannot be read.
        ValueError: the file is damaged, or of another kind.
    """
    content = io.BytesIO(Path(path).read_bytes())
    try:
        archive = np.load(content, allow_pickle=False)
        if isinstance(archive, np.ndarray):
            raise ValueError("a single array")
        if "kind" not in archive.files:
            raise ValueError("a file without a kind")
        if str(archive["kind"]) != kind:
            raise ValueError(f"a {archive['kind']}")
        return {name: archive[name] for name in names}
    except (ValueError, KeyError, EOFError, OSError, NotImplementedError, RuntimeError, struct.error, zlib.error,
            zipfile.BadZipFile) as error:  # all errors that a wrong byte in a zip file can cause
        raise ValueError(f"{path}: must be a complete {kind} file, got another or a damaged one "
                         f"({first_line(error)})") from None
