"""A step of Lion against torch's fused AdamW and lion-pytorch: float32, 40 matrices of 896 x 896, 80 vectors of 896.

Each contender runs in its own processes, because the state of the allocator changes the
times.  In each round every contender runs once; the ratios are of times in one round.

The second table compares the ways that minidl.optim.Lion chooses from, in one process.
"""
import functools
import importlib.util
import statistics
import subprocess
import sys
import time
from pathlib import Path

import torch

from minidl.optim import lion_blocks, lion_update
from minidl.optim.lion import update_together
from minidl.tables import TablePrinter
from tests.benchmarks.cases import Case, difference, wanted_text
from tests.benchmarks.timing import Timed, interleaved

ROOT = Path(__file__).parents[2]
SHAPES = 40 * [(896, 896)] + 80 * [(896,)]
ROUNDS, CASE_ROUNDS, STEPS, WAY_ROUNDS = 5, 3, 9, 25
DECAYS = (0.0, 0.1)
WANTED = {"AdamW": (2, 1.6), "lion-pytorch": (1,)}


def random_weights(shapes=SHAPES):
    """Return the parameters, each with a gradient; every call returns the same numbers."""
    generator = torch.Generator().manual_seed(0)
    weights = [torch.nn.Parameter(torch.randn(shape, generator=generator)) for shape in shapes]
    for weight in weights:
        weight.grad = torch.randn(weight.shape, generator=generator)
    return weights


def optimizer(name, weights, weight_decay):
    """Return the optimiser of a contender."""
    if name == "ours":
        from minidl.optim import Lion
        return Lion(weights, lr=1e-4, weight_decay=weight_decay)
    if name == "lion-pytorch":
        from lion_pytorch import Lion
        return Lion(weights, lr=1e-4, weight_decay=weight_decay)
    return torch.optim.AdamW(weights, lr=1e-4, weight_decay=weight_decay, fused=True)


def measure(name, weight_decay):
    """Return the median CPU seconds of a step in this process, without the first step, which creates the state."""
    step, seconds = optimizer(name, random_weights(), weight_decay).step, []
    for _ in range(1 + STEPS):
        start = time.process_time()
        step()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds[1:])


@functools.cache
def timed(weight_decay, rounds):
    """Return the Timed of the contenders, each in its own processes; lion-pytorch only if it is installed."""
    names = ["ours", "AdamW"]
    if importlib.util.find_spec("lion_pytorch"):
        names.append("lion-pytorch")
    seconds = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            code = f"from tests.benchmarks.lion import measure; print(measure({name!r}, {weight_decay}))"
            process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
            seconds[name].append(float(process.stdout))
    return Timed(seconds, {})


def agreement(weight_decay):
    """Return the difference of our weights from those of lion-pytorch after 1 + STEPS steps."""
    final_weights = []
    for name in ("ours", "lion-pytorch"):
        weights = random_weights()
        step = optimizer(name, weights, weight_decay).step
        for _ in range(1 + STEPS):
            step()
        final_weights.append(torch.cat([weight.detach().flatten() for weight in weights]))
    return difference(*final_weights)


def compare(peer, weight_decay):
    """Return (agreement, ratio); AdamW is another algorithm, so nothing agrees."""
    agreed = agreement(weight_decay) if peer == "lion-pytorch" else "another algorithm"
    return agreed, timed(weight_decay, CASE_ROUNDS).ratio("ours", peer)


def cases():
    """Yield one Case per weight decay and peer."""
    for weight_decay in DECAYS:
        piece = f"a step of `Lion`, 32 million weights{', with weight decay' if weight_decay else ''}"
        for peer, text in (("lion-pytorch", "lion-pytorch"), ("AdamW", "`torch.optim.AdamW`, fused")):
            yield Case(piece, text, functools.partial(compare, peer, weight_decay), WANTED[peer])


def update_each(weights, gradients, momenta, **settings):
    """Do lion_update for one weight after the other."""
    for weight, gradient, momentum in zip(weights, gradients, momenta):
        new_weight, new_momentum = lion_update(weight, gradient, momentum, **settings)
        weight.copy_(new_weight)
        momentum.copy_(new_momentum)


def update_in_blocks(weights, gradients, momenta, **settings):
    """Do lion_blocks.update for one weight after the other."""
    for weight, gradient, momentum in zip(weights, gradients, momenta):
        lion_blocks.update(weight, gradient, momentum, **settings)


def time_ways(shapes):
    """Return the Timed of a step, without weight decay, by each way and by the optimiser; each has its own tensors."""
    settings = {"lr": 1e-4, "beta1": 0.9, "beta2": 0.99, "weight_decay": 0.0}
    contenders = {}
    for way in (update_in_blocks, update_each, update_together):
        weights = [weight.detach() for weight in random_weights(shapes)]
        gradients, momenta = ([torch.randn_like(weight) for weight in weights] for _ in range(2))
        contenders[way.__name__] = functools.partial(way, weights, gradients, momenta, **settings)
    contenders["Lion"] = optimizer("ours", random_weights(shapes), 0.0).step
    calls = max(1, 500_000 // sum(weight.numel() for weight in weights))
    return interleaved(contenders, WAY_ROUNDS, calls)


def print_ways():
    """Print one row per set of weights: two models of HW1, HW2's small decoder, then 20 equal weights each."""
    from safetensors.torch import load_file

    from tests.benchmarks.training import our_model
    sets = {f"HW1's experiment {number}": dict(our_model(number).named_parameters()) for number in (1, 3)}
    sets["hw2/tiny"] = load_file(ROOT / "hw2" / "tiny" / "model.safetensors")
    shapes = {name: [tensor.shape for tensor in tensors.values()] for name, tensors in sets.items()}
    shapes |= {f"20 of {n:,}": 20 * [(n,)] for n in (1 << 14, 1 << 15, 1 << 16, 1 << 17, 1 << 18)}
    print("\na step by each way: in blocks, lion_update for each weight, all together; then as Lion chooses")
    table = TablePrinter({"weights            ": "s", "  numbers": ",d", "blocks, ms": ".3f", "each, ms": ".3f",
                          "together, ms": ".3f", "Lion, ms": ".3f"})
    for name, weight_shapes in shapes.items():
        numbers = sum(torch.Size(shape).numel() for shape in weight_shapes)
        table.row(name, numbers, *time_ways(weight_shapes).milliseconds())


def main():
    """Print one row per weight decay, then the table of the ways."""
    import lion_pytorch  # noqa: F401 - if it is absent, say so before the slow measurements
    print(f"every contender in {ROUNDS} fresh processes, medians of {STEPS} steps")
    table = TablePrinter({"weight decay": ".1f", "ours, ms": ".1f", "AdamW, ms": ".1f", "lion-pytorch, ms": ".1f",
                          "/ AdamW": ".2f", "wanted": "s", "/ lion-pytorch": ".2f", "(wanted)": "s"})
    for weight_decay in DECAYS:
        times = timed(weight_decay, ROUNDS)
        table.row(weight_decay, *times.milliseconds(), times.ratio("ours", "AdamW"), wanted_text(WANTED["AdamW"]),
                  times.ratio("ours", "lion-pytorch"), wanted_text(WANTED["lion-pytorch"]))
    print_ways()
