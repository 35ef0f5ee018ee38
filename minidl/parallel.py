"""Independent tasks, in this process or in several.

Each worker process computes one task and sends its result through a pipe of its own.
Nothing is locked and nothing is shared but one counter per task, which only that task's
worker writes, so a killed worker blocks no other process.  A worker whose parent has
ended ends too.
"""
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import connection
from typing import Any, TypeVar

from tqdm import tqdm

from minidl.checks import check_count
from minidl.errors import first_line
from minidl.memory import keep_freed_memory

Task = TypeVar("Task")
Result = TypeVar("Result")
Tick = Callable[[], object]  # counts one more unit of work
ATTEMPTS = 2  # at a task whose worker is killed
POLL = 0.2  # seconds between two updates of the progress bar


def run_tasks(function: Callable[[Task, Tick], Result], tasks: Sequence[Task], *, jobs: int, total: int, unit: str
              ) -> Iterator[Result]:
    """Yield function(task, tick) for every task, in order, each as soon as it and all before it are done.

    Args:
        function: calls tick() after each unit of its work.  With several jobs it must be picklable.
        jobs: how many processes may work at a time; with 1, or a single task, this process does the work.
        total, unit: the number of ticks of all tasks and the name of the unit, for the progress bar.

    Raises:
        OSError: the worker of a task was killed twice.
        Whatever `function` raises.
    """
    with Workers(max(1, min(jobs, len(tasks))), unit=unit) as workers:
        yield from workers.map(function, tasks, total)


@dataclass(eq=False)
class _Job:
    """A task: counter has the ticks so far; result or error is set when it is done."""

    function: Callable[[Any, Tick], Any]
    task: Any
    counter: Any
    attempt: int = 1
    process: Any = None
    done: bool = False
    result: Any = None
    error: Exception | None = None


class Workers:
    """At most `jobs` processes at a time, for several series of tasks; use it in a `with` statement.

    A task of a later series begins when all tasks of the earlier ones have begun and a process is free.
    Work goes on only while somebody waits for a result.  At the end of the `with` statement the
    processes that still work are killed.  With 1 job this process does the work, result by result.

    >>> def square(task, tick):
    ...     return task * task
    >>> with Workers(1, unit="task") as workers:
    ...     first, second = workers.map(square, [1, 2], total=2), workers.map(square, [3], total=1)
    ...     list(second), list(first)
    ([9], [1, 4])
    """

    def __init__(self, jobs: int, *, unit: str) -> None:
        check_count("jobs", jobs)
        self.jobs = jobs
        # a forked process shares the data of its parent; a spawned process receives a copy
        self._context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        self._counters: list[Any] = []
        self._waiting: deque[_Job] = deque()
        self._running: dict[Any, _Job] = {}  # by the pipe that brings the result
        self._bar = tqdm(total=0, unit=unit, leave=False, disable=None)

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *_: object) -> None:
        for job in self._running.values():
            job.process.kill()
            job.process.join()
        self._bar.close()

    def map(self, function: Callable[[Task, Tick], Result], tasks: Sequence[Task], total: int) -> Iterator[Result]:
        """Return an iterator over the results of one series of tasks; arguments and errors as for `run_tasks`."""
        self._bar.total += total
        if self.jobs == 1:
            return self._here(function, tasks)
        jobs = deque(_Job(function, task, self._context.RawValue("q", 0)) for task in tasks)
        self._counters += [job.counter for job in jobs]
        self._waiting += jobs
        self._start()
        return self._results(jobs)

    def _here(self, function: Callable[[Task, Tick], Result], tasks: Sequence[Task]) -> Iterator[Result]:
        for task in tasks:
            result = function(task, self._bar.update)
            self._bar.clear()
            yield result

    def _results(self, jobs: deque[_Job]) -> Iterator[Any]:
        while jobs:
            job = jobs.popleft()
            while not job.done:
                self._wait()
            if job.error:
                raise job.error
            self._bar.clear()
            yield job.result

    def _start(self) -> None:
        """Let a task begin in each free process."""
        while self._waiting and len(self._running) < self.jobs:
            job = self._waiting.popleft()
            receiver, sender = self._context.Pipe(duplex=False)
            job.process = self._context.Process(target=_work, args=(job.function, job.task, job.counter, sender,
                                                                    os.getpid()))
            job.process.start()
            sender.close()  # now only the worker can send: if it dies, recv raises EOFError
            self._running[receiver] = job

    def _wait(self) -> None:
        """Wait until a task is done, at most POLL seconds; its process takes the next one."""
        ready: list[Any] = connection.wait(list(self._running), timeout=POLL)
        for receiver in ready:
            job = self._running.pop(receiver)
            with receiver:
                try:
                    job.result, job.error = receiver.recv()
                    job.done = True
                except (EOFError, OSError):
                    job.process.join()
                    job.counter.value = 0
                    job.attempt = _next_attempt(job.attempt, job.process.exitcode)
                    self._waiting.appendleft(job)
            job.process.join()
        self._start()
        self._bar.update(sum(counter.value for counter in self._counters) - self._bar.n)


def _next_attempt(attempt: int, exit_code: int) -> int:
    if attempt == ATTEMPTS:
        raise OSError(f"a worker process was killed {ATTEMPTS} times (exit code {exit_code}), perhaps because memory "
                      "ran out; run the same command again to continue; --jobs 1 needs the least memory")
    return attempt + 1


def _work(function: Callable[[Task, Tick], Result], task: Task, counter: Any, sender: Any, parent: int) -> None:
    """Compute one task in a worker process, and send (result, None), or (None, error)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # only the parent handles Ctrl-C
    end_with(parent)
    keep_freed_memory()

    def tick() -> None:
        counter.value += 1

    try:
        message: tuple[Result | None, Exception | None] = function(task, tick), None
    except Exception as error:
        message = None, _sendable(error)
    with suppress(BrokenPipeError):
        sender.send(message)


def _sendable(error: Exception) -> Exception:
    """Return the error, or a RuntimeError with its first line if it cannot be sent to another process."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {first_line(error)}")
    return error


def end_with(parent: int) -> None:
    """End this process after its parent has ended, which a killed parent cannot do itself; return at once."""
    def wait() -> None:
        while os.getppid() == parent:
            time.sleep(POLL)
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
