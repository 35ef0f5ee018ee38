"""The assignment's questions, answered from a task's results: sentences made from the run's numbers.

A result is a dict of one text with its score, tokens and settings, as hw2.steps makes it.
The runs of a setting are the results of one prompt with one setting.
"""
from itertools import combinations
from statistics import fmean

from hw2.tasks import settings_text
from hw2.texts import distinct_2

MIN_SCORE = -5.0  # per token: a probability of 1 / 148, the geometric mean over the tokens
CHECKS = ("the score per token is at least -5; distinct-2 is at least 0.5, except for JSON; the text ends; the JSON "
          "has the right keys, types and values")
MIN_DISTINCT_2 = 0.5  # half of the pairs of neighbouring tokens have occurred before


def setting_name(result):
    """Return the method with its settings: "greedy", "temperature 0.5", "nucleus (temperature 1, top_p 0.9)"."""
    method, settings = result["method"], settings_text(result["key"]["settings"])
    if not settings:
        return method
    return settings if settings.startswith(method) else f"{method} ({settings})"


def runs_by_setting(results, prompt):
    """Return a dict from setting_name to the runs of that setting on one prompt."""
    settings = {}
    for result in results:
        if result["prompt"] == prompt:
            settings.setdefault(setting_name(result), []).append(result)
    return settings


def prompts_of(results):
    """Return the names of the prompts, in order."""
    return list(dict.fromkeys(result["prompt"] for result in results))


def fault(result):
    """Return what is wrong with a text, in words; None if these checks find nothing.

    A text may be incoherent, repeat itself, or not end; the JSON of a transfer may be wrong.
    """
    if result["score"] / len(result["tokens"]) < MIN_SCORE:
        return f"is incoherent (score per token below {MIN_SCORE:g})"
    if result["fault"] not in (None, "right"):
        return result["fault"]
    if result["distinct_2"] < MIN_DISTINCT_2 and result["fault"] is None:
        return f"repeats itself (distinct-2 below {MIN_DISTINCT_2:g})"
    return result.get("story_fault") or (None if result["finished"] else "does not end")


def likelihood(runs):
    """Return the mean score per token."""
    return fmean(run["score"] / len(run["tokens"]) for run in runs)


def diversity(runs):
    """Return the distinct-2 of two runs' texts together, averaged over all pairs of runs.

    A single run is paired with itself.  If all runs are equal, it is half of one text's distinct-2.
    """
    texts = [run["tokens"][:-1] if run["finished"] else run["tokens"] for run in runs]
    pairs = combinations(texts, 2) if len(texts) > 1 else [texts * 2]
    return fmean(distinct_2(*pair) for pair in pairs)


def means_text(values):
    """Return how the means change over several settings, each a list of runs."""
    columns = {"score per token": [f"{likelihood(runs):.3f}" for runs in values],
               "distinct-2 of two runs": [f"{diversity(runs):.3f}" for runs in values],
               "length": [f"{fmean(len(run['tokens']) for run in runs):.0f}" for runs in values]}
    return "; ".join(f"{label} {' -> '.join(numbers)}" for label, numbers in columns.items())


def repeated(results):
    """Answer: do repeated runs differ?"""
    lines = []
    for prompt in prompts_of(results):
        for name, runs in runs_by_setting(results, prompt).items():
            texts = len({run["text"] for run in runs})
            if len(runs) > 1:
                lines.append(f"- {prompt}, {name}: {len(runs)} runs, "
                             + ("the same text each time" if texts == 1 else f"{texts} different texts"))
    return lines or ["- each setting was decoded once"]


def faults(results):
    """Answer: what goes wrong with the story, and with the JSON?"""
    lines = []
    for prompt in prompts_of(results):
        counts = {}
        for name, runs in runs_by_setting(results, prompt).items():
            kinds = [fault(run) for run in runs]
            for kind in dict.fromkeys(kinds):
                counts.setdefault(kind, []).append(f"{name} {kinds.count(kind)} of {len(runs)}")
        without_fault = counts.pop(None, ["none"])
        lines += [f"- {prompt}, {kind}: {', '.join(names)}" for kind, names in counts.items()]
        lines.append(f"- {prompt}, no check failed: {', '.join(without_fault)}")
    return lines


def effects(results):
    """Answer: what does each setting do?  Compares results that differ in this setting only."""
    lines, names = [], dict.fromkeys(name for result in results for name in result["key"]["settings"])
    for prompt in prompts_of(results):
        for name in names:
            groups = {}  # from the other settings to a dict from this setting's value to its runs
            for result in results:
                other_settings = dict(result["key"]["settings"])
                value = other_settings.pop(name, None)
                if result["prompt"] == prompt and value is not None:
                    groups.setdefault(settings_text(other_settings), {}).setdefault(value, []).append(result)
            for other_text, by_value in groups.items():
                if len(by_value) > 1:
                    values = sorted(by_value)
                    lines.append(f"- {prompt}, {name} {' -> '.join(map(str, values))}"
                                 + (f" with {other_text}" if other_text else "")
                                 + f": {means_text([by_value[value] for value in values])}")
    return lines or ["- this method has no setting that was varied"]


def choice(results):
    """Answer: which method suits which task?  Uses the results of this task, and of other tasks if there are any."""
    lines = []
    for prompt in prompts_of(results):
        settings = runs_by_setting(results, prompt)
        passed = {name: runs for name, runs in settings.items() if not any(map(fault, runs))}
        if not passed:
            lines.append(f"- {prompt}: with every method, a check failed")
            continue
        best = max(passed, key=lambda name: likelihood(passed[name]))
        lines.append(f"- {prompt}: no check failed: {', '.join(passed)}. Highest score per token: {best}, "
                     f"{likelihood(passed[best]):.3f}.")
        varied = {name: runs for name, runs in passed.items() if len({run["text"] for run in runs}) > 1}
        if varied and passed[best][0]["fault"] is None:  # a transfer has one right answer
            most_varied = max(varied, key=lambda name: diversity(varied[name]))
            lines.append(f"- {prompt}: different texts, and no check failed: {', '.join(varied)}; the most varied is "
                         f"{most_varied}, distinct-2 of two runs {diversity(varied[most_varied]):.3f}.")
    return lines


QUESTIONS = {"Do repeated runs differ?": repeated, "What goes wrong for the story, and for the JSON?": faults,
             "What does each setting do?": effects}


def answers(results, other_results):
    """Return Markdown: the questions with their answers; the last one also uses the results of other tasks."""
    parts = [f"## {question}\n\n" + "\n".join(answer(results)) for question, answer in QUESTIONS.items()]
    note = "" if other_results else "This uses only one task; `--task all` compares all five.\n\n"
    return [*parts, f"## Which method suits which task?\n\n{note}" + "\n".join(choice(results + other_results))]
