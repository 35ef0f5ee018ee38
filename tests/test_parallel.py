"""Independent tasks: the same results in one process and in several, also if a worker dies."""
import os
import signal
import time
from functools import partial
from pathlib import Path

import pytest

from minidl.parallel import Workers, run_tasks


def square(task, tick):
    """Return the task's square; later tasks take less time."""
    time.sleep(0.05 * (3 - task % 4))
    tick()
    return task * task


def fail(task, tick):
    if task == 1:
        raise ValueError(f"task: must not be 1, got {task}")
    return task


def die(folder, times, task, tick):
    """Kill the process that computes task 1, `times` times, as the system does if memory runs out."""
    deaths = len(list(Path(folder).glob("death*")))
    if task == 1 and deaths < times:
        (Path(folder) / f"death{deaths}").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    tick()
    return task


@pytest.mark.parametrize("jobs", [1, 2, 3, 9])
def test_results_come_in_the_order_of_the_tasks(jobs):
    assert list(run_tasks(square, range(6), jobs=jobs, total=6, unit="task")) == [0, 1, 4, 9, 16, 25]


def test_without_tasks_there_are_no_results():
    assert list(run_tasks(square, [], jobs=2, total=0, unit="task")) == []


@pytest.mark.parametrize("jobs", [1, 2, 9])
def test_results_of_several_series_can_be_taken_in_any_order(jobs):
    with Workers(jobs, unit="task") as workers:
        first, second = (workers.map(square, numbers, total=3) for numbers in ([1, 2, 3], [4, 5, 6]))
        assert [next(second), *first, *second] == [16, 1, 4, 9, 25, 36]


def meet(folder, wanted, task, tick):
    """Return how many tasks have begun, a moment after the wanted number have."""
    (Path(folder) / str(task)).touch()
    deadline = time.monotonic() + 20
    while len(list(Path(folder).iterdir())) < wanted and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.3)
    return len(list(Path(folder).iterdir()))


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_as_many_tasks_begin_as_processes_are_allowed(tmp_path, jobs):
    with Workers(jobs, unit="task") as workers:
        assert next(workers.map(partial(meet, tmp_path, jobs), range(5), total=5)) == jobs


def test_a_free_process_takes_the_first_task_of_the_next_series(tmp_path):
    with Workers(2, unit="task") as workers:
        first, second = (workers.map(partial(meet, tmp_path, 2), [number], total=1) for number in (1, 2))
        assert (*first, *second) == (2, 2)


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_reaches_the_caller_after_the_results_before_it(jobs):
    results = run_tasks(fail, range(3), jobs=jobs, total=3, unit="task")
    assert next(results) == 0
    with pytest.raises(ValueError, match="must not be 1"):
        list(results)


class TwoArguments(Exception):
    """An error that pickle cannot make again."""

    def __init__(self, first, second):
        super().__init__(f"{first} and {second}")


def fail_with_two_arguments(task, tick):
    raise TwoArguments(1, 2)


def test_an_error_that_cannot_be_sent_arrives_by_its_first_line():
    with pytest.raises(RuntimeError, match="TwoArguments: 1 and 2"):
        list(run_tasks(fail_with_two_arguments, range(2), jobs=2, total=2, unit="task"))


def test_a_task_whose_worker_is_killed_is_computed_again(tmp_path):
    assert list(run_tasks(partial(die, tmp_path, 1), range(4), jobs=2, total=4, unit="task")) == [0, 1, 2, 3]
    assert len(list(tmp_path.iterdir())) == 1


def test_a_second_death_ends_the_run_with_one_line_and_no_hang(tmp_path):
    started = time.monotonic()
    with pytest.raises(OSError, match=r"killed 2 times \(exit code -9\), perhaps because memory ran out"):
        list(run_tasks(partial(die, tmp_path, 9), range(4), jobs=2, total=4, unit="task"))
    assert len(list(tmp_path.iterdir())) == 2
    assert time.monotonic() - started < 30, "it must not wait for a dead worker"


def wait_forever(folder, task, tick):
    (Path(folder) / str(os.getpid())).touch()
    time.sleep(600)


def test_workers_end_if_the_caller_closes_the_results(tmp_path):
    results = run_tasks(partial(first_only, tmp_path), range(3), jobs=3, total=3, unit="task")
    assert next(results) == 0
    workers = [int(file.name) for file in tmp_path.iterdir()]
    results.close()
    for worker in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)


def first_only(folder, task, tick):
    """Return task 0 as soon as the other workers have started; never return the other tasks."""
    while task == 0 and len(list(Path(folder).iterdir())) < 2:
        time.sleep(0.01)
    return task if task == 0 else wait_forever(folder, task, tick)
