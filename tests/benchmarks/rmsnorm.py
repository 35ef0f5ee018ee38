"""RMSNorm forward and backward against torch.nn.RMSNorm: float32, gradients of input and weight."""
import torch

from minidl.nn import RMSNorm
from minidl.report import Table
from tests.benchmarks.timing import interleaved, milliseconds, ratio

# (rows, features): (rounds, calls a round, wanted share of torch's time)
SIZES = {(32, 896): (15, 300, "1"), (2048, 896): (15, 3, ".60 (.40)"), (8192, 1024): (15, 1, ".60 (.40)")}


def there_and_back(norm, x, grad):
    """Return a function that does one forward and one backward pass."""
    def call():
        x.grad = norm.weight.grad = None
        norm(x).backward(grad)
    return call


def main():
    """Print a row a size."""
    table = Table({"  rows": ",d", "features": ",d", "ours, ms": ".3f", "torch.nn, ms": ".3f", "/ torch.nn": ".3f",
                   "   wanted": "s"})
    generator = torch.Generator().manual_seed(0)
    for shape, (rounds, calls, wanted) in SIZES.items():
        x, grad = (torch.randn(shape, generator=generator) for _ in range(2))
        x.requires_grad_()
        ours, theirs = RMSNorm(shape[1]), torch.nn.RMSNorm(shape[1], eps=1e-6)
        seconds = interleaved({"ours": there_and_back(ours, x, grad), "torch": there_and_back(theirs, x, grad)},
                              rounds, calls)
        table.row(*shape, *(milliseconds(seconds, name) for name in seconds), ratio(seconds, "ours", "torch"), wanted)
