"""report.md: the tables, pictures and answers of the tasks that have been run.

Everything is read from the results of the tasks, so each call adds its task to
those of earlier calls.  The sentences, in English and Russian, are in report.ini.
"""
from functools import partial
from pathlib import Path

import hw1
import hw2
import hw4
import minidl
from hw1.findings import p_equation, p_text
from hw4.functions import CHECKS
from hw4.optimizers import GRIDS
from hw4.partial import FEATURE_COUNTS, FEATURES, ROWS, expected_error
from minidl.checks import check_form, require
from minidl.files import write_text
from minidl.results import code_digest, load_result
from minidl.sentences import Sentences
from minidl.tables import markdown_table
from minidl.terminal import wrapped

SENTENCES = Path(__file__).with_name("report.ini")
LEVEL = 0.05  # a p-value below it is called significant
HALVES = ("bfloat16", "float16")
UNITS = {"float32": 2.0**-24, "float64": 2.0**-53}  # of rounding
MOST_UNITS = 100  # that sums over 896 features, in another order, may differ by
POINT = ("x", "y", "z", "dz/dx", "dz/dy")
# the forms of the tasks' numbers, for check_form
QWEN2_FORM = {"norms": int, "logits": float, "tokens": int, "equal tokens": int, "text": str}
NORM_FORM = {"seed": int, "differences": dict.fromkeys((*UNITS, *HALVES), [float, float, float]), "qwen2": QWEN2_FORM,
             "partial": dict.fromkeys(map(str, FEATURE_COUNTS), float)}
FUNCTION_FORM = {"seed": int, "points": [dict.fromkeys(POINT, float)], "largest difference": float,
                 "checks": dict.fromkeys(CHECKS, str)}
ROW_FORM = {"optimiser": str, "epoch": int, "best_epoch": int, **dict.fromkeys((
    "lr", "train_loss", "train_roc_auc", "test_loss", "test_roc_auc", "low", "high", "p"), float)}
OPTIMISERS_FORM = {"seed": int, "data": str, "optimisers": [ROW_FORM]}


def depends(number):
    """Return what a task's kept numbers must depend on to be in the report; the seed and the data are among them."""
    return {"task": number, "code": code_digest(minidl, hw1, hw2, hw4)}


def write_report(folder, language="en"):
    """Write report.md into the folder that has task1, task2, task3 or some of them; a damaged one is left out.

    language: of minidl.sentences.
    """
    say = Sentences(SENTENCES, language)
    sections = [say("title")]
    for number, section in SECTIONS.items():
        def leave_out(reason, number=number):
            print(wrapped(f"{reason}; the report leaves out task {number}: run --task {number} again"))

        task = folder / f"task{number}"
        paragraphs = load_result(task / "result.json", depends(number), read=partial(section, say),
                                 unusable=leave_out)
        if paragraphs:
            sections += paragraphs
            sections += [f"![{picture.stem}]({task.name}/{picture.name})" for picture in sorted(task.glob("*.png"))]
        elif paragraphs is None and (task / "numbers.json").exists() and not (task / "result.json").exists():
            leave_out(f"{task / 'result.json'}: missing")
    write_text(folder / "report.md", "\n\n".join(sections) + "\n")


def norm_section(say, numbers):
    """Return the paragraphs on task 1; say: the Sentences, here and below."""
    check_form(numbers, NORM_FORM)
    differences, model = numbers["differences"], numbers["qwen2"]
    table = markdown_table(say("norm columns").split(" | "), [
        [name, *(f"{value:.1e}" if value else "0" for value in values)] for name, values in differences.items()])
    errors = markdown_table(say("partial columns").split(" | "), [
        [k, f"{error:.3f}", f"{expected_error(int(k)):.3f}"] for k, error in numbers["partial"].items()])
    equal = [name for name in HALVES if differences[name][0] == 0]
    exact = " " + say("exact", formats=f" {say('and')} ".join(equal)) if equal else ""
    single, double = (max(differences[name]) for name in UNITS)
    units = {"single_units": single / UNITS["float32"], "double_units": double / UNITS["float64"]}
    return [say("norm heading"), say("norm", seed=numbers["seed"], rows=ROWS, features=FEATURES), table,
            say("rounding" if max(units.values()) < MOST_UNITS else "no rounding", single=single, double=double,
                **units, exact=exact),
            say("qwen2", norms=model["norms"], logits=model["logits"], equal=model["equal tokens"],
                tokens=model["tokens"]), say("partial", features=FEATURES), errors]


def function_section(say, numbers):
    """Return the paragraphs on task 2."""
    check_form(numbers, FUNCTION_FORM)
    points = markdown_table(POINT, [[f"{point[name]:.6f}" for name in POINT] for point in numbers["points"]])
    checks = {say.translated("check", name): result for name, result in numbers["checks"].items()}
    table = markdown_table(say("check columns").split(" | "), [
        [name, say.translated("result", result)] for name, result in checks.items()])
    failed = [name for name, result in checks.items() if result != "passed"]
    verdict = say("failed checks", names="; ".join(failed)) if failed else say("no check failed")
    return [say("function heading"), say("seed", seed=numbers["seed"]), points,
            say("function", difference=numbers["largest difference"]), table, verdict]


def optimizer_section(say, numbers):
    """Return the paragraphs on task 3."""
    check_form(numbers, OPTIMISERS_FORM)
    rows = numbers["optimisers"]
    names = [row["optimiser"] for row in rows]
    require(names == list(GRIDS), "optimisers", f"must be {', '.join(GRIDS)}", names)
    first = rows[0]["optimiser"]
    table = markdown_table(
        say("optimizer columns", first=first).split(" | "),
        [[row["optimiser"], f"{row['lr']:g}", f"{row['train_loss']:.4f}", f"{row['test_loss']:.4f}",
          f"{row['test_roc_auc']:.4f}", say("interval", low=f"{row['low']:.4f}", high=f"{row['high']:.4f}"),
          "" if row["optimiser"] == first else p_text(row["p"]), str(row["best_epoch"])] for row in rows])
    lion = next(row for row in rows if row["optimiser"] == "Lion")
    answer = say("trains" if lion["low"] > 0.5 else "does not train", name="Lion", low=lion["low"], high=lion["high"])
    lowest, highest = (min(rows, key=lambda row: row["train_loss"]), max(rows, key=lambda row: row["test_roc_auc"]))
    return [say("optimizer heading"), say("optimizer", data=numbers["data"], seed=numbers["seed"]), table,
            say("best optimizers", answer=answer, lowest=lowest["optimiser"], loss=lowest["train_loss"],
                highest=highest["optimiser"], auc=highest["test_roc_auc"]),
            *[difference(say, row, rows[0]) for row in rows[1:]], say("one seed")]


def difference(say, row, first):
    """Return whether an optimiser's test ROC-AUC differs significantly from that of the first."""
    change = row["test_roc_auc"] - first["test_roc_auc"]
    name = "not significant"
    if row["p"] < LEVEL:
        name = "better" if change > 0 else "worse"
    return say("comparison", name=row["optimiser"], first=first["optimiser"], word=say(name), change=change,
               p=p_equation(row["p"]))


SECTIONS = {1: norm_section, 2: function_section, 3: optimizer_section}
