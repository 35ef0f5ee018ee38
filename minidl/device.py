"""The device of a run, and how it computes."""
import contextlib
import os
from collections.abc import Iterator

import torch


def usable_device(name: str) -> str:
    """Return the name of a device that this machine has, set up to give the same numbers each time.

    Raises:
        ValueError: this machine has no such device.
    """
    try:
        device = torch.device(name)
        torch.Generator(device)  # not every device that torch knows has generators, which dropout needs
    except (RuntimeError, AssertionError):
        raise ValueError(f"--device: must be cpu, or a cuda device of this machine, got {name!r}") from None
    if device.type == "cuda":  # otherwise CUDA adds the terms of a sum in any order
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        torch.use_deterministic_algorithms(True)
    return str(device)


@contextlib.contextmanager
def without_subnormals() -> Iterator[None]:
    """Let this thread compute with 0 in place of subnormal numbers, below 1.2e-38 in float32.

    Strong weight decay shrinks weights to such numbers, and some processors multiply them 300 times more slowly.
    """
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)
