"""RMSNorm forward and backward against torch.nn.RMSNorm: float32, gradients of input and weight."""
import functools

import torch

from minidl.nn import RMSNorm
from minidl.tables import TablePrinter
from tests.benchmarks.cases import Case, difference, wanted_text
from tests.benchmarks.timing import interleaved

# (rows, features): (rounds, calls a round, wanted share of torch's time)
SIZES = {(32, 896): (15, 300, (1,)), (2048, 896): (15, 3, (0.6, 0.4)), (8192, 1024): (15, 1, (0.6, 0.4))}


def there_and_back(norm, x, grad):
    """Return a function that does one forward and one backward pass; it returns the output and both gradients."""
    def call():
        x.grad = norm.weight.grad = None
        y = norm(x)
        y.backward(grad)
        return y.detach(), x.grad, norm.weight.grad
    return call


def timed(shape):
    """Time the two on a shape."""
    generator = torch.Generator().manual_seed(0)
    x, grad = (torch.randn(shape, generator=generator) for _ in range(2))
    x.requires_grad_()
    norms = {"ours": RMSNorm(shape[1]), "torch": torch.nn.RMSNorm(shape[1], eps=1e-6)}
    return interleaved({name: there_and_back(norm, x, grad) for name, norm in norms.items()}, *SIZES[shape][:2])


def measure(shape):
    """Return (agreement, ratio): the worst of the three tensors, each in its own size."""
    found = timed(shape)
    sizes = [tensor.abs().max() for tensor in found.results["torch"]]
    scaled = [torch.cat([(tensor / size).flatten() for tensor, size in zip(tensors, sizes)])
              for tensors in found.results.values()]
    return difference(*scaled, relative=True), found.ratio("ours", "torch")


def cases():
    """Yield a Case a size."""
    for shape, (_, _, wanted) in SIZES.items():
        yield Case(f"`RMSNorm` forward and backward, {shape}", "`torch.nn.RMSNorm`", functools.partial(measure, shape),
                   wanted)


def main():
    """Print a row a size."""
    table = TablePrinter({"  rows": ",d", "features": ",d", "ours, ms": ".3f", "torch.nn, ms": ".3f",
                          "/ torch.nn": ".3f", "   wanted": "s"})
    for shape, (_, _, wanted) in SIZES.items():
        found = timed(shape)
        table.row(*shape, *found.milliseconds(), found.ratio("ours", "torch"), wanted_text(wanted))
