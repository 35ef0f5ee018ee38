"""report.md: what the experiments came to, and the sheet's questions answered from the numbers.

An answer is a sentence chosen by what the numbers show: one score counts as better
than another only where DeLong's test says so at 5 %.
"""
from hw1.experiments import describe
from hw1.figures import LABELS
from hw1.trial import read_scores
from minidl.files import write_text
from minidl.history import best_row, mean_and_deviation
from minidl.metrics import delong_test, roc_auc_ci
from minidl.plots import have_matplotlib

LEVEL = 0.05
CHANGES = {2: "the bigger model", 3: "skip connections and batch norm", 4: "dropout",
           5: "weight decay and the learning rate"}


def write_report(path, session):
    """Write the report of a session that has run the experiments."""
    outcomes = session.outcomes
    parts = [_head(session), _table(outcomes), _figures(outcomes), "## Answers", _epochs(outcomes),
             _comparisons(outcomes)]
    parts += [_searched(outcome) for outcome in outcomes.values() if outcome.candidates]
    write_text(path, "\n\n".join([*parts, _diverged(session)]) + "\n")


def _head(session):
    dataset, options = session.dataset, session.options
    text = (f"# HW1 on {dataset.name}\n\n{len(dataset.train.target):,} rows to train, {len(dataset.test.target):,} to "
            f"test, {dataset.train.target.mean():.1%} positive ({dataset.positive}). Numbers are encoded as "
            f"{options.numeric}. ")
    if options.seeds == 1:
        return text + f"Seed {options.seed}. All figures are those after the last epoch, unless they say otherwise."
    return text + (f"Mean ± standard deviation over {options.seeds} seeds, from {options.seed} on, after the last "
                   f"epoch; intervals and p-values are those of seed {options.seed}.")


def _table(outcomes):
    rows = ["| experiment | settings | best epoch | train loss | test loss | train ROC-AUC | test ROC-AUC "
            "| 95 % interval | p, against the one before |", "|" + " --- |" * 9]
    previous = None
    for number, outcome in outcomes.items():
        last = [run.history[-1] for run in outcome.runs]
        cells = [mean_and_deviation([row[key] for row in last])
                 for key in ("train_loss", "test_loss", "train_roc_auc", "test_roc_auc")]
        interval = roc_auc_ci(*read_scores(outcome.runs[0]))
        p = "" if previous is None else p_text(_compare(outcome.runs[0], previous.runs[0]).p_value)
        rows.append(f"| {number} {outcome.experiment.title} | {describe(outcome.settings)} "
                    f"| {best_row(outcome.history, 'test_roc_auc')['epoch']} | {' | '.join(cells)} "
                    f"| {interval.low:.4f} to {interval.high:.4f} | {p} |")
        previous = outcome
    return "\n".join(rows)


def p_text(p):
    """Return a p-value as one writes it.

    >>> p_text(0.0004), p_text(0.0312), p_text(0.5)
    ('< 0.001', '0.031', '0.500')
    """
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def _compare(run, other):
    """Return DeLong's test of two runs over the same rows."""
    (target, score), (_, other_score) = read_scores(run), read_scores(other)
    return delong_test(target, score, other_score)


def verdict(test):
    """Return "better", "worse" or "no significant difference", with the numbers behind it."""
    word = "no significant difference" if not test.p_value < LEVEL else "better" if test.difference > 0 else "worse"
    p = p_text(test.p_value)
    return (f"{word} ({test.difference:+.4f}, 95 % interval {test.difference - 1.96 * test.standard_error:+.4f} to "
            f"{test.difference + 1.96 * test.standard_error:+.4f}, p {p if p[0] == '<' else f'= {p}'})")


def _figures(outcomes):
    if not have_matplotlib():
        return "No figures: matplotlib was not installed."
    names = [(number, name) for number, outcome in outcomes.items()
             for name in ["curves.png"] + ["search.png", "candidates.png"] * bool(outcome.candidates)]
    return "## Figures\n\n" + "\n\n".join(f"![experiment {number}: {name[:-4]}](exp{number}/{name})"
                                          for number, name in names)


def _epochs(outcomes):
    lines = ["### How does the model behave as it trains, and how many epochs are best?", ""]
    return "\n".join(lines + [f"- Experiment {number}: {epochs_text(outcome.history)}"
                              for number, outcome in outcomes.items()])


def epochs_text(history):
    """Return what a history says about the number of epochs, in words that fit it."""
    best, first, last = best_row(history, "test_roc_auc"), history[min(1, len(history) - 1)], history[-1]
    text = (f"test ROC-AUC is {first['test_roc_auc']:.4f} after epoch {first['epoch']} and highest, "
            f"{best['test_roc_auc']:.4f}, after epoch {best['epoch']}")
    if best is last:
        return text + ", the last: no sign of overfitting yet, more epochs may bring more."
    text += f" of {last['epoch']}; "
    if last["train_roc_auc"] > best["train_roc_auc"]:
        return text + (f"from there to the end train goes on to rise, {best['train_roc_auc']:.4f} to "
                       f"{last['train_roc_auc']:.4f}, while test falls to {last['test_roc_auc']:.4f}: what is learnt "
                       "after that does not carry over.")
    return text + (f"at the end both are lower, train {best['train_roc_auc']:.4f} to {last['train_roc_auc']:.4f} and "
                   f"test {last['test_roc_auc']:.4f}: the steps jump about, which is not overfitting.")


def _comparisons(outcomes):
    lines = ["### Did each change help?", "",
             "On the test rows, against the experiment before, by DeLong's test. It knows the luck of which rows "
             "are in the test part, not that of the seed, which --seeds shows:", ""]
    numbers = list(outcomes)
    for before, number in zip(numbers, numbers[1:]):
        test = _compare(outcomes[number].runs[0], outcomes[before].runs[0])
        lines.append(f"- {CHANGES[number]} ({number} against {before}): {verdict(test)}")
    return "\n".join(lines)


def _searched(outcome):
    """Return the section on how quality depends on what an experiment searched."""
    good = [one for one in outcome.candidates if not one.diverged]
    good.sort(key=lambda one: -one.last("valid_roc_auc"))
    best, worst = good[0], good[-1]
    names = " and ".join(LABELS[name] for name in best.point)
    lines = [f"### How does quality depend on {names}?", "",
             f"| {' | '.join(LABELS[name] for name in best.point)} | valid loss | valid ROC-AUC "
             "| against the best |", "|" + " --- |" * (len(best.point) + 3)]
    tests = {one.name: _compare(one.runs[0], best.runs[0]) for one in good}
    for one in outcome.candidates:
        values = " | ".join(map(str, one.point.values()))
        if one.diverged:
            lines.append(f"| {values} | diverged | | |")
            continue
        auc = mean_and_deviation([run.history[-1]["valid_roc_auc"] for run in one.runs])
        text = "the best" if one is best else verdict(tests[one.name])
        lines.append(f"| {values} | {one.last('valid_loss'):.4f} | {auc} | {text} |")
    alike = [one for one in good[1:] if not tests[one.name].p_value < LEVEL]
    lines += ["", f"Highest on validation data: {_point(best)}, {best.last('valid_roc_auc'):.4f}; lowest: "
                  f"{_point(worst)}, {worst.last('valid_roc_auc'):.4f}. " + alike_text(len(alike), len(good) - 1)]
    return "\n".join(lines)


def alike_text(alike, others):
    """Return how many of the other candidates cannot be told from the best, in words."""
    if not others:
        return "Nothing else to compare it with finished."
    if alike == others:
        return "No other differs significantly from the best: on these rows the choice does not matter."
    if not alike:
        return "Every other is significantly worse."
    return (f"{others - alike} of the {others} others are significantly worse than the best, "
            f"{alike} cannot be told from it.")


def _point(candidate):
    return ", ".join(f"{LABELS[name]} {value}" for name, value in candidate.point.items())


def _diverged(session):
    lines = [f"- experiment {number}, {_point(one)}: {one.diverged}" for number, candidates in session.searched.items()
             for one in candidates if one.diverged]
    lines += [f"- experiment {number} itself, so that it is not in this report: {error}"
              for number, error in session.failed.items()]
    return "### Which candidates diverged?\n\n" + ("\n".join(lines) or "None.")
