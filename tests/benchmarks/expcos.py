"""exp_cos, a Function of one's own, against x.exp() + y.cos() with torch's autograd: forward and backward, float32."""
import functools

import torch

from minidl.autograd import exp_cos
from minidl.tables import TablePrinter
from tests.benchmarks.cases import Case, difference
from tests.benchmarks.timing import interleaved

SIZES = {1_000: (15, 300), 1_000_000: (15, 3)}  # numbers in x and in y: (rounds, calls a round)


def there_and_back(function, x, y, grad):
    """Return a function that does one forward and one backward pass; it returns values and both gradients."""
    def call():
        x.grad = y.grad = None
        z = function(x, y)
        z.backward(grad)
        return z.detach(), x.grad, y.grad
    return call


def timed(n):
    """Time the two on n numbers."""
    generator = torch.Generator().manual_seed(0)
    x, y, grad = (torch.randn(n, generator=generator) for _ in range(3))
    x.requires_grad_(), y.requires_grad_()
    functions = {"ours": exp_cos, "torch": lambda x, y: x.exp() + y.cos()}
    return interleaved({name: there_and_back(one, x, y, grad) for name, one in functions.items()}, *SIZES[n])


def measure(n):
    """Return (agreement of values and gradients, ratio)."""
    found = timed(n)
    return difference(*map(torch.cat, found.results.values())), found.ratio("ours", "torch")


def cases():
    """Yield a Case a size."""
    for n in SIZES:
        yield Case(f"`exp_cos` forward and backward, {n:,} numbers", "`x.exp() + y.cos()`, autograd",
                   functools.partial(measure, n))


def main():
    """Print a row a size."""
    table = TablePrinter({"  numbers": ",d", "ours, ms": ".3f", "autograd, ms": ".3f", "/ autograd": ".3f"})
    for n in SIZES:
        found = timed(n)
        table.row(n, *found.milliseconds(), found.ratio("ours", "torch"))
