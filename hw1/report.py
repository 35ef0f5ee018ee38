"""report.md: the results of the experiments, and the assignment's questions answered from the numbers.

Its sentences, in English and Russian, are in report.ini.
"""
from pathlib import Path

from hw1.data_table import columns_section
from hw1.experiments import describe
from hw1.findings import (LEVEL, choice_text, compare, compare_points, epochs_text, equality_text, p_text, point_text,
                          setting_text, title_text, verdict)
from minidl.files import write_text
from minidl.history import best_row, mean_and_deviation
from minidl.metrics import roc_auc_ci
from minidl.sentences import Sentences
from minidl.tables import markdown_table

SENTENCES = Path(__file__).with_name("report.ini")
FIGURES = ("curves.png", "search.png", "candidates.png")


def write_report(path, setup, outcomes, failed):
    """Write the report, in the language of setup.options.

    outcomes: dict from an experiment's number to its Outcome.  failed: dict from number to
    the error of an experiment that diverged.
    """
    say = Sentences(SENTENCES, setup.options.lang)
    sections = [introduction(say, setup), protocol_section(say, setup), columns_section(say, setup.dataset),
                say("results heading"), results_table(say, outcomes), figures(say, path.parent, outcomes),
                say("answers heading"), epochs_section(say, outcomes), changes_section(say, outcomes)]
    sections += [search_section(say, outcome) for outcome in outcomes.values() if outcome.points]
    sections += [f"{say('choice heading')}\n\n{choice_text(say, outcomes)} {say('caution')}"] if outcomes else []
    write_text(path, "\n\n".join([*sections, diverged_section(say, setup.searched, failed)]) + "\n")


def introduction(say, setup):
    """Return the title and the facts about the data; say: the Sentences, here and below."""
    dataset, options = setup.dataset, setup.options
    rows = say("rows", train=len(dataset.train.target), test=len(dataset.test.target),
               share=dataset.train.target.mean(), positive=dataset.positive,
               numeric=say.translated("numeric", options.numeric))
    seeds = (say("one seed", seed=options.seed) if options.seeds == 1 else
             say("several seeds", seeds=options.seeds, seed=options.seed))
    return f"{say('title', name=dataset.name)}\n\n{rows} {seeds}"


def protocol_section(say, setup):
    """Return the paragraphs on the model and on how it is trained, searched and judged."""
    n_splits = {point.n_splits for points in setup.searched.values() for point in points}
    text = f"{say('protocol heading')}\n\n{say('model')}\n\n{say('training')}"
    if n_splits:
        splits = say("one split") if n_splits == {1} else say("several splits", splits=max(n_splits))
        text += f" {say('search protocol', splits=splits)}"
    return text


def results_table(say, outcomes):
    """Return one row per experiment."""
    rows, previous = [], None
    for number, outcome in outcomes.items():
        run = outcome.runs[0]
        means = [mean_and_deviation([run.last[key] for run in outcome.runs])
                 for key in ("train_loss", "test_loss", "train_roc_auc", "test_roc_auc")]
        interval = roc_auc_ci(run.target, run.score)
        rows.append([f"{number} {title_text(say, outcome)}", describe(outcome.settings),
                     str(best_row(outcome.history, "test_roc_auc")["epoch"]), *means,
                     say("interval", low=f"{interval.low:.4f}", high=f"{interval.high:.4f}"),
                     p_text(compare(run, previous).p_value) if previous else ""])
        previous = run
    return markdown_table(say("results columns").split(" | "), rows)


def figures(say, folder, outcomes):
    """Return the section with the experiments' figures."""
    names = [(number, name) for number in outcomes for name in FIGURES if (folder / f"exp{number}" / name).exists()]
    if not names:
        return say("no figures")
    roc = [f"![{say('roc')}](roc.png)"] if (folder / "roc.png").exists() else []
    lines = [f"![{say('figure', number=number, name=say(f'picture.{name[:-4]}'))}](exp{number}/{name})"
             for number, name in names]
    return "\n\n".join([say("figures heading"), *roc, *lines])


def epochs_section(say, outcomes):
    """Return the answer to the first question."""
    return f"{say('epochs heading')}\n\n" + "\n".join(
        say("epochs", number=number, text=epochs_text(say, outcome.history)) for number, outcome in outcomes.items())


def changes_section(say, outcomes):
    """Return the answer to the second question."""
    numbers = list(outcomes)
    n = len(numbers) - 1
    several = " " + say("several changes", n=n, chance=1 - (1 - LEVEL) ** n) if n > 1 else ""
    lines = [say("changes heading"), "", say("changes", several=several), ""]
    for before, number in zip(numbers, numbers[1:]):
        test = compare(outcomes[number].runs[0], outcomes[before].runs[0])
        lines.append(say("change", title=title_text(say, outcomes[number]), number=number, before=before,
                         verdict=verdict(say, test)))
    return "\n".join(lines)


def search_section(say, outcome):
    """Return the section on how quality depends on an experiment's searched settings."""
    finished = sorted((point for point in outcome.points if not point.diverged),
                      key=lambda point: -point.last("valid_roc_auc"))
    best, worst = finished[0], finished[-1]
    rows, n_equal = [], -1  # the best is not counted, though it is equal to itself
    for point in outcome.points:
        values = list(map(str, point.values.values()))
        if point.diverged:
            rows.append([*values, "", say("diverged"), "", ""])
            continue
        test = compare_points(point, best)
        n_equal += not test.p_value < LEVEL
        rows.append([*values, f"{point.last('train_loss'):.4f}", f"{point.last('valid_loss'):.4f}",
                     mean_and_deviation([run.last["valid_roc_auc"] for run in point.runs]),
                     say("the best") if point is best else verdict(say, test)])
    names = [setting_text(say, name) for name in best.values]
    heading = say("search heading", names=f" {say('and')} ".join(names))
    table = markdown_table([*names, *say("search columns").split(" | ")], rows)
    summary = say("search", best=point_text(say, best), highest=best.last("valid_roc_auc"),
                  worst=point_text(say, worst), lowest=worst.last("valid_roc_auc"),
                  equality=equality_text(say, n_equal, len(finished) - 1))
    return f"{heading}\n\n{table}\n\n{summary}"


def diverged_section(say, searched, failed):
    """Return the list of candidates and experiments that diverged."""
    lines = [say("diverged candidate", number=number, point=point_text(say, point),
                 error=say.translated("error", point.diverged))
             for number, points in searched.items() for point in points if point.diverged]
    lines += [say("diverged experiment", number=number, error=say.translated("error", error))
              for number, error in failed.items()]
    return f"{say('diverged heading')}\n\n" + ("\n".join(lines) or say("none diverged"))
