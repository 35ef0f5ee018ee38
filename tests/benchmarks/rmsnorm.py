"""RMSNorm forward and backward against torch.nn.RMSNorm: float32, gradients of input and weight."""
import functools

import torch

from minidl.nn import RMSNorm
from minidl.tables import TablePrinter
from tests.benchmarks.cases import Case, difference, wanted_text
from tests.benchmarks.timing import interleaved

# (rows, features): (rounds, calls per round, wanted fraction of torch's time)
SIZES = {(32, 896): (15, 300, (1,)), (2048, 896): (15, 3, (0.6, 0.4)), (8192, 1024): (15, 1, (0.6, 0.4))}


def both_passes(norm, x, grad):
    """Return a function that runs a forward and a backward pass and returns the output and both gradients."""
    def call():
        x.grad = norm.weight.grad = None
        y = norm(x)
        y.backward(grad)
        return y.detach(), x.grad, norm.weight.grad
    return call


def timed(shape):
    """Return the Timed of both norms on an input of this shape."""
    generator = torch.Generator().manual_seed(0)
    x, grad = (torch.randn(shape, generator=generator) for _ in range(2))
    x.requires_grad_()
    norms = {"ours": RMSNorm(shape[1]), "torch": torch.nn.RMSNorm(shape[1], eps=1e-6)}
    return interleaved({name: both_passes(norm, x, grad) for name, norm in norms.items()}, *SIZES[shape][:2])


def measure(shape):
    """Return (agreement, ratio); the agreement is the worst of output and gradients, relative to the largest number."""
    times = timed(shape)
    sizes = [tensor.abs().max() for tensor in times.results["torch"]]
    scaled = [torch.cat([(tensor / size).flatten() for tensor, size in zip(tensors, sizes)])
              for tensors in times.results.values()]
    return difference(*scaled, relative=True), times.ratio("ours", "torch")


def cases():
    """Yield one Case per size."""
    for shape, (_, _, wanted) in SIZES.items():
        yield Case(f"`RMSNorm` forward and backward, {shape}", "`torch.nn.RMSNorm`", functools.partial(measure, shape),
                   wanted)


def main():
    """Print one row per size."""
    table = TablePrinter({"  rows": ",d", "features": ",d", "ours, ms": ".3f", "torch.nn, ms": ".3f",
                          "/ torch.nn": ".3f", "   wanted": "s"})
    for shape, (_, _, wanted) in SIZES.items():
        times = timed(shape)
        table.row(*shape, *times.milliseconds(), times.ratio("ours", "torch"), wanted_text(wanted))
