"""The conclusion of a task's report: sentences from the numbers of its own texts."""
from statistics import fmean

from hw2.findings import diversity, fault, likelihood, prompts_of, runs_by_setting


def names_text(names):
    """Return names as text.

    >>> names_text(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def conclusion(results):
    """Return Markdown: what this task's texts show, one item per prompt."""
    lines = [f"- {prompt}: {' '.join(sentences(runs_by_setting(results, prompt)))}" for prompt in prompts_of(results)]
    return "\n".join([*lines, f"- These are {len(results)} texts. They are too few for a test: the sentences describe "
                              "these texts only."])


def sentences(settings):
    """Return the sentences about one prompt; settings: dict from name to runs."""
    passed = {name: runs for name, runs in settings.items() if not any(map(fault, runs))}
    failed = [name for name in settings if name not in passed]
    if not failed:
        result = ["No automatic check failed."]
    elif passed:
        result = [f"No automatic check failed with {names_text(list(passed))}; one failed with {names_text(failed)}."]
    else:
        result = ["An automatic check failed with every setting."]
    return [*result, *repeats(settings), *effect_of_beams(settings), *advice(passed)]


def repeats(settings):
    """Return which settings give the same text in each run, and which do not."""
    several = {name: runs for name, runs in settings.items() if len(runs) > 1}
    same = [name for name, runs in several.items() if len({run["text"] for run in runs}) == 1]
    varied = [name for name in several if name not in same]
    return ([f"Each run gave the same text with {names_text(same)}."] if same else []) + (
        [f"The runs gave different texts with {names_text(varied)}."] if varied else [])


def effect_of_beams(settings):
    """Return what num_beams and length_penalty changed, if they were varied."""
    runs = [run for runs in settings.values() for run in runs]
    widths = sorted({run["key"]["settings"].get("num_beams", 0) for run in runs})
    if len(widths) < 2:
        return []
    scores = [fmean(run["score"] for run in runs if run["key"]["settings"]["num_beams"] == width) for width in widths]
    changed = any(len({run["text"] for run in runs if run["key"]["settings"]["num_beams"] == width}) > 1
                  for width in widths)
    return [f"With {names_text(list(map(str, widths)))} beams the mean score was "
            f"{names_text([f'{score:.2f}' for score in scores])}.",
            f"The length penalty {'changed a text' if changed else 'changed no text'}."]


def advice(passed):
    """Return the setting to take; passed: the settings for which no check failed."""
    if not passed:
        return ["So this task has no setting to recommend for this prompt."]
    likeliest = max(passed, key=lambda name: likelihood(passed[name]))
    if next(iter(passed.values()))[0]["fault"] is not None:
        return [f"One answer is right, so variety has no use here: {likeliest} gave it"
                + (" with the highest score per token." if len(passed) > 1 else ".")]
    varied = {name: runs for name, runs in passed.items() if len({run["text"] for run in runs}) > 1}
    if varied:
        most = max(varied, key=lambda name: diversity(varied[name]))
        return [f"For different texts, {most} is the most varied setting for which no check failed."]
    return [f"The text with the highest score per token is that of {likeliest}."] if len(passed) > 1 else []
