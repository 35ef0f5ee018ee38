"""HW2's figure: how likely and how varied each setting's texts are."""
import textwrap

from hw2.findings import diversity, likelihood, prompts_of, runs_by_setting
from minidl.plots import figure


def plot_methods(path, results):
    """Draw the score per token over distinct-2 of two runs: one pane per prompt, one marker per setting.

    Each method has a colour.  Settings with equal texts share a marker; the legend
    names the settings of each numbered marker.  A marker is filled if every text ended
    and its JSON is right.
    """
    prompts = prompts_of(results)
    methods = list(dict.fromkeys(result["method"] for result in results))
    with figure(path, columns=len(prompts), size=(7 * len(prompts), 6)) as (fig, panes):
        for pane, prompt in zip(panes[0], prompts):
            points = {}  # from (x, y) to the settings there, a dict from name to runs
            for name, runs in runs_by_setting(results, prompt).items():
                point = round(diversity(runs), 3), round(likelihood(runs), 3)
                points.setdefault(point, {})[name] = runs
            for number, (point, settings) in enumerate(points.items(), start=1):
                method = next(iter(settings.values()))[0]["method"]
                draw_marker(pane, number, point, settings, f"C{methods.index(method)}")
            pane.set(title=prompt, ylabel="score per token (log-probability)",
                     xlabel="distinct-2 of two runs: share of distinct pairs of neighbouring tokens")
            pane.set_yscale("symlog", linthresh=0.1)
            pane.grid(alpha=0.3)
            pane.legend(fontsize=7, loc="lower left")
        fig.suptitle("likely or varied: the texts of each setting (hollow: a text did not end, or its JSON is wrong)")


def draw_marker(pane, number, point, settings, colour):
    """Draw one numbered marker; settings: dict from name to runs."""
    results = [result for runs in settings.values() for result in runs]
    all_passed = all(result["finished"] and result["fault"] in (None, "right") for result in results)
    label = f"{number}: {', '.join(settings)}".replace("temperature", "T").replace("num_beams", "W")
    pane.plot(*point, "o", color=colour, markerfacecolor=colour if all_passed else "none", linestyle="none",
              label=textwrap.fill(label.replace("length_penalty", "a"), 70, subsequent_indent="    "))
    pane.annotate(str(number), point, textcoords="offset points", xytext=(4, 4), fontsize=9, color=colour)
