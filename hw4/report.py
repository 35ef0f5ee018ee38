"""report.md: the tables, pictures and answers of the tasks that have been run.

Everything is read from the results of the tasks, so each call adds its task to
those of earlier calls.
"""
import hw1
import hw2
import hw4
import minidl
from minidl.files import write_text
from minidl.results import check_form, code_digest, load_result
from minidl.tables import markdown_table
from minidl.terminal import wrapped

LEVEL = 0.05  # a p-value below it is called significant
HALVES = ("bfloat16", "float16")


def depends(number):
    """Return what a task's kept numbers must depend on to be in the report; the seed and the data are among them."""
    return {"task": number, "code": code_digest(minidl, hw1, hw2, hw4)}


def write_report(folder):
    """Write report.md into the folder that has task1, task2, task3 or some of them; a damaged one is left out."""
    sections = ["# HW4: pieces of a training framework"]
    for number, section in SECTIONS.items():
        def leave_out(reason, number=number):
            print(wrapped(f"{reason}; the report leaves out task {number}: run --task {number} again"))

        task = folder / f"task{number}"
        paragraphs = load_result(task / "result.json", depends(number), read=section, unusable=leave_out)
        if paragraphs:
            sections += paragraphs
            sections += [f"![{picture.stem}]({task.name}/{picture.name})" for picture in sorted(task.glob("*.png"))]
        elif paragraphs is None and (task / "numbers.json").exists() and not (task / "result.json").exists():
            leave_out(f"{task / 'result.json'}: missing")
    write_text(folder / "report.md", "\n\n".join(sections) + "\n")


def norm_section(numbers):
    """Return the paragraphs on task 1."""
    check_form(numbers, seed=int, differences=dict, qwen2=dict, partial=dict)
    differences, model = numbers["differences"], numbers["qwen2"]
    table = markdown_table(["dtype", "output", "gradient of x", "gradient of weight"], [
        [name, *(f"{value:.1e}" for value in values)] for name, values in differences.items()])
    errors = markdown_table(["k", "relative error of the RMS"], [
        [k, f"{error:.3f}"] for k, error in numbers["partial"].items()])
    equal = [name for name in HALVES if differences[name][0] == 0]
    exact = f" In {' and '.join(equal)} the output is equal to the last bit." if equal else ""
    return ["## Task 1: does our RMSNorm equal torch's?",
            f"Seed {numbers['seed']}. The largest difference from torch.nn.RMSNorm, divided by the largest value:",
            table,
            f"In float32 the largest of the three differences is {max(differences['float32']):.1e}, in float64 "
            f"{max(differences['float64']):.1e}; their rounding units are 6.0e-08 and 1.1e-16.{exact}",
            f"In HW2's small Qwen2, all {model['norms']} norms were replaced by ours. The logits differ by "
            f"{model['logits']:.1e} of the largest, and {model['equal tokens']} of {model['tokens']} greedy tokens are "
            "the same.", "pRMSNorm estimates the RMS from the first k features:", errors]


def function_section(numbers):
    """Return the paragraphs on task 2."""
    check_form(numbers, seed=int, points=list, checks=dict, **{"largest difference": float})
    names = ["x", "y", "z", "dz/dx", "dz/dy"]
    points = markdown_table(names, [[f"{point[name]:.6f}" for name in names] for point in numbers["points"]])
    checks = markdown_table(["check", "result"], [list(row) for row in numbers["checks"].items()])
    failed = [name for name, result in numbers["checks"].items() if result != "passed"]
    verdict = f"Failed: {'; '.join(failed)}." if failed else "No check failed."
    return ["## Task 2: is the Function e^x + cos(y) right?", f"Seed {numbers['seed']}.", points,
            "The largest difference of z and the two gradients from those of torch's own operations: "
            f"{numbers['largest difference']}.", checks, verdict]


def optimizer_section(numbers):
    """Return the paragraphs on task 3."""
    check_form(numbers, seed=int, data=str, optimisers=list)
    rows = numbers["optimisers"]
    first = rows[0]["optimiser"]
    table = markdown_table(
        ["optimiser", "lr", "train loss", "test loss", "test ROC-AUC", "95 % interval", f"p, against {first}",
         "best epoch"],
        [[row["optimiser"], f"{row['lr']:g}", f"{row['train_loss']:.4f}", f"{row['test_loss']:.4f}",
          f"{row['test_roc_auc']:.4f}", f"{row['low']:.4f} to {row['high']:.4f}",
          "" if row["optimiser"] == first else f"{row['p']:.3f}", str(row["best_epoch"])] for row in rows])
    lowest, highest = (min(rows, key=lambda row: row["train_loss"]), max(rows, key=lambda row: row["test_roc_auc"]))
    return ["## Task 3: does Lion train a model?",
            f"HW1's experiment 3 on {numbers['data']}, seed {numbers['seed']}, without weight decay. Each learning "
            "rate was chosen on validation data, a fifth of the training data; then the model was trained on all of "
            "it. After the last epoch (p from DeLong's test on the test rows):", table,
            f"The lowest train loss is that of {lowest['optimiser']}, {lowest['train_loss']:.4f}; the highest test "
            f"ROC-AUC that of {highest['optimiser']}, {highest['test_roc_auc']:.4f}.",
            *[difference(row, rows[0]) for row in rows[1:]],
            "One seed, and one choice of test rows: the test accounts for the rows, not for the seed."]


def difference(row, first):
    """Return whether an optimiser's test ROC-AUC differs significantly from that of the first."""
    change = row["test_roc_auc"] - first["test_roc_auc"]
    word = "no significant difference"
    if row["p"] < LEVEL:
        word = "significantly better" if change > 0 else "significantly worse"
    p = "p < 0.001" if row["p"] < 0.001 else f"p = {row['p']:.3f}"
    return f"{row['optimiser']} against {first['optimiser']}: {word} ({change:+.4f}, {p})."


SECTIONS = {1: norm_section, 2: function_section, 3: optimizer_section}
