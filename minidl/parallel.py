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
from multiprocessing import connection
from typing import Any, TypeVar

from tqdm import tqdm

from minidl.errors import first_line

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
    with tqdm(total=total, unit=unit, leave=False, disable=None) as bar:
        if min(jobs, len(tasks)) <= 1:
            for task in tasks:
                result = function(task, bar.update)
                bar.clear()
                yield result
            return
        done: dict[int, Result] = {}
        next_number = 0
        for number, result in _in_processes(function, tasks, jobs, bar):
            done[number] = result
            while next_number in done:
                bar.clear()
                yield done.pop(next_number)
                next_number += 1


def _in_processes(function: Callable[[Task, Tick], Result], tasks: Sequence[Task], jobs: int, bar: Any
                  ) -> Iterator[tuple[int, Result]]:
    """Yield (number, result) of each task as it is done."""
    # a forked process shares the data of its parent; a spawned process receives a copy
    context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    counters = context.RawArray("q", len(tasks))
    waiting = deque((number, 1) for number in range(len(tasks)))
    running: dict[Any, tuple[int, int, Any]] = {}  # from a pipe to (number, attempt, process)
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                number, attempt = waiting.popleft()
                receiver, sender = context.Pipe(duplex=False)
                process = context.Process(target=_work, args=(function, tasks[number], counters, number, sender,
                                                              os.getpid()))
                process.start()
                sender.close()  # now only the worker can send: if it dies, recv raises EOFError
                running[receiver] = number, attempt, process
            ready: list[Any] = connection.wait(list(running), timeout=POLL)
            for receiver in ready:
                number, attempt, process = running.pop(receiver)
                with receiver:
                    try:
                        result, error = receiver.recv()
                    except (EOFError, OSError):
                        process.join()
                        counters[number] = 0
                        waiting.appendleft((number, _next_attempt(attempt, process.exitcode)))
                        continue
                process.join()
                if error:
                    raise error
                yield number, result
            bar.update(sum(counters) - bar.n)
    finally:
        for _, _, process in running.values():
            process.kill()
            process.join()


def _next_attempt(attempt: int, exit_code: int) -> int:
    if attempt == ATTEMPTS:
        raise OSError(f"a worker process was killed {ATTEMPTS} times (exit code {exit_code}), perhaps because memory "
                      "ran out; run the same command again to continue; --jobs 1 needs the least memory")
    return attempt + 1


def _work(function: Callable[[Task, Tick], Result], task: Task, counters: Any, number: int, sender: Any, parent: int
          ) -> None:
    """Compute one task in a worker process, and send (result, None), or (None, error)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # only the parent handles Ctrl-C
    end_with(parent)

    def tick() -> None:
        counters[number] += 1

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
