"""Checks of tensors, for the functions that take logits or inputs; tensors in a file."""
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from minidl.checks import require, shown
from minidl.errors import first_line


def check_generator(generator: Any) -> None:
    """Raise a TypeError unless the argument is None or a torch.Generator."""
    valid = generator is None or isinstance(generator, torch.Generator)
    require(valid, "generator", "must be None or a torch.Generator", generator, TypeError)


def check_factory(device: Any, dtype: Any) -> None:
    """Raise a TypeError or ValueError unless torch makes floating tensors with this device and dtype; None is good."""
    require(dtype is None or isinstance(dtype, torch.dtype) and dtype.is_floating_point, "dtype",
            "must be None or a floating torch.dtype", dtype, TypeError)
    valid = isinstance(device, (torch.device, str, int, type(None))) and not isinstance(device, bool)
    require(valid, "device", "must be None or one of torch's devices", device, TypeError)
    try:
        torch.device("cpu" if device is None else device)
    except RuntimeError as error:
        raise ValueError(f"device: must be one of torch's devices, got {shown(device)} ({first_line(error)})") from None


def check_integers(name: str, tensor: Any, dtypes: Sequence[torch.dtype]) -> None:
    """Raise a TypeError unless the argument is a tensor of one of these dtypes."""
    if not isinstance(tensor, torch.Tensor) or tensor.dtype not in dtypes:
        kind = tensor.dtype if isinstance(tensor, torch.Tensor) else type(tensor).__name__
        wanted = " or ".join(str(dtype).removeprefix("torch.") for dtype in dtypes)
        raise TypeError(f"{name}: must be a tensor of {wanted}, got {kind}")


def check_floating(name: str, tensor: Any) -> None:
    """Raise a TypeError unless the argument is a tensor of a real floating dtype."""
    if not isinstance(tensor, torch.Tensor) or not tensor.is_floating_point():
        kind = tensor.dtype if isinstance(tensor, torch.Tensor) else type(tensor).__name__
        raise TypeError(f"{name}: must be a tensor of a real floating dtype, got {kind}")


def check_tensors(**lists: Sequence[Any]) -> None:
    """Raise a TypeError or ValueError unless the arguments are lists of floating tensors, of the same shapes."""
    names = list(lists)
    for name, tensors in lists.items():
        require(isinstance(tensors, (list, tuple)), name, "must be a list of tensors", tensors, TypeError)
        for tensor in tensors:
            check_floating(name, tensor)
    for name in names[1:]:
        shapes = [[tuple(tensor.shape) for tensor in lists[key]] for key in (names[0], name)]
        text = " and ".join(map(str, shapes))
        require(shapes[0] == shapes[1], f"{names[0]}, {name}", "must have the same shapes", text)


def check_rows(name: str, tensor: Any) -> None:
    """Raise a TypeError or ValueError unless the argument is a (B, V) floating tensor, B and V at least 1."""
    check_floating(name, tensor)
    if tensor.ndim != 2 or not tensor.numel():
        raise ValueError(f"{name}: must be (B, V), B and V at least 1, got shape {tuple(tensor.shape)}")


def save_tensors(path: Path, tensors: Any) -> None:
    """Write tensors for `load_tensors`; equal tensors give equal bytes.

    torch does not write to the path itself: it would put the path's name into the file, and
    raise a RuntimeError without a cause if the disk is full.
    """
    content = io.BytesIO()
    torch.save(tensors, content)
    path.write_bytes(content.getbuffer())


def load_tensors(path: Path) -> Any:
    """Return what `save_tensors` wrote, on the CPU; raise ValueError if the file has another form."""
    with open(path, "rb") as file:
        try:
            return torch.load(file, map_location="cpu", weights_only=True)
        except Exception as error:  # torch and pickle raise a dozen types for other bytes
            raise ValueError(f"{path}: must be a file of tensors, got another ({first_line(error)})") from None
