"""HW2's picture: what the methods make of a model."""
import textwrap

from hw2.findings import groups, means
from minidl.plots import figure


def plot_methods(path, results):
    """Draw score a token over distinct-2 of two runs, the means of each setting: a pane a prompt, a colour a method.

    Places are numbered, and the legend names the settings in each.  A marker is filled
    where each of the texts ended, and its JSON is right.
    """
    prompts = list(dict.fromkeys(result["prompt"] for result in results))
    methods = list(dict.fromkeys(result["method"] for result in results))
    with figure(path, columns=len(prompts), size=(7 * len(prompts), 6)) as (drawn, panes):
        for pane, prompt in zip(panes[0], prompts):
            places = {}  # settings with equal texts lie in one place
            for (its, name), found in groups(results).items():
                if its == prompt:
                    score, distinct, _ = means(found)
                    places.setdefault((round(distinct, 3), round(score, 3)), {})[name] = found
            for number, (place, together) in enumerate(places.items(), start=1):
                draw_place(pane, number, place, together, methods)
            pane.set(title=prompt, xlabel="distinct-2 of two runs: share of different ones among their pairs of tokens",
                     ylabel="score a token (log-probability)")
            pane.set_yscale("symlog", linthresh=0.1)
            pane.grid(alpha=0.3)
            pane.legend(fontsize=7, loc="lower left")
        drawn.suptitle("likely or varied: where each setting's texts lie (hollow: some text did not end, or its JSON "
                       "is wrong)")


def draw_place(pane, number, place, together, methods):
    """Draw one marker for the settings in one place, with its number; together is a dict from name to results."""
    found = [one for results in together.values() for one in results]
    colour = f"C{methods.index(found[0]['method'])}"
    good = all(one["finished"] and one["fault"] in (None, "right") for one in found)
    label = f"{number}: {', '.join(together)}".replace("temperature", "T").replace("num_beams", "W")
    pane.plot(*place, "o", color=colour, markerfacecolor=colour if good else "none", linestyle="none",
              label=textwrap.fill(label.replace("length_penalty", "a"), 70, subsequent_indent="    "))
    pane.annotate(str(number), place, textcoords="offset points", xytext=(4, 4), fontsize=9, color=colour)
