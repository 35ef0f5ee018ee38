"""bfloat16 and float16: statistics and losses are computed in float32, and the result is rounded once.

float16 ends at 65,504, so the sum of a few squares of 100 overflows; bfloat16 keeps three
digits, so a sum of some hundred numbers stops growing.
"""
import torch

HALVES = (torch.bfloat16, torch.float16)


def wide(x: torch.Tensor) -> torch.Tensor:
    """Return x as float32 if it is in HALVES; else x itself."""
    return x.float() if x.dtype in HALVES else x


def cast(x: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """Return x in this dtype; if it has the dtype, the same object at once: x.to(dtype) takes a microsecond."""
    return x if x.dtype == dtype else x.to(dtype)


def loss_dtype(x: torch.Tensor) -> torch.dtype:
    """Return the dtype of a loss of x: that of x, but float32 for HALVES under torch.autocast."""
    return torch.float32 if x.dtype in HALVES and torch.is_autocast_enabled(x.device.type) else x.dtype
