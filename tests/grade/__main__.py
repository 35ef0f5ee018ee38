"""Grade an implementation: python -m tests.grade my.py [PIECE ...]

Judge the pieces in a Python file, each by what its assignment demands.  Their names say which pieces there are; `from
hw4 import MyRMSNorm as RMSNorm` is enough.  minidl in place of a file grades minidl.  Exit code: 0; 1 if a piece is
wrong; 2 if the file cannot be run, or for a mistake in the arguments.
"""
import json
import sys
from collections import Counter
from pathlib import Path

from minidl.command import Parser
from minidl.files import write_text
from tests.grade import reference
from tests.grade.pieces import PIECES
from tests.grade.processes import verdicts
from tests.grade.skeleton import skeleton

ORDER = ("right", "reading", "WRONG", "ERROR", "missing")


def parser():
    """Return the command line's parser."""
    result = Parser(prog="python -m tests.grade", description=__doc__.split("\n\n")[1])
    result.add_argument("file", nargs="?", help="the Python file to grade, or minidl")
    result.add_argument("pieces", nargs="*", metavar="PIECE", help=f"one of {', '.join(PIECES)}; default: all")
    result.add_argument("--skeleton", action="store_true",
                        help="print a file with the signature, docstring and example of each piece, and no bodies")
    result.add_argument("--json", type=Path, metavar="FILE", help="write the verdicts to a file too")
    result.add_argument("--strict", action="store_true",
                        help="add lines on minidl's own stricter contract; they do not count")
    return result


def main(arguments=None):
    """Run the command; return the exit code."""
    command = parser()
    options = command.parse_args(arguments)
    names = options.pieces
    if options.skeleton:
        names = [name for name in (options.file, *names) if name]
    for name in names:
        if name not in PIECES:
            command.error(f"PIECE: must be one of {', '.join(PIECES)}, got {name!r}")
    pieces = [PIECES[name] for name in names or PIECES]
    if options.skeleton:
        print(skeleton([piece.name for piece in pieces]))
        return 0
    if options.file is None:
        command.error("FILE: must be a Python file, or minidl; --skeleton writes one to begin with")
    path = Path(reference.__file__ if options.file == "minidl" else options.file)
    if not path.is_file():
        command.error(f"FILE: must be a Python file, or minidl, got {options.file!r}")
    try:
        if options.json:
            write_text(options.json, "[]\n")  # fails now if it cannot be written
        return grade(path, pieces, options)
    except OSError as error:
        command.error(f"--json: must be a file that can be written, got {error}")


def grade(path, pieces, options):
    """Print a line per Verdict as it comes, then their counts; return the exit code.

    An error of the file is that of all pieces that are not judged yet: it has one line.
    """
    print(f"grading {path.name} ...", file=sys.stderr, flush=True)  # the first verdict takes seconds
    width, all_verdicts, errors = max(len(piece.name) for piece in pieces), [], set()
    for of_piece in verdicts(path, pieces, options.strict):
        for verdict in of_piece:
            if verdict.verdict != "ERROR":
                print(f"{verdict.piece:{width}}  {verdict.verdict:10}  {verdict.note}".rstrip(), flush=True)
            elif verdict.note not in errors:
                print(f"{path.name:{width}}  {verdict.verdict:10}  {verdict.note}", flush=True)
                errors.add(verdict.note)
        all_verdicts += of_piece
        if options.json:
            write_text(options.json, json.dumps([as_dict(verdict) for verdict in all_verdicts], indent=1) + "\n")
    counts = Counter(verdict.verdict for verdict in all_verdicts)
    print(", ".join(f"{counts[kind]} {kind}" for kind in ORDER if counts[kind]))
    return 2 if counts["ERROR"] else int(counts["WRONG"] > 0)


def as_dict(verdict):
    """Return a Verdict as a dict for JSON."""
    example = verdict.counterexample
    if example is not None:
        example = {"case": example.case, "got": getattr(example.got, "text", example.got),
                   "expected": example.expected}
    return {**verdict._asdict(), "counterexample": example, "seconds": round(verdict.seconds, 3)}


if __name__ == "__main__":
    sys.exit(main())
