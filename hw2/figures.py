"""HW2's figure: how likely and how varied each setting's texts are, and how many JSON answers are right."""
from hw2.findings import diversity, fault, likelihood, prompts_of, runs_by_setting
from minidl.plots import figure

COLOURS = ("#0072B2", "#009E73", "#D55E00", "#CC79A7", "#000000", "#E69F00", "#56B4E9")  # Okabe and Ito's
MARKERS = "osD^vP"
INK, SOFT = "#222222", "#6b6b6b"
MIN_SCORE = -3.0  # the score per token of a text with less is written as a note


def plot_methods(path, results):
    """Draw one pane per prompt: score per token over diversity, or for JSON the texts that are right.

    Each method has a colour and a marker, and each setting its label.  A marker is hollow if
    an automatic check failed for one of the setting's texts.
    """
    prompts = prompts_of(results)
    methods = list(dict.fromkeys(result["method"] for result in results))
    with figure(path, columns=len(prompts), size=(2 + 5 * len(prompts), 5.6)) as (fig, panes):
        for pane, prompt in zip(panes[0], prompts):
            settings = runs_by_setting(results, prompt)
            is_json = any(run["fault"] is not None for runs in settings.values() for run in runs)
            (draw_right if is_json else draw_scores)(pane, settings, methods)
            pane.set_title(prompt, loc="left", fontsize=13, fontweight="bold", color=INK)
            pane.spines[["top", "right"]].set_visible(False)
            pane.tick_params(labelsize=9, colors=SOFT)
        fig.suptitle("Likely or varied? Each marker is a setting; hollow: a check failed for one of its texts",
                     fontsize=11, color=SOFT)


def style_of(method, methods, filled):
    """Return how the markers of a method look."""
    number = methods.index(method)
    colour = COLOURS[number % len(COLOURS)]
    return {"marker": MARKERS[number % len(MARKERS)], "color": colour, "markersize": 8, "linestyle": "none",
            "markerfacecolor": colour if filled else "white", "markeredgewidth": 1.6}


def short_name(names):
    """Return the names of settings that share a marker, short: "greedy, T 0.001, top_p 0.15 (T 1)"."""
    text = ", ".join(names).replace("beam search (num_beams ", "beams (").replace("length_penalty", "penalty")
    return text.replace("nucleus (temperature ", "nucleus (").replace("top_p ", "").replace("temperature", "T")


def draw_scores(pane, settings, methods):
    """Draw score per token over distinct-2 of two runs; settings: dict from name to runs.

    Settings with equal numbers share a marker.  The labels stand in a column at the right,
    in the order of the scores, each joined to its marker, so that none covers another.
    """
    points, notes = {}, []
    for name, runs in settings.items():
        x, y = round(diversity(runs), 3), round(likelihood(runs), 3)
        if y < MIN_SCORE and len(settings) > 1:
            notes.append(f"below the picture: {short_name([name])}, {y:.1f} at {x:.2f}"
                         + (" (hollow)" if any(map(fault, runs)) else ""))
        else:
            points.setdefault((x, y), {})[name] = runs
    xs, ys = [x for x, _ in points] or [0.0], [y for _, y in points] or [0.0]
    span = max(xs) - min(xs) or 0.1
    pane.set_xlim(min(xs) - 0.08 * span, max(xs) + 1.05 * span)
    pane.set_xticks([tick for tick in (number / 10 for number in range(11)) if min(xs) - 0.1 < tick < max(xs) + 0.05])
    ranked = sorted(points, key=lambda point: -point[1])
    for number, point in enumerate(ranked):
        names = list(points[point])
        runs = points[point][names[0]]
        checked = not any(fault(run) for runs in points[point].values() for run in runs)
        style = style_of(runs[0]["method"], methods, checked)
        pane.plot(*point, **style, label=short_name(names), zorder=3)
        pane.annotate(wrapped(short_name(names)), point, xycoords="data", fontsize=9, color=INK, va="center",
                      xytext=(0.6, 0.95 - 0.9 * number / max(1, len(ranked) - 1)), textcoords="axes fraction",
                      arrowprops={"arrowstyle": "-", "color": style["color"], "alpha": 0.5, "linewidth": 1,
                                  "shrinkB": 5})
    low, high = min(ys), max(ys)
    margin = 0.12 * (high - low) or 0.1
    pane.set_ylim(low - margin, high + margin)
    pane.set_xlabel("more varied: distinct-2 of two runs" + "".join(f"\n{note}" for note in notes), color=SOFT)
    pane.set_ylabel("more likely: score per token", color=SOFT)


def wrapped(text, width=32):
    """Return a text in at most three lines."""
    import textwrap
    return "\n".join(textwrap.wrap(text, width, max_lines=3, placeholder=" ..."))


def draw_right(pane, settings, methods):
    """Draw one row per setting: a marker per text, filled if its JSON is right; a wrong setting's first fault in words."""
    most = max(map(len, settings.values()))
    for row, (name, runs) in enumerate(settings.items()):
        for number, run in enumerate(runs):
            pane.plot(number, row, **style_of(run["method"], methods, fault(run) is None))
        faults = [fault(run) for run in runs if fault(run)]
        if faults:
            pane.text(most - 0.5, row, faults[0].partition(" (")[0], fontsize=9, color=INK, va="center")
    pane.set_yticks(range(len(settings)), [short_name([name]) for name in settings])
    pane.tick_params(axis="y", length=0)
    pane.set(xlim=(-0.5, most + 2), ylim=(len(settings) - 0.5, -0.5), xticks=[])
    pane.spines[["left", "bottom"]].set_visible(False)
    pane.set_xlabel("filled: the JSON is right", color=SOFT)
