"""Train HW1's experiments: python -m hw1.run --exp 3"""
import argparse
import sys
from pathlib import Path


def parser():
    """Return the argument parser; nothing here imports torch, so that --help answers at once."""
    result = argparse.ArgumentParser(
        prog="python -m hw1.run", formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        description="May this client be given a loan?  Five experiments on tabular data: 1 simple, 2 bigger, "
                    "3 skip connections and batch norm, 4 dropout, 5 weight decay and learning rate.")
    result.add_argument("--exp", required=True, choices=[*"12345", "all"], help="which experiment")
    result.add_argument("--data", default="credit", metavar="DIR",
                        help="credit: 4,454 clients, shipped with hw1; or a folder with loan_train.csv, loan_test.csv")
    result.add_argument("--epochs", type=at_least(1), default=10, metavar="N", help="passes over the training data")
    result.add_argument("--seed", type=at_least(0), default=0, metavar="N", help="same seed, same numbers")
    result.add_argument("--device", default="cpu", help="cpu, cuda or cuda:N")
    result.add_argument("--out", type=Path, default=Path("runs"), metavar="DIR", help="results go to DIR/hw1/exp1 ...")
    return result


def at_least(least):
    """Return a parser of whole numbers not below `least`."""
    def whole(text):
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if value < least:
            raise argparse.ArgumentTypeError(f"must be a whole number, at least {least}, got {text!r}")
        return value
    return whole


def main(arguments=None):
    """Run the command line; a mistake in it ends with one line and exit code 2."""
    options = parser().parse_args(arguments)
    sys.stdout.reconfigure(line_buffering=True)  # rows show as they come, through a pipe too
    from hw1.session import Session
    from minidl.training import DivergedError
    try:
        session = Session(options)
        numbers = range(1, 6) if options.exp == "all" else [int(options.exp)]
        for number in numbers:
            session.run(number)
        session.summary()
    except (ValueError, OSError) as error:
        sys.exit(_fail(error, 2))
    except DivergedError as error:
        sys.exit(_fail(error, 1))


def _fail(error, code):
    print(f"hw1.run: error: {error}", file=sys.stderr)
    return code


if __name__ == "__main__":
    main()
