"""Compare two results of HW1 on the same test rows: python -m hw1.compare runs runs/piecewise"""
from pathlib import Path

from minidl import command

SMALL_P = 0.001  # below it, three decimals do not tell a p-value from 0


def parser():
    """Return the argument parser."""
    result = command.parser(
        "hw1.compare", "The difference of test ROC-AUC, second folder minus first, for each experiment that both "
                       "have, by DeLong's paired test. Both must have the same test rows in the same order.",
        {"runs runs/piecewise": "piecewise against standardised numbers",
         "runs runs/seed1": "two results of your own"})
    result.add_argument("first", type=Path, metavar="FIRST", help="the folder that --out named")
    result.add_argument("second", type=Path, metavar="SECOND", help="another one")
    return result


def compare(first, second):
    """Print one row per experiment that has scores in both folders."""
    import numpy as np

    from minidl.metrics import delong_test
    from minidl.tables import print_table
    rows = []
    for path in sorted(first.glob("hw1/exp*/scores.csv")):
        other = second / path.relative_to(first)
        if other.exists():
            (target, score), (other_target, other_score) = map(read_scores, (path, other))
            if not np.array_equal(target, other_target):
                raise ValueError(f"{other}: must have the test rows of {path}, got others")
            test = delong_test(target, other_score, score)
            margin = 1.96 * test.standard_error
            rows.append([path.parent.name.removeprefix("exp"), test.difference, f"{test.difference - margin:+.4f}",
                         f"{test.difference + margin:+.4f}",
                         f"{test.p_value:.1e}" if test.p_value < SMALL_P else f"{test.p_value:.3f}"])
    if not rows:
        raise ValueError(f"{first}, {second}: must have scores of an experiment, hw1/expN/scores.csv, in both")
    print_table({"experiment": "<s", "difference": "+.4f", "95 % from": "s", "to": "s", "p": "s"}, rows)


def read_scores(path):
    """Return (target, score) of a scores.csv; raise ValueError if it or the result that it belongs to is damaged."""
    import numpy as np

    from minidl.errors import first_line
    from minidl.results import load_result

    def refuse(reason):
        raise ValueError(f"{reason}; the same call of hw1.run makes it again")

    load_result(path.with_name("result.json"), None, unusable=refuse)
    try:
        target, score = np.loadtxt(path, delimiter=",", skiprows=1, unpack=True, ndmin=2)
    except ValueError as error:
        raise ValueError(f"{path}: must have the columns target and score, got another file ({first_line(error)})"
                         ) from None
    return target, score


def main(arguments=None):
    """Run the command line; an invalid argument ends it with one line and exit code 2."""
    options = parser().parse_args(arguments)
    command.run("hw1.compare", lambda: compare(options.first, options.second))


if __name__ == "__main__":
    main()
