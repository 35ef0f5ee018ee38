"""How the benchmarks measure: CPU time, rounds in which every contender runs once, medians of ratios."""
import importlib.metadata
import platform
import statistics
import time


def machine():
    """Return one line on processor, Python and library versions."""
    try:
        with open("/proc/cpuinfo") as file:
            processor = next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        processor = platform.processor() or platform.machine()
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("numpy", "torch", "scikit-learn"))
    return f"{processor}, one thread; Python {platform.python_version()}, {versions}"


def interleaved(contenders, rounds, calls=1):
    """Return a dict from name to the CPU seconds of one call, one for each round.

    contenders: dict from name to a function without arguments.  One round that is
        not counted warms up.
    """
    seconds = {name: [] for name in contenders}
    for counted in [False] + [True] * rounds:
        for name, function in contenders.items():
            start = time.process_time()
            for _ in range(calls):
                function()
            if counted:
                seconds[name].append((time.process_time() - start) / calls)
    return seconds


def ratio(seconds, name, peer):
    """Return the median over the rounds of name's time over peer's."""
    return statistics.median(ours / theirs for ours, theirs in zip(seconds[name], seconds[peer]))


def milliseconds(seconds, name):
    """Return the median time of one call."""
    return 1000 * statistics.median(seconds[name])
