"""report.md: the results of the experiments, and the assignment's questions answered from the numbers."""
from hw1.data_table import columns_section
from hw1.experiments import describe, label
from hw1.findings import (LEVEL, choice_text, compare, compare_points, epochs_text, equality_text, p_text, point_text,
                          verdict)
from minidl.files import write_text
from minidl.history import best_row, mean_and_deviation
from minidl.metrics import roc_auc_ci
from minidl.tables import markdown_table

FIGURES = ("curves.png", "search.png", "candidates.png")
MODEL = ("The first layer adds a Linear of the numbers and an Embedding of each categorical column. A block is Linear "
         "(hidden to 4 hidden), ReLU, Linear (4 hidden to hidden); with skip connections its input is added to its "
         "output; batch norm stands at its start, dropout after the ReLU. A last Linear gives the logit.")
TRAINING = ("The loss is binary cross-entropy; the optimiser is SGD without momentum. Every experiment trains on all "
            "training rows with the settings in its row of the table below, and is judged on the test rows.")
CAUTION = ("The choice is made on the test rows, so the ROC-AUC of the chosen model is slightly too optimistic; "
           "another seed may change it.")


def write_report(path, setup, outcomes, failed):
    """Write the report.

    outcomes: dict from an experiment's number to its Outcome.  failed: dict from number to
    the error of an experiment that diverged.
    """
    sections = [introduction(setup), protocol_section(setup), columns_section(setup.dataset), "## Results",
                results_table(outcomes), figures(path.parent, outcomes), "## Answers",
                epochs_section(outcomes), changes_section(outcomes)]
    sections += [search_section(outcome) for outcome in outcomes.values() if outcome.points]
    sections += [f"### Which model to choose?\n\n{choice_text(outcomes)} {CAUTION}"] if outcomes else []
    write_text(path, "\n\n".join([*sections, diverged_section(setup.searched, failed)]) + "\n")


def introduction(setup):
    """Return the title and the facts about the data."""
    dataset, options = setup.dataset, setup.options
    text = (f"# HW1 on {dataset.name}\n\n{len(dataset.train.target):,} rows to train, {len(dataset.test.target):,} to "
            f"test, {dataset.train.target.mean():.1%} positive ({dataset.positive}). Encoding of numbers: "
            f"{options.numeric}. ")
    if options.seeds == 1:
        return text + f"Seed {options.seed}. All numbers are from the end of the last epoch, unless stated otherwise."
    return text + (f"Mean ± standard deviation over {options.seeds} seeds, starting at {options.seed}, after the last "
                   f"epoch; intervals and p-values are those of seed {options.seed}.")


def protocol_section(setup):
    """Return the paragraphs on the model and on how it is trained, searched and judged."""
    n_splits = {point.n_splits for points in setup.searched.values() for point in points}
    text = f"## Model and protocol\n\n{MODEL}\n\n{TRAINING}"
    if n_splits:
        splits = ("one split" if n_splits == {1} else f"{max(n_splits)} splits with separate validation parts, the "
                  "same for all candidates")
        text += (" A search trains each candidate on 80 % of the training data and chooses the one with the highest "
                 f"ROC-AUC on the other 20 % after the last epoch, by {splits}. The test data play no part in it.")
    return text


def results_table(outcomes):
    """Return one row per experiment."""
    rows, previous = [], None
    for number, outcome in outcomes.items():
        run = outcome.runs[0]
        means = [mean_and_deviation([run.last[key] for run in outcome.runs])
                 for key in ("train_loss", "test_loss", "train_roc_auc", "test_roc_auc")]
        interval = roc_auc_ci(run.target, run.score)
        rows.append([f"{number} {outcome.experiment.title}", describe(outcome.settings),
                     str(best_row(outcome.history, "test_roc_auc")["epoch"]), *means,
                     f"{interval.low:.4f} to {interval.high:.4f}",
                     p_text(compare(run, previous).p_value) if previous else ""])
        previous = run
    return markdown_table(["experiment", "settings", "best epoch", "train loss", "test loss", "train ROC-AUC",
                           "test ROC-AUC", "95 % interval", "p, against the experiment before"], rows)


def figures(folder, outcomes):
    """Return the section with the experiments' figures."""
    names = [(number, name) for number in outcomes for name in FIGURES if (folder / f"exp{number}" / name).exists()]
    if not names:
        return "No figures: matplotlib was not installed."
    roc = "![ROC curves of the experiments](roc.png)\n\n" if (folder / "roc.png").exists() else ""
    lines = [f"![experiment {number}: {name[:-4]}](exp{number}/{name})" for number, name in names]
    return "## Figures\n\n" + roc + "\n\n".join(lines)


def epochs_section(outcomes):
    """Return the answer to the first question."""
    return "### How does the model behave as it trains, and how many epochs are best?\n\n" + "\n".join(
        f"- Experiment {number}: {epochs_text(outcome.history)}" for number, outcome in outcomes.items())


def changes_section(outcomes):
    """Return the answer to the second question."""
    lines = ["### Did each change help?", "",
             "Each experiment is compared with the one before on the test rows, by DeLong's test. The test accounts "
             "for the choice of test rows, but not for the seed; --seeds shows the effect of the seed.", ""]
    numbers = list(outcomes)
    for before, number in zip(numbers, numbers[1:]):
        test = compare(outcomes[number].runs[0], outcomes[before].runs[0])
        lines.append(f"- {outcomes[number].experiment.title} ({number} against {before}): {verdict(test)}")
    return "\n".join(lines)


def search_section(outcome):
    """Return the section on how quality depends on an experiment's searched settings."""
    finished = sorted((point for point in outcome.points if not point.diverged),
                      key=lambda point: -point.last("valid_roc_auc"))
    best, worst = finished[0], finished[-1]
    rows, n_equal = [], -1  # the best is not counted, though it is equal to itself
    for point in outcome.points:
        values = list(map(str, point.values.values()))
        if point.diverged:
            rows.append([*values, "", "diverged", "", ""])
            continue
        test = compare_points(point, best)
        n_equal += not test.p_value < LEVEL
        rows.append([*values, f"{point.last('train_loss'):.4f}", f"{point.last('valid_loss'):.4f}",
                     mean_and_deviation([run.last["valid_roc_auc"] for run in point.runs]),
                     "the best" if point is best else verdict(test)])
    names = [label(name) for name in best.values]
    table = markdown_table([*names, "train loss", "valid loss", "valid ROC-AUC", "against the best"], rows)
    return (f"### How does quality depend on {' and '.join(names)}?\n\n{table}\n\nHighest on validation data: "
            f"{point_text(best)}, {best.last('valid_roc_auc'):.4f}; lowest: {point_text(worst)}, "
            f"{worst.last('valid_roc_auc'):.4f}. {equality_text(n_equal, len(finished) - 1)}")


def diverged_section(searched, failed):
    """Return the list of candidates and experiments that diverged."""
    lines = [f"- experiment {number}, {point_text(point)}: {point.diverged}"
             for number, points in searched.items() for point in points if point.diverged]
    lines += [f"- experiment {number} itself, which is therefore not in this report: {error}"
              for number, error in failed.items()]
    return "### Which candidates diverged?\n\n" + ("\n".join(lines) or "None.")
