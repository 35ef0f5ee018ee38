"""The device of a run."""
import os

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
