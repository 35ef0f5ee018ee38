"""Damage one kept file, use it again, and judge what follows."""
import contextlib
import io
import json
import re
import shutil

from tests.damages import BYTES

SAYS = re.compile(r"damaged|has changed|missing|other settings|must be|must have")
SHAPE = "wrong shape"  # a damage with right checksums


class Pristine:
    """The undamaged files of a kind, those of another run, and the numbers that follow from the first."""

    def __init__(self, kind, folder):
        self.kind, self.whole, self.other, self.copy = kind, folder / "whole", folder / "other", folder / "copy"
        for place, seed in ((self.whole, 0), (self.other, 1)):
            place.mkdir(parents=True)
            quietly(kind.make, place, seed)
        code, self.numbers, _, error = self.use()
        assert not code, error

    def damages(self):
        """Return the names of the damages that can be done to this kind."""
        return [*BYTES, *([SHAPE] if self.kind.reshape else [])]

    def use(self, damage=lambda folder: None):
        """Copy the files, damage the copy, and use it; return (exit code, numbers, what was printed, the errors)."""
        shutil.rmtree(self.copy, ignore_errors=True)
        shutil.copytree(self.whole, self.copy)
        damage(self.copy)
        code, numbers, printed, error = quietly(self.kind.use, self.copy)
        return code, printed.split("\n\n", 1)[-1] if numbers is None else numbers, printed, error

    def fault(self, name, rng):
        """Do a damage at random; return what is wrong with the reaction, in words, or None."""
        harmless = []

        def damage(folder):
            files = sorted(folder.glob(self.kind.file))
            number = rng.randrange(len(files))
            if name == SHAPE:
                self.kind.reshape(files[number], rng)
                return
            before, other = files[number].read_bytes(), sorted(self.other.glob(self.kind.file))[number].read_bytes()
            after = BYTES[name](before, rng, other)
            if after is None:
                files[number].unlink()
            else:
                files[number].write_bytes(after)
            harmless.append(after is None or same_data(before, after))

        try:
            return self.judged(*self.use(damage), harmless == [True])
        except Exception as error:
            return f"{type(error).__name__}: {error}"

    def judged(self, code, numbers, printed, error, harmless):
        """Return what is wrong with a reaction: it must be the same numbers, and a line; or exit code 2, with one line.

        harmless: the file is absent, or says the same as before.
        """
        if code:
            lines = [line for line in error.splitlines() if line and not line.startswith(("loading ", "Loading "))]
            return None if code == 2 and len(lines) == 1 else f"exit code {code}, {lines}"
        says = SAYS.search(printed)
        if numbers != self.numbers and not (says and numbers == self.kind.without):
            return "other numbers"
        return None if says or harmless or self.kind.rewritten else "no line says so"


def same_data(before, after):
    """Return whether two contents are the same, or the same JSON."""
    with contextlib.suppress(ValueError, RecursionError):
        return before == after or json.loads(before) == json.loads(after)
    return False


def quietly(call, *arguments):
    """Return (exit code, what the call returns, what it printed, and printed to standard error)."""
    result, code, out, err = None, 0, io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            result = call(*arguments)
        except SystemExit as stop:
            code = stop.code
    return code, result, out.getvalue(), err.getvalue()
