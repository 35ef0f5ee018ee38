"""How the benchmarks measure: CPU time, rounds in which every contender runs once, medians of ratios."""
import importlib.metadata
import os
import platform
import statistics
import time
from typing import NamedTuple

from tests.benchmarks.cases import PACKAGES


def machine():
    """Return one line on processor, Python and the versions of those packages that are installed."""
    try:
        with open("/proc/cpuinfo") as file:
            processor = next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        processor = platform.processor() or platform.machine()
    versions = [f"Python {platform.python_version()}"]
    for name in PACKAGES.values():
        try:
            versions.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            pass
    return f"{processor}, one thread of {os.cpu_count()}; {', '.join(versions)}"


class Timed(NamedTuple):
    """What was measured.

    seconds: dict from contender to the CPU seconds of one call, one for each round.
    results: dict from contender to what it returned when it warmed up.
    """

    seconds: dict
    results: dict

    def ratio(self, name, peer):
        """Return the median over the rounds of name's time over peer's."""
        return statistics.median(ours / theirs for ours, theirs in zip(self.seconds[name], self.seconds[peer]))

    def milliseconds(self, *names):
        """Return the median time of one call of each of the contenders, of all where none is named."""
        return [1000 * statistics.median(self.seconds[name]) for name in names or self.seconds]


def interleaved(contenders, rounds, calls=1):
    """Return the Timed of a dict from name to a function without arguments; one call of each, not counted, warms up."""
    results = {name: function() for name, function in contenders.items()}
    seconds = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, function in contenders.items():
            start = time.process_time()
            for _ in range(calls):
                function()
            seconds[name].append((time.process_time() - start) / calls)
    return Timed(seconds, results)
