"""The common part of the homeworks' command lines. It does not import torch, so --help is fast."""
import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from importlib import metadata
from typing import Any, NoReturn

from minidl.terminal import printable, printable_or_bold, wrapped


def at_least(least: int) -> Callable[[str], int]:
    """Return a function that parses a whole number, at least `least`; it is an argument's `type`."""
    def whole_number(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if value < least:
            raise argparse.ArgumentTypeError(f"must be a whole number, at least {least}, got {text!r}")
        return value
    return whole_number


@contextlib.contextmanager
def naming_options(*arguments: str) -> Iterator[None]:
    """Name the option in a ValueError about one of these arguments: --batch-size in place of batch_size.

    >>> with naming_options("batch_size"):
    ...     raise ValueError("batch_size: must be at least 1, got 0")
    Traceback (most recent call last):
    ValueError: --batch-size: must be at least 1, got 0
    """
    try:
        yield
    except ValueError as error:
        name, _, rule = str(error).partition(":")
        if name not in arguments:
            raise
        raise ValueError(f"--{name.replace('_', '-')}:{rule}") from None


class Parser(argparse.ArgumentParser):
    """A parser that reports a mistake in one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        """End the process with exit code 2."""
        self.exit(2, printable(f"{self.prog.removeprefix('python -m ')}: error: {message}; see --help") + "\n")


def parser(name: str, description: str, examples: dict[str, str]) -> argparse.ArgumentParser:
    """Return the parser of `python -m name`, with --version; examples: dict from arguments to what they do."""
    lines = [f"  python -m {name} {example}".rstrip() + f"\n      {text}" for example, text in examples.items()]
    result = Parser(
        prog=f"python -m {name}", description=wrapped(description, ""),
        epilog="\n".join(["examples:", *lines]), formatter_class=argparse.RawDescriptionHelpFormatter)
    result.add_argument("--version", action="version", version=f"minidl {version()}")
    return result


def version() -> str:
    """Return the installed version of minidl."""
    try:
        return metadata.version("minidl")
    except metadata.PackageNotFoundError:
        return "unknown: not installed"


def utf8_text(text: str) -> str:
    """Return the text; it is the `type` of arguments that are texts, which must be UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:  # Python keeps other bytes of a command line as surrogates
        raise argparse.ArgumentTypeError(f"must be UTF-8 text, got {ascii(text)[:80]}") from None
    return text


class Output:
    """A stream that drops what is written after its reader has gone, as after `| head -3`.

    stream: None if it is closed: then everything is dropped.
    shown: a function that each text goes through.
    required: whether a text that cannot be written, as on a full disk, is an error.
    """

    def __init__(self, stream: Any, shown: Callable[[str], str] = str, *, required: bool = True) -> None:
        self.required = required
        self.stream = open(os.devnull, "w", encoding="utf-8") if stream is None else stream
        self.shown = shown

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def write(self, text: str) -> int:
        """Write text; return the number of its characters."""
        try:
            self.stream.write(self.shown(text))
        except OSError as error:
            self._drop(error)
        return len(text)

    def flush(self) -> None:
        """Write what is buffered."""
        try:
            self.stream.flush()
        except OSError as error:
            self._drop(error)

    def _drop(self, error: OSError) -> None:
        """Send everything to os.devnull from now on, also what is buffered; raise the error if it is one."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.stream.fileno())
        os.close(nowhere)
        if self.required and not isinstance(error, BrokenPipeError):
            raise error


def run(name: str, call: Callable[[], int | None],
        stopped: str = "stopped; run the same command again to continue", loading: str | None = None) -> None:
    """Call `call`; if it fails, end the process with one line.

    The exit code is 2 for a mistake in the input (ValueError, OSError), 1 for numbers that
    are not finite (ArithmeticError), 130 for Ctrl-C, after which the line `stopped` is printed;
    otherwise it is what `call` returns.  A reader of the output that goes away changes nothing.

    loading: a package whose import takes seconds: if it is not imported yet, one line says so.
    """
    if sys.stdin is None:  # closed: as if it were empty
        sys.stdin = open(os.devnull, encoding="utf-8")
    if hasattr(sys.stdout, "reconfigure"):
        # rows appear at once, also in a pipe; a character that the terminal cannot show becomes "?"
        sys.stdout.reconfigure(line_buffering=True, errors="replace")
    if not (sys.stderr and sys.stderr.isatty()):  # as ours: a file gets no progress bars of transformers
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    streams = sys.stdout, sys.stderr
    # standard error takes control characters, which tqdm's bars need
    sys.stdout, sys.stderr = Output(streams[0], printable_or_bold), Output(streams[1], required=False)
    try:
        if loading and loading not in sys.modules:
            print(f"loading {loading} ...", file=sys.stderr)
        code = call()
    except (ValueError, OSError) as error:
        code = _fail(f"{name}: error: {error}", 2)
    except ArithmeticError as error:
        code = _fail(f"{name}: error: {error}", 1)
    except KeyboardInterrupt:
        # a terminal shows ^C in the line where the cursor stood
        code = _fail(f"{chr(10) if sys.stderr.isatty() else ''}{name}: {stopped}", 130)
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
        sys.stdout, sys.stderr = streams
    if code:
        sys.exit(code)


def _fail(line: str, code: int) -> int:
    with contextlib.suppress(OSError):
        print(printable(line), file=sys.stderr)
    return code
