"""A step of Lion against torch's fused AdamW and lion-pytorch: float32, 40 matrices of 896 x 896, 80 vectors of 896.

Each contender runs in processes of its own, one contender after the other, several
times around: what one leaves behind in the allocator makes the next faster or slower.
Beside a row stands its peers' time in the same round, so that the ratios are of neighbours.
"""
import importlib.metadata
import statistics
import subprocess
import sys
import time

import torch

from minidl.report import Table
from tests.benchmarks.timing import milliseconds, ratio

SHAPES = 40 * [(896, 896)] + 80 * [(896,)]
ROUNDS, STEPS = 5, 9
DECAYS = (0.0, 0.1)


def optimizer(name, weights, weight_decay):
    """Return a contender's optimiser."""
    if name == "ours":
        from minidl.optim import Lion
        return Lion(weights, lr=1e-4, weight_decay=weight_decay)
    if name == "lion-pytorch":
        from lion_pytorch import Lion
        return Lion(weights, lr=1e-4, weight_decay=weight_decay)
    return torch.optim.AdamW(weights, lr=1e-4, weight_decay=weight_decay, fused=True)


def measure(name, weight_decay):
    """Return the median CPU seconds of a step in this process; the first, which makes the state, is not counted."""
    generator = torch.Generator().manual_seed(0)
    weights = [torch.nn.Parameter(torch.randn(shape, generator=generator)) for shape in SHAPES]
    for weight in weights:
        weight.grad = torch.randn(weight.shape, generator=generator)
    step, seconds = optimizer(name, weights, weight_decay).step, []
    for _ in range(1 + STEPS):
        start = time.process_time()
        step()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds[1:])


def main():
    """Print a row a weight decay."""
    print(f"lion-pytorch {importlib.metadata.version('lion-pytorch')}; every contender in {ROUNDS} fresh processes, "
          f"medians of {STEPS} steps")
    table = Table({"weight decay": ".1f", "ours, ms": ".1f", "AdamW, ms": ".1f", "lion-pytorch, ms": ".1f",
                   "/ AdamW": ".2f", "    wanted": "s", "/ lion-pytorch": ".2f", "(wanted)": "s"})
    for weight_decay in DECAYS:
        seconds = {name: [] for name in ("ours", "AdamW", "lion-pytorch")}
        for _ in range(ROUNDS):
            for name, found in seconds.items():
                code = f"from tests.benchmarks.lion import measure; print(measure({name!r}, {weight_decay}))"
                done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
                found.append(float(done.stdout))
        table.row(weight_decay, *(milliseconds(seconds, name) for name in seconds), ratio(seconds, "ours", "AdamW"),
                  "2.0 (1.6)", ratio(seconds, "ours", "lion-pytorch"), "1")
