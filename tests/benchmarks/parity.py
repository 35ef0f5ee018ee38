"""Every layer and loss of minidl.nn against its twin of torch.nn: what works as there, in each dtype and mode.

A cell counts the dtypes (float32, float64, bfloat16, float16, autocast) and modes (train,
eval) in which the layer works as its twin; below the table stands what does not.  The
columns: forward and gradients; state_dicts exchanged both ways; copy.deepcopy; pickle;
torch.compile; torch.save and torch.load with weights_only; torch.func.functional_call;
DistributedDataParallel with gloo in two processes.
"""
import functools

from tests.benchmarks.cases import Case
from tests.nn.parity import LAYERS, settings
from tests.nn.parity_abilities import ABILITIES, fault
from tests.nn.parity_processes import data_parallel_faults


@functools.cache
def faults():
    """Return a dict from (Setting, ability) to "" or the line that says what differs."""
    in_two_processes = data_parallel_faults()
    return {(setting, name): fault(ability, setting) if ability else in_two_processes[setting]
            for setting in settings() for name, ability in ABILITIES.items()}


def count(layer, ability):
    """Return how many settings of a layer have an ability, as text.

    >>> count("ReLU", "grads")
    '10/10'
    """
    cells = [text for (setting, name), text in faults().items() if (setting.layer, name) == (layer, ability)]
    return f"{cells.count('')}/{len(cells)}"


def measure():
    """Return (how many cells work as in torch, the reason for no ratio)."""
    return f"{list(faults().values()).count(''):,} of {len(faults()):,} cells", "not timed"


def cases():
    """Yield the one Case."""
    yield Case(f"layers and losses, {len(ABILITIES)} things to do with each", "torch.nn", measure)


def main():
    """Print one row per layer, then one line per fault."""
    widths = {name: max(len(name), len("10/10")) for name in ABILITIES}
    print(f"{'layer':<17}", *(f"{name:>{width}}" for name, width in widths.items()))
    for layer in LAYERS:
        print(f"{layer:<17}", *(f"{count(layer, name):>{width}}" for name, width in widths.items()))
    print(f"\n{measure()[0]} work as in torch")
    for (setting, name), text in faults().items():
        if text:
            print(f"{'-'.join(setting)}, {name}: {text}"[:80])
