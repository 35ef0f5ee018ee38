"""Lion's update of a large tensor on the CPU, fast: minidl.optim.lion.lion_update in place, block by block.

A block of weight, gradient, momentum and update fits into the processor's cache, so
each number is read from memory and written to memory once.
"""
import torch

# torch adds bfloat16 numbers 64 at a time at most, with one rounding; the numbers after the last 64 it may round twice.
# In blocks of whole 64s, each number is rounded as it is in one piece.
VECTORS = 64
BLOCK = 2048 * VECTORS  # numbers per block: half a MiB in float32, for each of the four tensors
# A larger weight is updated in blocks; all others are updated together, in few calls.  CPU milliseconds per step:
#                          in blocks   together
#   HW1's experiment 1          0.41       0.06     (9,377 numbers in 9 weights)
#   HW1's experiment 3          1.76       0.99     (400,001 in 23, none above 65,536)
#   20 weights of  65,536       3.1        3.2
#   20 weights of 131,072       5.7        9.9
# printed by `python -m tests.benchmarks lion`
LARGE = 1 << 16


def is_large(weight: torch.Tensor) -> bool:
    """Return whether the weight is on the CPU and has more than LARGE numbers."""
    return weight.is_cpu and weight.numel() > LARGE


def applies(*tensors: torch.Tensor) -> bool:
    """Return whether the tensors can be split into blocks: each of them is contiguous."""
    return all(tensor.is_contiguous() for tensor in tensors)


def update(weight: torch.Tensor, gradient: torch.Tensor, momentum: torch.Tensor, *, lr: float, beta1: float,
           beta2: float, weight_decay: float) -> None:
    """Set weight and momentum to what lion_update returns, equal to the last bit."""
    for w, g, m in zip(*(tensor.view(-1).split(BLOCK) for tensor in (weight, gradient, momentum))):
        w_update = torch.lerp(m, g, 1 - beta1).sign_()
        m.lerp_(g, 1 - beta2)
        if weight_decay:
            w_update.add_(w, alpha=weight_decay)
        w.add_(w_update, alpha=-lr)
