"""Arrays in one file that is read by memory map, without pickle.

    line 1   the kind of the file's content, with its version
    line 2   the header's CRC-32, a space, the header as JSON: a note, and of each array dtype, shape and position
    then     the arrays' bytes, each from a multiple of 64 on

The file is written under a temporary name and then renamed.  A map reads only what is
used; the arrays are read-only.  Before that, size and CRC-32 of the whole file are
compared with the header.
"""
import json
import math
import mmap
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from minidl.arrays import AnyArray
from minidl.checks import check_form
from minidl.errors import first_line
from minidl.files import replacing

ALIGNMENT = 64
BLOCK = 1 << 20  # bytes that are compared with the checksum at a time
MAX_LINE = 1 << 16  # bytes


def save_mapped(path: Path | str, kind: str, note: Any, arrays: Mapping[str, AnyArray]) -> None:
    """Write arrays by name, and a note of JSON data, to a file of this kind."""
    contiguous = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    parts, position, checksum = {}, 0, 0
    for name, array in contiguous.items():
        content = padded(array)
        parts[name] = [array.dtype.str, array.shape, position]
        position += sum(map(len, content))
        for piece in content:
            checksum = zlib.crc32(piece, checksum)
    header = json.dumps({"note": note, "arrays": parts, "size": position, "checksum": checksum}).encode()
    lines = kind.encode() + b"\n%08x " % zlib.crc32(header) + header
    lines += b" " * (-(len(lines) + 1) % ALIGNMENT) + b"\n"
    with replacing(path) as temporary, open(temporary, "wb") as file:
        file.write(lines)
        for array in contiguous.values():
            file.writelines(padded(array))


def padded(array: AnyArray) -> tuple[memoryview, bytes]:
    """Return an array's bytes, and the zeros up to a multiple of ALIGNMENT."""
    content = array.reshape(-1).view(np.uint8).data
    return content, bytes(-len(content) % ALIGNMENT)


def load_mapped(path: Path | str, kind: str) -> tuple[Any, dict[str, AnyArray]]:
    """Return (note, arrays) of a file written by `save_mapped`; the file must stay unchanged while they are used.

    Raises:
        OSError: there is no such file, or it cannot be read.
        ValueError: the file is damaged, or of another kind.
    """
    with open(path, "rb") as file:
        try:
            first = file.readline(MAX_LINE).rstrip(b"\n")
            if first != kind.encode():
                raise ValueError(f"it begins with {first[:40]!r}")
            header, begin = read_header(file), file.tell()
            if checksum_of(file, header["size"]) != header["checksum"]:
                raise ValueError("its checksum differs")
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            return header["note"], {
                name: np.frombuffer(content, dtype, math.prod(shape), begin + position).reshape(shape)
                for name, (dtype, shape, position) in header["arrays"].items()}
        except (ValueError, TypeError, OverflowError) as error:
            raise ValueError(f"{path}: must be a complete {kind} file, got another or a damaged one "
                             f"({first_line(error)})") from None


def read_header(file: Any) -> dict[str, Any]:
    """Return the header of an open file, from its second line."""
    checksum, _, header = file.readline(MAX_LINE).rstrip(b" \n").partition(b" ")
    if checksum != b"%08x" % zlib.crc32(header):
        raise ValueError("its header is damaged")
    content: dict[str, Any] = json.loads(header)
    check_form(content, {"note": object, "arrays": dict, "size": int, "checksum": int}, "header")
    for name, part in content["arrays"].items():
        check_form(part, [str, list, int], name)
    return content


def checksum_of(file: Any, size: int) -> int:
    """Return the CRC-32 of the rest of an open file; raise ValueError unless it has `size` bytes."""
    checksum, n_read, block = 0, 0, bytearray(BLOCK)
    while n := file.readinto(block):
        checksum, n_read = zlib.crc32(memoryview(block)[:n], checksum), n_read + n
    if n_read != size:
        raise ValueError(f"it has {n_read} of {size} bytes of arrays")
    return checksum
