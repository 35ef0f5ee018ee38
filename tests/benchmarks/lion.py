"""A step of Lion against torch's fused AdamW and lion-pytorch: float32, 40 matrices of 896 x 896, 80 vectors of 896.

Each contender runs in processes of its own, one contender after the other, several
times around: what one leaves behind in the allocator makes the next faster or slower.
Beside a row stands its peers' time in the same round, so that the ratios are of neighbours.
"""
import functools
import importlib.util
import statistics
import subprocess
import sys
import time

import torch

from minidl.tables import TablePrinter
from tests.benchmarks.cases import Case, difference, wanted_text
from tests.benchmarks.timing import Timed

SHAPES = 40 * [(896, 896)] + 80 * [(896,)]
ROUNDS, CASE_ROUNDS, STEPS = 5, 3, 9
DECAYS = (0.0, 0.1)
WANTED = {"AdamW": (2, 1.6), "lion-pytorch": (1,)}


def random_weights():
    """Return the parameters, each with a gradient; the same ones at every call."""
    generator = torch.Generator().manual_seed(0)
    weights = [torch.nn.Parameter(torch.randn(shape, generator=generator)) for shape in SHAPES]
    for weight in weights:
        weight.grad = torch.randn(weight.shape, generator=generator)
    return weights


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
    step, seconds = optimizer(name, random_weights(), weight_decay).step, []
    for _ in range(1 + STEPS):
        start = time.process_time()
        step()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds[1:])


@functools.cache
def timed(weight_decay, rounds):
    """Time the contenders, each in processes of its own; lion-pytorch where it is installed."""
    names = ["ours", "AdamW"] + ["lion-pytorch"] * bool(importlib.util.find_spec("lion_pytorch"))
    seconds = {name: [] for name in names}
    for _ in range(rounds):
        for name, found in seconds.items():
            code = f"from tests.benchmarks.lion import measure; print(measure({name!r}, {weight_decay}))"
            done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
            found.append(float(done.stdout))
    return Timed(seconds, {})


def agreement(weight_decay):
    """Return how far our weights are from lion-pytorch's after all those steps."""
    after = []
    for name in ("ours", "lion-pytorch"):
        weights = random_weights()
        step = optimizer(name, weights, weight_decay).step
        for _ in range(1 + STEPS):
            step()
        after.append(torch.cat([weight.detach().flatten() for weight in weights]))
    return difference(*after)


def compare(peer, weight_decay):
    """Return (agreement, ratio); AdamW is another algorithm."""
    agreed = agreement(weight_decay) if peer == "lion-pytorch" else "another algorithm"
    return agreed, timed(weight_decay, CASE_ROUNDS).ratio("ours", peer)


def cases():
    """Yield a Case a weight decay and peer."""
    for weight_decay in DECAYS:
        piece = f"a step of `Lion`, 32 million weights{', with weight decay' if weight_decay else ''}"
        for peer, text in (("lion-pytorch", "lion-pytorch"), ("AdamW", "`torch.optim.AdamW`, fused")):
            yield Case(piece, text, functools.partial(compare, peer, weight_decay), WANTED[peer])


def main():
    """Print a row a weight decay."""
    import lion_pytorch  # noqa: F401 - where it is absent, say so before the minutes that the others take
    print(f"every contender in {ROUNDS} fresh processes, medians of {STEPS} steps")
    table = TablePrinter({"weight decay": ".1f", "ours, ms": ".1f", "AdamW, ms": ".1f", "lion-pytorch, ms": ".1f",
                          "/ AdamW": ".2f", "wanted": "s", "/ lion-pytorch": ".2f", "(wanted)": "s"})
    for weight_decay in DECAYS:
        found = timed(weight_decay, ROUNDS)
        table.row(weight_decay, *found.milliseconds(), found.ratio("ours", "AdamW"), wanted_text(WANTED["AdamW"]),
                  found.ratio("ours", "lion-pytorch"), wanted_text(WANTED["lion-pytorch"]))
