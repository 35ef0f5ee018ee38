"""methods.png: for every setting, how likely and how varied its texts are, and how many JSON answers are right."""
from hw2.findings import diversity, fault, likelihood, prompts_of, runs_by_setting
from minidl.plots import COLOURS, MARKERS, figure

INK, SOFT, FAINT = "#222222", "#6b6b6b", "#e4e4e4"
ROW = 0.27  # inches
FAR = 4  # a score this many times the median is written as a note, so that it does not squeeze the others


def plot_methods(path, results):
    """Draw one row per setting, and for each prompt its panes: score per token and diversity; for JSON the right texts.

    Each method has a colour and a marker.  A marker is hollow if an automatic check failed
    for one of the setting's texts.
    """
    methods = list(dict.fromkeys(result["method"] for result in results))
    panes_of = [(prompt, draw) for prompt in prompts_of(results) for draw in (
        [draw_right] if is_json(results, prompt) else [draw_scores, draw_diversity])]
    names = list(dict.fromkeys(name for prompt in prompts_of(results) for name in runs_by_setting(results, prompt)))
    with figure(path, columns=len(panes_of), size=(9, 1.5 + ROW * len(names)), sharey=True) as (fig, panes):
        for pane, (prompt, draw) in zip(panes[0], panes_of):
            settings = runs_by_setting(results, prompt)
            draw(pane, {names.index(name): runs for name, runs in settings.items()}, methods)
            pane.set_title(f"{prompt}: {pane.get_title()}", loc="left", fontsize=10, color=INK)
            pane.set_title("")
            pane.spines[:].set_visible(False)
            pane.tick_params(labelsize=8.5, colors=SOFT, length=0)
            pane.grid(False)
            pane.hlines(range(len(names)), 0, 1, transform=pane.get_yaxis_transform(), color=FAINT, linewidth=0.8,
                        zorder=0)
        panes[0, 0].set_yticks(range(len(names)), map(short_name, names))
        panes[0, 0].set_ylim(len(names) - 0.5, -0.7)
        for label in panes[0, 0].get_yticklabels():
            label.set(color=INK, fontsize=9)
        fig.supxlabel("hollow: an automatic check failed for a text of this setting", fontsize=9, color=SOFT)


def is_json(results, prompt):
    """Return whether the answers to a prompt are JSON that can be right or wrong."""
    return any(result["fault"] is not None for result in results if result["prompt"] == prompt)


def short_name(name):
    """Return the name of a setting, short enough for a row.

    >>> short_name("nucleus (temperature 1, top_p 0.9)"), short_name("beam search (num_beams 4, length_penalty 0.5)")
    ('nucleus, T 1, top_p 0.9', 'beam search, W 4, a 0.5')
    """
    for long, short in ((" (", ", "), (")", ""), ("temperature", "T"), ("num_beams", "W"), ("length_penalty", "a")):
        name = name.replace(long, short)
    return name


def marker(pane, x, row, runs, methods):
    """Draw the marker of a setting, or of one of its texts; runs: the results that it stands for."""
    number = methods.index(runs[0]["method"])
    colour = COLOURS[number % len(COLOURS)]
    pane.plot(x, row, marker=MARKERS[number % len(MARKERS)], color=colour, markersize=7, markeredgewidth=1.5,
              markerfacecolor="white" if any(map(fault, runs)) else colour, linestyle="none", clip_on=False)


def draw_scores(pane, settings, methods):
    """Draw the score per token; settings: dict from row to runs.  One that is far below the others is a note."""
    scores = {row: likelihood(runs) for row, runs in settings.items()}
    ranked = sorted(scores.values())
    far = {row for row, score in scores.items() if score < FAR * ranked[len(ranked) // 2] - 1}
    shown = [score for row, score in scores.items() if row not in far]
    span = max(shown) - min(shown) or 0.1
    left = min(shown) - (0.45 if far else 0.1) * span
    for row, runs in settings.items():
        marker(pane, left + 0.04 * span if row in far else scores[row], row, runs, methods)
        if row in far:
            pane.annotate(f"far left: {scores[row]:.1f}".replace("-", "−"), (left + 0.04 * span, row), (10, 0),
                          textcoords="offset points", fontsize=8.5, color=INK, va="center")
    pane.set(xlim=(left, max(shown) + 0.1 * span), title="score per token")
    pane.locator_params(axis="x", nbins=4)


def draw_diversity(pane, settings, methods):
    """Draw the distinct-2 of two runs; settings: dict from row to runs."""
    for row, runs in settings.items():
        marker(pane, diversity(runs), row, runs, methods)
    pane.set(title="distinct-2 of two runs")
    pane.locator_params(axis="x", nbins=4)


def draw_right(pane, settings, methods):
    """Draw the share of texts that passed; a marker per text, and the first fault in words; settings: as above."""
    most = max(map(len, settings.values()))
    for row, runs in settings.items():
        for number, run in enumerate(runs):
            marker(pane, number, row, [run], methods)
        faults = [fault(run) for run in runs if fault(run)]
        if faults:
            pane.annotate(faults[0].partition(" (")[0], (len(runs) - 1, row), (10, 0), textcoords="offset points",
                          fontsize=8.5, color=INK, va="center")
    pane.set(title="each text", xticks=[], xlim=(-0.5, most + 1.2))
