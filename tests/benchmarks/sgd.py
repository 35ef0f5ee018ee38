"""A step of SGD against torch.optim.SGD: float32, the weights of the benchmark `lion`."""
import functools

import torch

from minidl.optim import SGD
from minidl.tables import TablePrinter
from tests.benchmarks.cases import Case
from tests.benchmarks.lion import random_weights
from tests.benchmarks.timing import interleaved

DECAYS, ROUNDS = (0.0, 0.1), 9


@functools.cache
def timed(weight_decay):
    """Return the Timed of both optimisers, and whether all weights are equal at the end, bit for bit."""
    weights = {name: random_weights() for name in ("ours", "torch")}
    classes = {"ours": SGD, "torch": torch.optim.SGD}
    times = interleaved({name: classes[name](weights[name], lr=0.01, weight_decay=weight_decay).step
                         for name in weights}, ROUNDS)
    return times, all(torch.equal(*pair) for pair in zip(*weights.values()))


def measure(weight_decay):
    """Return (agreement, ratio)."""
    times, equal = timed(weight_decay)
    return f"{'equal' if equal else 'NOT equal'} after {1 + ROUNDS} steps", times.ratio("ours", "torch")


def cases():
    """Yield one Case per weight decay."""
    for weight_decay in DECAYS:
        yield Case(f"a step of `SGD`, 32 million weights{', with weight decay' if weight_decay else ''}",
                   "`torch.optim.SGD`", functools.partial(measure, weight_decay))


def main():
    """Print one row per weight decay."""
    table = TablePrinter({"weight decay": ".1f", "ours, ms": ".1f", "torch, ms": ".1f", "/ torch": ".3f",
                          "agreement": "s"})
    for weight_decay in DECAYS:
        agreement, ratio = measure(weight_decay)
        table.row(weight_decay, *timed(weight_decay)[0].milliseconds(), ratio, agreement)
