"""The conclusion of a task's report: sentences from the numbers of its own texts; say: those of report.ini."""
from statistics import fmean

from hw2.findings import diversity, fault, likeliest, prompts_of, runs_by_setting


def names_text(say, names):
    """Return the names of settings, or numbers, as text: "a, b and c"."""
    names = [say.translated("name", name) for name in names]
    return f" {say('and')} ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def conclusion(say, results):
    """Return Markdown: what this task's texts show, one item per prompt."""
    lines = [f"- {say.translated('prompt', prompt)}: {' '.join(sentences(say, runs_by_setting(results, prompt)))}"
             for prompt in prompts_of(results)]
    return "\n".join([*lines, say("too few", count=len(results))])


def sentences(say, settings):
    """Return the sentences about one prompt; settings: dict from name to runs."""
    passed = {name: runs for name, runs in settings.items() if not any(map(fault, runs))}
    failed = [name for name in settings if name not in passed]
    if not failed:
        result = [say("all passed")]
    elif passed:
        result = [say("some passed", passed=names_text(say, list(passed)), failed=names_text(say, failed))]
    else:
        result = [say("none passed")]
    return [*result, *repeats(say, settings), *effect_of_beams(say, settings), *advice(say, passed)]


def repeats(say, settings):
    """Return which settings give the same text in each run, and which do not."""
    several = {name: runs for name, runs in settings.items() if len(runs) > 1}
    same = [name for name, runs in several.items() if len({run["text"] for run in runs}) == 1]
    varied = [name for name in several if name not in same]
    return [say(name, names=names_text(say, names)) for name, names in (("same", same), ("different", varied)) if names]


def effect_of_beams(say, settings):
    """Return what num_beams and length_penalty changed, if they were varied."""
    runs = [run for runs in settings.values() for run in runs]
    widths = sorted({run["key"]["settings"].get("num_beams", 0) for run in runs})
    if len(widths) < 2:
        return []
    scores = [fmean(run["score"] for run in runs if run["key"]["settings"]["num_beams"] == width) for width in widths]
    changed = any(len({run["text"] for run in runs if run["key"]["settings"]["num_beams"] == width}) > 1
                  for width in widths)
    return [say("beams", widths=names_text(say, list(map(str, widths))),
                scores=names_text(say, [f"{score:.2f}" for score in scores])),
            say("penalty changed" if changed else "penalty changed nothing")]


def advice(say, passed):
    """Return the setting to take; passed: the settings for which no check failed."""
    if not passed:
        return [say("no advice")]
    best = likeliest(passed)
    best_names = names_text(say, best)
    if next(iter(passed.values()))[0]["fault"] is not None:
        return [say("right and likely" if len(best) < len(passed) else "right", name=best_names)]
    varied = {name: runs for name, runs in passed.items() if len({run["text"] for run in runs}) > 1}
    if varied:
        most = max(varied, key=lambda name: diversity(varied[name]))
        return [say("most varied", name=say.translated("name", most))]
    return [say("likeliest", name=best_names)] if len(best) < len(passed) else []
