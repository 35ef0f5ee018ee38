"""report.md: the results of the experiments, and the assignment's questions answered from the numbers.

The numbers determine each sentence: a score is called better than another only if
DeLong's test is significant at the 5 % level.
"""
from hw1.data_table import columns_section
from hw1.experiments import describe, label
from minidl.files import write_text
from minidl.history import best_row, mean_and_deviation
from minidl.metrics import delong_test, roc_auc_ci
from minidl.tables import markdown_table

LEVEL = 0.05
FIGURES = ("curves.png", "search.png", "candidates.png")


def write_report(path, setup, outcomes, failed):
    """Write the report.

    outcomes: dict from an experiment's number to its Outcome.  failed: dict from number to
    the error of an experiment that diverged.
    """
    sections = [introduction(setup), columns_section(setup.dataset), "## Results",
                results_table(outcomes), figures(path.parent, outcomes), "## Answers",
                epochs_section(outcomes), changes_section(outcomes)]
    sections += [search_section(outcome) for outcome in outcomes.values() if outcome.points]
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


def p_text(p):
    """Return a p-value as text.

    >>> p_text(0.0004), p_text(0.0312), p_text(0.5)
    ('< 0.001', '0.031', '0.500')
    """
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def compare(run, other):
    """Return DeLong's test of two runs on the same rows."""
    return delong_test(run.target, run.score, other.score)


def verdict(test):
    """Return "better", "worse" or "no significant difference", with the numbers that show it."""
    word = "no significant difference"
    if test.p_value < LEVEL:
        word = "better" if test.difference > 0 else "worse"
    p, margin = p_text(test.p_value), 1.96 * test.standard_error
    return (f"{word} ({test.difference:+.4f}, 95 % interval {test.difference - margin:+.4f} to "
            f"{test.difference + margin:+.4f}, p {p if p[0] == '<' else f'= {p}'})")


def figures(folder, outcomes):
    """Return the section with the experiments' figures."""
    names = [(number, name) for number in outcomes for name in FIGURES if (folder / f"exp{number}" / name).exists()]
    if not names:
        return "No figures: matplotlib was not installed."
    return "## Figures\n\n" + "\n\n".join(f"![experiment {number}: {name[:-4]}](exp{number}/{name})"
                                          for number, name in names)


def epochs_section(outcomes):
    """Return the answer to the first question."""
    return "### How does the model behave as it trains, and how many epochs are best?\n\n" + "\n".join(
        f"- Experiment {number}: {epochs_text(outcome.history)}" for number, outcome in outcomes.items())


def epochs_text(history):
    """Return what a history says about the number of epochs."""
    best, first, last = best_row(history, "test_roc_auc"), history[min(1, len(history) - 1)], history[-1]
    text = (f"test ROC-AUC is {first['test_roc_auc']:.4f} after epoch {first['epoch']} and highest, "
            f"{best['test_roc_auc']:.4f}, after epoch {best['epoch']}")
    if best is last:
        return text + ", the last: no sign of overfitting yet, more epochs may help."
    text += f" of {last['epoch']}; "
    if last["train_roc_auc"] > best["train_roc_auc"]:
        return text + (f"after that, train still rises from {best['train_roc_auc']:.4f} to {last['train_roc_auc']:.4f} "
                       f"while test falls to {last['test_roc_auc']:.4f}: the model overfits.")
    return text + (f"at the end both are lower, train {best['train_roc_auc']:.4f} to {last['train_roc_auc']:.4f} and "
                   f"test {last['test_roc_auc']:.4f}: the steps are noisy, which is not overfitting.")


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
            rows.append([*values, "diverged", "", ""])
            continue
        test = compare(point.runs[0], best.runs[0])
        n_equal += not test.p_value < LEVEL
        rows.append([*values, f"{point.last('valid_loss'):.4f}",
                     mean_and_deviation([run.last["valid_roc_auc"] for run in point.runs]),
                     "the best" if point is best else verdict(test)])
    names = [label(name) for name in best.values]
    table = markdown_table([*names, "valid loss", "valid ROC-AUC", "against the best"], rows)
    return (f"### How does quality depend on {' and '.join(names)}?\n\n{table}\n\nHighest on validation data: "
            f"{point_text(best)}, {best.last('valid_roc_auc'):.4f}; lowest: {point_text(worst)}, "
            f"{worst.last('valid_roc_auc'):.4f}. {equality_text(n_equal, len(finished) - 1)}")


def equality_text(n_equal, n_others):
    """Return how many of the other candidates do not differ significantly from the best."""
    if not n_others:
        return "No other candidate finished."
    if n_equal == n_others:
        return "No other candidate differs significantly from the best on these rows."
    if not n_equal:
        return "Every other candidate is significantly worse."
    return (f"{n_others - n_equal} of the {n_others} other candidates are significantly worse than the best; "
            f"{n_equal} do not differ significantly from it.")


def point_text(point):
    """Return a point of the grid as text."""
    return ", ".join(f"{label(name)} {value}" for name, value in point.values.items())


def diverged_section(searched, failed):
    """Return the list of candidates and experiments that diverged."""
    lines = [f"- experiment {number}, {point_text(point)}: {point.diverged}"
             for number, points in searched.items() for point in points if point.diverged]
    lines += [f"- experiment {number} itself, which is therefore not in this report: {error}"
              for number, error in failed.items()]
    return "### Which candidates diverged?\n\n" + ("\n".join(lines) or "None.")
