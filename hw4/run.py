"""Run HW4's tasks: python -m hw4.run --task 1"""
import importlib
import os
import time
from pathlib import Path

from minidl import command
from minidl.command import at_least
from minidl.sentences import LANGUAGES

TASKS = {1: "norms", 2: "functions", 3: "optimizers"}


def parser():
    """Return the argument parser."""
    result = command.parser(
        "hw4.run", "Pieces of a training framework: 1 RMSNorm, compared with torch's and inside a Qwen2 "
                   "model, 2 e^x + cos(y) as an autograd Function, 3 Lion against SGD and AdamW on HW1's experiment "
                   "3.",
        {"--task 1": "RMSNorm", "--task all --jobs 2": "all three; two processes train"})
    add = result.add_argument
    add("--task", required=True, choices=[*"123", "all"], help="the task")
    add("--seed", type=at_least(0), default=0, metavar="N", help="same seed, same numbers; default 0")
    add("--data", default="credit", metavar="WHAT", help="the data of task 3, as for hw1.run; default credit")
    add("--jobs", type=at_least(1), default=os.cpu_count(), metavar="N",
        help="number of training processes in task 3; default: the number of cores")
    add("--fresh", action="store_true", help="task 3: train finished runs again")
    add("--lang", choices=LANGUAGES, default="en", help="language of report.md; default en")
    add("--out", type=Path, default=Path("runs"), metavar="DIR", help="results go to DIR/hw4/task1 ...; default runs")
    return result


def run_task(number, options):
    """Run one task; write its numbers and pictures."""
    from hw4.report import depends
    from minidl.files import make_folder, write_json
    from minidl.plots import NO_MATPLOTLIB, have_matplotlib
    from minidl.results import save_result
    from minidl.terminal import wrapped
    folder, started = options.out / "hw4" / f"task{number}", time.perf_counter()
    make_folder(folder)
    task_options = {"data": options.data, "jobs": options.jobs, "fresh": options.fresh} if number == 3 else {}
    task = importlib.import_module(f"hw4.{TASKS[number]}")  # only the first task imports transformers
    numbers, pictures = task.run(options.seed, folder, **task_options)
    save_result(folder / "result.json", depends(number), numbers, {
        "numbers.json": lambda path: write_json(path, numbers)})
    written = ["numbers.json", "result.json"]
    if have_matplotlib():
        for name, draw in pictures.items():
            draw(folder / name)
            written.append(name)
    print(wrapped(f"\nwritten to {folder}: {', '.join(written)}; {time.perf_counter() - started:.1f}\u00a0s"))
    if not have_matplotlib():
        print(wrapped(NO_MATPLOTLIB))


def main(arguments=None):
    """Run the command line; an invalid argument ends it with one line and exit code 2."""
    options = parser().parse_args(arguments)

    def call():
        for number in (1, 2, 3) if options.task == "all" else [int(options.task)]:
            run_task(number, options)
        from hw4.report import write_report
        from minidl.terminal import wrapped
        write_report(options.out / "hw4", options.lang)
        print(wrapped(f"written to {options.out / 'hw4'}: report.md"))

    command.run("hw4.run", call, loading="torch")


if __name__ == "__main__":
    main()
