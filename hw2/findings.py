"""What a task's results say about the sheet's questions: sentences made from the run's own numbers.

A result is a text with its score, tokens and settings, as hw2.session writes it; a group
are the results of one prompt and one setting.
"""
from itertools import combinations
from statistics import fmean

from hw2.tasks import distinct_2, settings_text

APART = -5.0  # score a token: the model gave its own text's tokens less than a chance in 148 each
CIRCLES = 0.5  # distinct-2: half of the neighbouring pairs have been there before
MEANS = {"score a token": ".3f", "distinct-2 of two runs": ".3f", "length": ".0f"}


def name_of(result):
    """Return the method and its settings as text: "greedy", "temperature 0.5", "nucleus (temperature 1, top_p 0.9)"."""
    method, settings = result["method"], settings_text(result["key"]["settings"])
    if not settings:
        return method
    return settings if settings.startswith(method) else f"{method} ({settings})"


def groups(results):
    """Return a dict from (prompt, name) to the results of one setting, in their order."""
    found = {}
    for result in results:
        found.setdefault((result["prompt"], name_of(result)), []).append(result)
    return found


def listed(names, everything):
    """Return names as text, a method's settings as "nucleus (all 4 settings)" where none of them is missing.

    names, everything: dicts from name to its results, the first a part of the second.
    """
    parts = []
    for method in dict.fromkeys(found[0]["method"] for found in names.values()):
        its = [name for name, found in names.items() if found[0]["method"] == method]
        count = sum(found[0]["method"] == method for found in everything.values())
        parts += [f"{method} (all {count} settings)"] if len(its) == count > 1 else its
    return ", ".join(parts)


def fault(result):
    """Return what is wrong with a text, in words; None where these numbers show nothing.

    A text may fall apart, go round in circles, or not end; a transfer's JSON may be wrong.
    """
    if result["score"] / len(result["tokens"]) < APART:
        return f"falls apart (score a token below {APART:g})"
    if result["fault"] not in (None, "right"):
        return result["fault"]
    if result["distinct_2"] < CIRCLES and result["fault"] is None:
        return f"goes round in circles (distinct-2 below {CIRCLES:g})"
    return None if result["finished"] else "does not end"


def likelihood(results):
    """Return the mean score a token."""
    return fmean(one["score"] / len(one["tokens"]) for one in results)


def diversity(results):
    """Return the distinct-2 of two runs' texts together, the mean over all pairs of runs.

    It is half of a text's own where each run makes that text again; one run alone is taken as such.
    """
    texts = [one["tokens"][:-1] if one["finished"] else one["tokens"] for one in results]
    return fmean(distinct_2(*two) for two in (combinations(texts, 2) if len(texts) > 1 else [texts * 2]))


def means(results):
    """Return the means of a setting's results: score a token, distinct-2 of two runs, length."""
    return likelihood(results), diversity(results), fmean(len(one["tokens"]) for one in results)


def repeated(results):
    """Answer: do repeated runs differ?"""
    lines = []
    for (prompt, name), found in groups(results).items():
        if len(found) > 1:
            texts = len({one["text"] for one in found})
            lines.append(f"- {prompt}, {name}: {len(found)} runs, " + (
                "the same text each time" if texts == 1 else f"{texts} different texts"))
    return lines or ["- each setting was decoded once"]


def faults(results):
    """Answer: what goes wrong with the story, and with the JSON?"""
    lines = []
    for prompt in dict.fromkeys(result["prompt"] for result in results):
        kinds = {}
        for (its, name), found in groups(results).items():
            for kind in {fault(one): None for one in found} if its == prompt else ():
                count = sum(fault(one) == kind for one in found)
                kinds.setdefault(kind, []).append(f"{name} {count} of {len(found)}")
        good = kinds.pop(None, ["none"])
        lines += [f"- {prompt}, {kind}: {', '.join(where)}" for kind, where in kinds.items()]
        lines.append(f"- {prompt}, nothing wrong that these numbers show: {', '.join(good)}")
    return lines


def effects(results):
    """Answer: what does each setting do?  Compares the results whose other settings are equal."""
    lines, names = [], dict.fromkeys(name for result in results for name in result["key"]["settings"])
    for prompt in dict.fromkeys(result["prompt"] for result in results):
        for name in names:
            families = {}
            for result in results:
                others = {key: value for key, value in result["key"]["settings"].items() if key != name}
                value = result["key"]["settings"].get(name)
                if result["prompt"] == prompt and value is not None:
                    families.setdefault(settings_text(others), {}).setdefault(value, []).append(result)
            for others, by_value in families.items():
                if len(by_value) > 1:
                    rows = [means(by_value[value]) for value in sorted(by_value)]
                    told = [f"{label} {' -> '.join(format(row[place], form) for row in rows)}" for place, (
                        label, form) in enumerate(MEANS.items())]
                    lines.append(f"- {prompt}, {name} {' -> '.join(map(str, sorted(by_value)))}"
                                 f"{f' with {others}' if others else ''}: {'; '.join(told)}")
    return lines or ["- this method has no setting that was varied"]


def liked(sound, everything):
    """Return as text what the model likes best: the highest score a token, and who else made just those texts."""
    texts = {name: {one["text"] for one in found} for name, found in sound.items()}
    best = max(sound, key=lambda name: likelihood(sound[name]))
    same = {name: found for name, found in sound.items() if texts[name] == texts[best]}
    score = f"{likelihood(sound[best]):.3f} a token"
    if 1 < len(same) == len(sound):
        return f"All made the same text, {score}."
    return f"The model likes best: {listed(same, everything)}, {score}."


def choice(results):
    """Answer: which method suits which task?  Of all results there are, those of other tasks included."""
    lines = []
    for prompt in dict.fromkeys(result["prompt"] for result in results):
        everything = {name: found for (its, name), found in groups(results).items() if its == prompt}
        sound = {name: found for name, found in everything.items() if not any(map(fault, found))}
        if not sound:
            lines.append(f"- {prompt}: no method made a text without a fault each time")
            continue
        varied = {name: found for name, found in sound.items() if len({one["text"] for one in found}) > 1}
        lines.append(f"- {prompt}: without a fault each time: {listed(sound, everything)}. {liked(sound, everything)}")
        if varied and any(one["fault"] is None for one in varied[next(iter(varied))]):
            fresh = max(varied, key=lambda name: (len({one["text"] for one in varied[name]}), diversity(varied[name])))
            lines.append(f"- {prompt}: another text each time, and none with a fault: {listed(varied, everything)}; "
                         f"the most varied is {fresh}, distinct-2 of two runs {diversity(varied[fresh]):.3f}.")
    return lines


QUESTIONS = {"Do repeated runs differ?": repeated, "What goes wrong for the story, and for the JSON?": faults,
             "What does each setting do?": effects}


def answers(results, others):
    """Return Markdown: the questions with what these results say, the last one also from other tasks' results."""
    parts = [f"## {question}\n\n" + "\n".join(answer(results)) for question, answer in QUESTIONS.items()]
    heading = "## Which method suits which task?\n\n" + (
        "" if others else "Of this task alone; `--task all` compares all five.\n\n")
    return [*parts, heading + "\n".join(choice(results + others))]
