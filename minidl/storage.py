"""Arrays in one file, without pickle: numpy's npz with a name of what it holds.

The file is written under a temporary name first, and on reading every part is checked
against its checksum.
"""
import io
import struct
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from minidl.files import replacing


def save_arrays(path: Path | str, kind: str, **arrays: npt.NDArray[Any]) -> None:
    """Write arrays by name to a file that says of itself that it is a `kind`."""
    with replacing(path) as temporary, open(temporary, "wb") as file:
        np.savez(file, kind=np.array(kind), **arrays)  # type: ignore[arg-type]  # taken for allow_pickle


def load_arrays(path: Path | str, kind: str, names: Iterable[str]) -> dict[str, npt.NDArray[Any]]:
    """Return a dict of the arrays of these names.

    Raises:
        OSError: there is no such file, or it cannot be read.
        ValueError: the file is damaged, or of another kind.
    """
    content = io.BytesIO(Path(path).read_bytes())
    try:
        found = np.load(content, allow_pickle=False)
        if isinstance(found, np.ndarray):
            raise ValueError("a single array")
        if "kind" not in found.files or str(found["kind"]) != kind:
            raise ValueError(f"a {found['kind']}" if "kind" in found.files else "a file without a kind")
        return {name: found[name] for name in names}
    except (ValueError, KeyError, EOFError, OSError, NotImplementedError, RuntimeError, struct.error, zlib.error,
            zipfile.BadZipFile) as error:  # all that a wrong byte in a zip file can end in
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ValueError(f"{path}: must be a whole {kind}, got one that is not ({reason})") from None
