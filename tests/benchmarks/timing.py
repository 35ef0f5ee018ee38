"""CPU times of several contenders, measured in rounds; a round runs each contender once."""
import importlib.metadata
import os
import platform
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import NamedTuple

from tests.benchmarks.cases import PACKAGES


def machine():
    """Return one line with the processor, Python and the versions of the installed packages."""
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
    """The times and the results of the contenders.

    seconds: dict from contender to a list with the CPU seconds per call, one per round.
    results: dict from contender to the return value of its warm-up call.
    """

    seconds: dict
    results: dict

    def ratio(self, name, peer):
        """Return the median over the rounds of the time of `name` divided by the time of `peer`."""
        return statistics.median(ours / theirs for ours, theirs in zip(self.seconds[name], self.seconds[peer]))

    def milliseconds(self, *names):
        """Return the median time per call of the named contenders, by default of all."""
        return [1000 * statistics.median(self.seconds[name]) for name in names or self.seconds]


def interleaved(contenders, rounds, calls=1):
    """Return the Timed of a dict from name to a function without arguments, after one warm-up call of each."""
    results = {name: function() for name, function in contenders.items()}
    seconds = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, function in contenders.items():
            start = time.process_time()
            for _ in range(calls):
                function()
            seconds[name].append((time.process_time() - start) / calls)
    return Timed(seconds, results)


def seconds(function):
    """Return the CPU time of a call."""
    start = time.process_time()
    function()
    return time.process_time() - start


def resident(field="VmRSS"):
    """Return a field of the process's memory, in MiB."""
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith(f"{field}:"))


def in_a_process(function, *arguments):
    """Return the result of a call in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()
