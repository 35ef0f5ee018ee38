"""The common part of the homeworks' command lines. It does not import torch, so --help is fast."""
import argparse
import sys
import textwrap
from collections.abc import Callable
from importlib import metadata


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


def parser(name: str, description: str, examples: dict[str, str]) -> argparse.ArgumentParser:
    """Return the parser of `python -m name`, with --version; examples: dict from arguments to what they do."""
    width = max(map(len, examples))
    lines = [f"  python -m {name} {example:<{width}}  {text}" for example, text in examples.items()]
    result = argparse.ArgumentParser(
        prog=f"python -m {name}", description=textwrap.fill(description, 80),
        epilog="\n".join(["examples:", *lines]), formatter_class=argparse.RawDescriptionHelpFormatter)
    result.add_argument("--version", action="version", version=f"minidl {version()}")
    return result


def version() -> str:
    """Return the installed version of minidl."""
    try:
        return metadata.version("minidl")
    except metadata.PackageNotFoundError:
        return "unknown: not installed"


def run(name: str, call: Callable[[], int | None],
        stopped: str = "stopped; run the same command again to continue") -> None:
    """Call `call`; if it fails, end the process with one line.

    The exit code is 2 for a mistake in the input (ValueError, OSError), 1 for numbers that
    are not finite (ArithmeticError), 130 for Ctrl-C, which prints the line `stopped`;
    otherwise it is what `call` returns.
    """
    if hasattr(sys.stdout, "reconfigure"):
        # rows appear at once, also in a pipe; a character that the terminal cannot show becomes "?"
        sys.stdout.reconfigure(line_buffering=True, errors="replace")
    try:
        code = call()
    except (ValueError, OSError) as error:
        code = _fail(name, error, 2)
    except ArithmeticError as error:
        code = _fail(name, error, 1)
    except KeyboardInterrupt:
        code = _fail(name, stopped, 130)
    if code:
        sys.exit(code)


def _fail(name: str, error: Exception | str, code: int) -> int:
    print(f"{name}: error: {error}", file=sys.stderr)
    return code
