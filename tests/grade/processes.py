"""The graded file in processes of its own: what it does there hurts neither the grader nor the other pieces.

The main process forks a host.  The host runs the file once, then forks a process per piece, two at a time, and
sends each Verdict to the main process.  A process that does not end is killed.  Its output goes nowhere, its
input is empty, and it has no network.
"""
import multiprocessing
import os
import random
import signal
import time
from collections import deque
from contextlib import suppress
from multiprocessing.connection import wait

import numpy as np
import torch

from minidl.errors import first_line
from minidl.parallel import end_with
from tests.grade.isolation import described, isolate, load, reason_of
from tests.grade.judge import judge
from tests.grade.piece import Verdict
from tests.grade.strict import PROMISES

LOAD_SECONDS = 20.0
PIECE_SECONDS = 25.0
GRACE_SECONDS = 2.0  # the host kills its own children; the main process waits this much longer for it
FORK = multiprocessing.get_context("fork")


def verdicts(path, pieces, strict=False):
    """Yield a list of Verdicts per piece, in the order of the pieces, as soon as each is known."""
    receiver, sender = FORK.Pipe(duplex=False)
    host = FORK.Process(target=run_host, args=(path, pieces, strict, sender))
    host.start()
    sender.close()
    known, reason = {}, ""
    try:
        limit = LOAD_SECONDS
        for number, piece in enumerate(pieces):
            while number not in known and not reason:
                message, reason = received(receiver, host, limit)
                known.update(message)
                limit = PIECE_SECONDS + GRACE_SECONDS
            yield known.get(number) or [Verdict(piece.name, "ERROR", reason)]
    finally:
        with suppress(ProcessLookupError):  # the file's own processes too
            os.killpg(host.pid, signal.SIGKILL)
        host.kill()
        host.join()


def received(receiver, host, seconds):
    """Return (dict from the number of a piece to its Verdicts, ""), or ({}, reason) if the host sends nothing more."""
    if not receiver.poll(seconds):
        return {}, f"the file does not end within {seconds:g} s; put what runs under if __name__ == '__main__'"
    try:
        return receiver.recv(), ""
    except EOFError:
        host.join()
        return {}, f"the file {ending(host.exitcode)}"


def ending(exit_code):
    """Return what happened to a process that ended early.

    >>> ending(-11), ending(3)
    ('ends its process by SIGSEGV', 'ends its process with exit code 3')
    """
    if exit_code is not None and exit_code < 0:
        return f"ends its process by {signal.Signals(-exit_code).name}"
    return f"ends its process with exit code {exit_code}"


def run_host(path, pieces, strict, sender):
    """Run the file, then judge its pieces; send dicts from the number of a piece to its list of Verdicts."""
    torch.set_num_threads(1)
    os.setsid()  # the main process ends this group as a whole
    isolate()
    end_with(os.getppid())
    try:
        module = load(path)
    except BaseException as error:  # the file may even call sys.exit
        reason = reason_of(error, path)
        sender.send({number: [Verdict(piece.name, "ERROR", reason)] for number, piece in enumerate(pieces)})
        os._exit(0)
    for piece in pieces:
        piece.prepare()  # once, before the processes fork
    sender.send({})  # the file has been run
    waiting, running = deque(enumerate(pieces)), {}
    while waiting or running:
        while waiting and len(running) < 2:
            number, piece = waiting.popleft()
            child = Child(piece, module, strict)
            running[child.receiver] = (number, child)
        first_deadline = min(child.deadline for _, child in running.values())
        ready = wait(list(running), timeout=max(0.0, first_deadline - time.monotonic()))
        for receiver in ready or [key for key, (_, child) in running.items() if time.monotonic() >= child.deadline]:
            number, child = running.pop(receiver)
            sender.send({number: child.finish()})
    os._exit(0)


class Child:
    """A process that judges one piece."""

    def __init__(self, piece, module, strict):
        self.piece, self.started = piece, time.monotonic()
        self.deadline = self.started + PIECE_SECONDS
        self.receiver, sender = FORK.Pipe(duplex=False)
        self.process = FORK.Process(target=run_piece, args=(piece, module, strict, sender))
        self.process.start()
        sender.close()

    def finish(self):
        """Return the Verdicts, or a verdict on a process that crashed or did not end."""
        try:
            found = self.receiver.recv() if self.receiver.poll() else None
            note = f"does not end within {PIECE_SECONDS:g} s"
        except EOFError:
            self.process.join()
            found, note = None, ending(self.process.exitcode)
        except Exception as error:  # an object that cannot be unpickled
            found, note = None, f"returns what cannot be read: {described(error)}"
        self.process.kill()
        self.process.join()
        seconds = time.monotonic() - self.started
        return [verdict._replace(seconds=seconds) for verdict in found or [Verdict(self.piece.name, "WRONG", note)]]


def run_piece(piece, module, strict, sender):
    """Judge one piece and send its Verdicts."""
    end_with(os.getppid())
    try:
        implementation = getattr(module, piece.name, None)
        sender.send([Verdict(piece.name, "missing", hint(piece.name, module))] if implementation is None
                    else piece_verdicts(piece, implementation, strict))
    except Exception as error:  # a fault of the grader
        sender.send([Verdict(piece.name, "ERROR", f"the grader fails at {piece.name}: {described(error)}")])
    os._exit(0)


def hint(name, module):
    """Return which function or class of the file may be the piece under another name; "" if there is none.

    >>> hint("exp_cos", type("File", (), {"MyExpCos": int, "exp": abs}))
    'MyExpCos in the file looks like it; if it is, add: exp_cos = MyExpCos'
    """
    similar = [other for other, value in vars(module).items() if callable(value) and plain(name) in plain(other)]
    return f"{similar[0]} in the file looks like it; if it is, add: {name} = {similar[0]}" if similar else ""


def plain(name):
    """Return a name without capitals and underscores."""
    return name.replace("_", "").lower()


def piece_verdicts(piece, implementation, strict):
    """Return the Verdict on an implementation, and with `strict` those on minidl's own contract."""
    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)
    verdict = judge(piece, implementation)
    promises = PROMISES.get(piece.name, {}) if strict and verdict.verdict != "missing" else {}
    return [verdict, *(strict_verdict(piece.name, *promise, implementation) for promise in promises.items())]


def strict_verdict(name, promise, check, implementation):
    """Return the Verdict on a promise of minidl's own contract."""
    try:
        check(implementation)
    except BaseException as error:
        return Verdict(name, "strict no", f"{promise}: {first_line(error)}")
    return Verdict(name, "strict yes", promise)
