"""The assignment's questions, answered from a task's results: sentences filled with the run's numbers.

A result is a dict of one text with its score, tokens and settings, as hw2.steps makes it.
The runs of a setting are the results of one prompt with one setting.  say: the Sentences of report.ini.
"""
from itertools import combinations
from statistics import fmean

from hw2.tasks import settings_text
from hw2.texts import distinct_2

MIN_SCORE = -5.0  # per token: a probability of 1 / 148, the geometric mean over the tokens
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


def likeliest(settings):
    """Return the names of the settings whose score per token is the highest, to the three decimals that are shown."""
    scores = {name: round(likelihood(runs), 3) for name, runs in settings.items()}
    return [name for name, score in scores.items() if score == max(scores.values())]


def diversity(runs):
    """Return the distinct-2 of two runs' texts together, averaged over all pairs of runs.

    A single run is paired with itself.  If all runs are equal, it is half of one text's distinct-2.
    """
    texts = [run["tokens"][:-1] if run["finished"] else run["tokens"] for run in runs]
    pairs = combinations(texts, 2) if len(texts) > 1 else [texts * 2]
    return fmean(distinct_2(*pair) for pair in pairs)


def means_text(say, values):
    """Return how the means change over several settings, each a list of runs."""
    columns = {"scores": [f"{likelihood(runs):.3f}" for runs in values],
               "diversities": [f"{diversity(runs):.3f}" for runs in values],
               "lengths": [f"{fmean(len(run['tokens']) for run in runs):.0f}" for runs in values]}
    return say("means", **{label: " -> ".join(numbers) for label, numbers in columns.items()})


def listed(say, names):
    """Return the names of settings as text."""
    return ", ".join(say.translated("name", name) for name in names)


def repeated(say, results):
    """Answer: do repeated runs differ?"""
    lines = []
    for prompt in prompts_of(results):
        for name, runs in runs_by_setting(results, prompt).items():
            texts = len({run["text"] for run in runs})
            if len(runs) > 1:
                fields = {"prompt": say.translated("prompt", prompt), "name": say.translated("name", name),
                          "runs": len(runs)}
                lines.append(say("same text", **fields) if texts == 1 else
                             say("different texts", **fields, texts=texts))
    return lines or [say("decoded once")]


def faults(say, results):
    """Answer: what goes wrong with the story, and with the JSON?"""
    lines = []
    for prompt in prompts_of(results):
        counts = {}
        for name, runs in runs_by_setting(results, prompt).items():
            kinds = [fault(run) for run in runs]
            for kind in dict.fromkeys(kinds):
                counts.setdefault(kind, []).append(say("count", name=say.translated("name", name),
                                                       count=kinds.count(kind), of=len(runs)))
        without_fault, prompt_name = counts.pop(None, [say("none")]), say.translated("prompt", prompt)
        lines += [say("fault", prompt=prompt_name, kind=say.translated("fault", kind), names=", ".join(names))
                  for kind, names in counts.items()]
        lines.append(say("passed", prompt=prompt_name, names=", ".join(without_fault)))
    return lines


def effects(say, results):
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
                    fields = {"prompt": say.translated("prompt", prompt), "name": name,
                              "values": " -> ".join(map(str, values)),
                              "means": means_text(say, [by_value[value] for value in values])}
                    lines.append(say("effect with", **fields, other=other_text) if other_text else
                                 say("effect", **fields))
    return lines or [say("nothing varied")]


def choice(say, results):
    """Answer: which method suits which task?  Uses the results of this task, and of other tasks if there are any."""
    lines = []
    for prompt in prompts_of(results):
        settings = runs_by_setting(results, prompt)
        passed = {name: runs for name, runs in settings.items() if not any(map(fault, runs))}
        if not passed:
            lines.append(say("all failed", prompt=say.translated("prompt", prompt)))
            continue
        best = likeliest(passed)
        lines.append(say("choice" if len(best) < max(2, len(passed)) else "no choice",
                         prompt=say.translated("prompt", prompt), names=listed(say, passed), best=listed(say, best),
                         score=likelihood(passed[best[0]])))
        varied = {name: runs for name, runs in passed.items() if len({run["text"] for run in runs}) > 1}
        if varied and passed[best[0]][0]["fault"] is None:  # a transfer has one right answer
            most_varied = max(varied, key=lambda name: diversity(varied[name]))
            lines.append(say("varied", prompt=say.translated("prompt", prompt), names=listed(say, varied),
                             most=say.translated("name", most_varied), diversity=diversity(varied[most_varied])))
    return lines


QUESTIONS = {"repeated": repeated, "faults": faults, "effects": effects}  # report.ini has their words


def answers(say, results, other_results):
    """Return Markdown: the questions with their answers; the last one also uses the results of other tasks."""
    parts = [f"## {say(f'question.{name}')}\n\n" + "\n".join(answer(say, results))
             for name, answer in QUESTIONS.items()]
    note = "" if other_results else f"{say('one task')}\n\n"
    return [*parts, f"## {say('question.choice')}\n\n{note}" + "\n".join(choice(say, results + other_results))]
