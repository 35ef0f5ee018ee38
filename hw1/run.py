"""Train HW1's experiments: python -m hw1.run --exp 3"""
import os
from pathlib import Path

from hw1.experiments import EXPERIMENTS
from minidl import command
from minidl.command import at_least
from minidl.sentences import LANGUAGES


def parser():
    """Return the argument parser. This module imports torch only in functions, so that --help is fast."""
    titles = ", ".join(f"{number} {experiment.title}" for number, experiment in EXPERIMENTS.items())
    result = command.parser(
        "hw1.run", f"Should this client get a loan?  Experiments on tabular data: {titles}.",
        {"--exp 3": "on 4,454 clients that come with hw1",
         "--exp all --data loan": "on the course's data, with report.md",
         "--exp 1 --data my.csv --target y": "on a table of your own"})
    add = result.add_argument
    add("--exp", required=True, choices=[*map(str, EXPERIMENTS), "all"], help="the experiment; all writes report.md")
    add("--data", default="credit", metavar="WHAT",
        help="credit (the default): 4,454 clients, shipped with hw1; loan: the course's data, downloaded once; a "
             "folder with loan_train.csv and loan_test.csv; or a CSV file, which is split by --seed")
    add("--train", metavar="FILE", help="CSV file to train on, with --test")
    add("--test", metavar="FILE", help="CSV file to test on")
    add("--target", metavar="COLUMN", help="what to predict, in your own files: a column of two values")
    add("--positive", metavar="VALUE", help="the target's value that counts as 1; default: the greater of the two")
    for name, text in (("id", "a column that is not a feature"),
                       ("keep", "a column that is a feature, though it looks like an id or free text"),
                       ("category", "a column whose numbers are names of groups")):
        add(f"--{name}", action="append", default=[], metavar="COLUMN", help=f"{text}; may be repeated")
    add("--drop-missing-target", action="store_true", help="leave out the rows that have no target")
    add("--encoding", metavar="NAME", help="of your own files, such as cp1251; default: UTF-8, or as they are marked")
    add("--numeric", choices=["standard", "piecewise"], default="standard",
        help="encoding of numbers; default standard")
    for name, kind, text in (("lr", float, "learning rate"), ("batch-size", at_least(1), "rows per step"),
                             ("dropout", float, "probability p"), ("weight-decay", float, "lambda")):
        add(f"--{name}", type=kind, metavar="X", help=f"{text}; replaces the experiment's value, and is not searched")
    add("--epochs", type=at_least(1), metavar="N", help="passes over the training data; default 10")
    add("--seed", type=at_least(0), default=0, metavar="N", help="same seed, same numbers; default 0")
    add("--seeds", type=at_least(1), default=1, metavar="N",
        help="train N times, with seeds from --seed on; tables and curves show mean and deviation; default 1")
    add("--jobs", type=at_least(1), default=os.cpu_count(), metavar="N",
        help="number of training processes; default: the number of cores")
    add("--fresh", action="store_true", help="train finished runs again")
    add("--device", default="cpu", help="cpu (the default), cuda or cuda:N")
    add("--lang", choices=LANGUAGES, default="en", help="language of report.md; default en")
    add("--out", type=Path, default=Path("runs"), metavar="DIR", help="results go to DIR/hw1/exp1 ...; default runs")
    return result


def main(arguments=None):
    """Run the command line; an invalid argument ends it with one line and exit code 2."""
    options = parser().parse_args(arguments)

    def call():
        from hw1.steps import run
        return run(options)

    command.run("hw1.run", call, loading="torch")


if __name__ == "__main__":
    main()
