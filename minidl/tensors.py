"""Checks of tensors, for the functions that take logits or inputs; tensors in a file."""
import io
from pathlib import Path
from typing import Any

import torch


def check_floating(name: str, tensor: Any) -> None:
    """Raise a TypeError unless the argument is a tensor of a real floating dtype."""
    if not isinstance(tensor, torch.Tensor) or not tensor.is_floating_point():
        kind = tensor.dtype if isinstance(tensor, torch.Tensor) else type(tensor).__name__
        raise TypeError(f"{name}: must be a tensor of a real floating dtype, got {kind}")


def check_rows(name: str, tensor: Any) -> None:
    """Raise a TypeError or ValueError unless the argument is a (B, V) floating tensor, B and V at least 1."""
    check_floating(name, tensor)
    if tensor.ndim != 2 or not tensor.numel():
        raise ValueError(f"{name}: must be (B, V), B and V at least 1, got shape {tuple(tensor.shape)}")


def save_tensors(path: Path, tensors: Any) -> None:
    """Write tensors for torch.load; equal tensors give equal bytes.

    torch does not write to the path itself: it would put the path's name into the file, and
    raise a RuntimeError without a cause if the disk is full.
    """
    content = io.BytesIO()
    torch.save(tensors, content)
    path.write_bytes(content.getbuffer())
