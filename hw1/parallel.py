"""Independent trials, in this process or in several, one thread each.

A trial's numbers come from its own seed alone, so that they do not depend on how
many processes there are, nor on which of them trains it.
"""
import multiprocessing
import os
import signal
import sys
import threading
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

import torch
from tqdm import tqdm

from hw1.trial import finished, run_trial


def run_trials(trials, features, *, jobs, on_epoch=None):
    """Yield the Run of every trial, in their order, each as soon as those before it have ended.

    Args:
        trials: list of hw1.trial.Trial; those whose results are on disk already are not run again.
        features: hw1.trial.Features that they all train on.
        jobs: how many processes may train at a time.
        on_epoch: called with each row of history, where one process trains one trial after another.
    """
    runs = {number: run for number, run in enumerate(map(finished, trials)) if run}
    waiting = [number for number in range(len(trials)) if number not in runs]
    rows = len(features.sets["train"][0])
    batches = sum(-(-rows // trials[number].settings.batch_size) * trials[number].settings.epochs for number in waiting)
    shown = 0
    with tqdm(total=batches, leave=False, disable=None, unit="batch") as bar:

        def ready():
            nonlocal shown
            while shown in runs:
                bar.clear()
                yield runs.pop(shown)
                shown += 1

        yield from ready()
        train = _in_processes if min(jobs, len(waiting)) > 1 else _one_by_one
        for number, run in train(trials, waiting, features, jobs, bar, on_epoch):
            runs[number] = run
            yield from ready()


def _one_by_one(trials, waiting, features, jobs, bar, on_epoch):
    def show(row):
        bar.clear()
        on_epoch(row)

    for number in waiting:
        yield number, run_trial(trials[number], features, on_batch=bar.update, on_epoch=on_epoch and show)


def _in_processes(trials, waiting, features, jobs, bar, on_epoch):
    # a forked process has the data already; elsewhere it starts anew and is sent them
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    batches, stop = context.Value("q", 0), context.Event()
    with ProcessPoolExecutor(min(jobs, len(waiting)), context, _start, (features, batches, stop, os.getpid())) as pool:
        numbers = {pool.submit(_run_here, trials[number]): number for number in waiting}
        try:
            while numbers:
                done, _ = wait(numbers, timeout=0.2, return_when=FIRST_COMPLETED)
                bar.update(batches.value - bar.n)
                for future in done:
                    yield numbers.pop(future), future.result()
        except BrokenProcessPool:
            raise OSError("a training process was killed, perhaps for want of memory; the same command "
                          "continues with what is finished, --jobs 1 takes the least memory") from None
        finally:
            if numbers:
                stop.set()  # whoever still trains is not wanted any more
            pool.shutdown(cancel_futures=True)


_here = {}  # what _start leaves for _run_here, in a training process


def _start(features, batches, stop, parent):
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent's to answer
    torch.set_num_threads(1)
    _here.update(features=features, batches=batches)
    threading.Thread(target=_leave_with, args=(stop, parent), daemon=True).start()


def _leave_with(stop, parent):
    """End this process when it is no longer wanted; a parent that was killed cannot say so."""
    while not stop.wait(0.5) and os.getppid() == parent:
        pass
    os._exit(1)


def _run_here(trial):
    def count():
        with _here["batches"].get_lock():
            _here["batches"].value += 1

    return run_trial(trial, _here["features"], on_batch=count)
