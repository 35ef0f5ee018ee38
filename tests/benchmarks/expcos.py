"""exp_cos, a custom autograd Function, against plain x.exp() + y.cos(): forward and backward, float32."""
import functools

import torch

from minidl.autograd import exp_cos
from minidl.tables import TablePrinter
from tests.benchmarks.cases import Case, difference
from tests.benchmarks.timing import interleaved

SIZES = {1_000: (15, 300), 1_000_000: (15, 3)}  # numbers in x and in y: (rounds, calls per round)


def both_passes(function, x, y, grad):
    """Return a function that runs a forward and a backward pass and returns the values and both gradients."""
    def call():
        x.grad = y.grad = None
        z = function(x, y)
        z.backward(grad)
        return z.detach(), x.grad, y.grad
    return call


def timed(n):
    """Return the Timed of both functions on n numbers."""
    generator = torch.Generator().manual_seed(0)
    x, y, grad = (torch.randn(n, generator=generator) for _ in range(3))
    x.requires_grad_(), y.requires_grad_()
    functions = {"ours": exp_cos, "torch": lambda x, y: x.exp() + y.cos()}
    return interleaved({name: both_passes(function, x, y, grad) for name, function in functions.items()}, *SIZES[n])


def measure(n):
    """Return (agreement of values and gradients, ratio)."""
    times = timed(n)
    return difference(*map(torch.cat, times.results.values())), times.ratio("ours", "torch")


def cases():
    """Yield one Case per size."""
    for n in SIZES:
        yield Case(f"`exp_cos` forward and backward, {n:,} numbers", "`x.exp() + y.cos()`, autograd",
                   functools.partial(measure, n))


def main():
    """Print one row per size."""
    table = TablePrinter({"  numbers": ",d", "ours, ms": ".3f", "autograd, ms": ".3f", "/ autograd": ".3f"})
    for n in SIZES:
        times = timed(n)
        table.row(n, *times.milliseconds(), times.ratio("ours", "torch"))
