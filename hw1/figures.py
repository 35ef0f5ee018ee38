"""HW1's figures: every candidate's curves, quality over the searched settings, the experiments' ROC curves."""
import statistics

import numpy as np

from hw1.experiments import label, short_label
from minidl.curves import plot_small_multiples
from minidl.metrics import roc_auc_ci, roc_curve
from minidl.plots import WIDTH, figure, have_matplotlib, plot_heat_map, plot_over, set_limits, set_title

METRICS = {"valid_roc_auc": "ROC-AUC", "valid_loss": "loss"}
Z = 1.96  # of a 95 % interval
MARKED = np.linspace(0.05, 0.85, 5)  # false positive rates at which the first ROC curve has its markers
SHIFT = 0.03  # by so much the markers of the next curve stand further right, so that they do not cover each other
ENLARGED = (0.05, 0.4)  # the right pane shows what the curves do between these false positive rates


def draw_search(folder, title, grid, points):
    """Draw candidates.png, and search.png if one or two settings were searched; diverged points are left out."""
    finished = [point for point in points if not point.diverged]
    if not have_matplotlib() or not finished:
        return
    n_runs = len(finished[0].runs)
    bands = f", bands: deviation over {n_runs} trainings" if n_runs > 1 else ""
    plot_small_multiples(folder / "candidates.png",
                         {", ".join(f"{short_label(name)} {value}" for name, value in point.values.items()):
                          [run.history for run in point.runs] for point in finished},
                         f"{title}: candidates{bands}", least=max(map(width_of_interval, finished)))
    if len(grid) == 1:
        (name, values), = grid.items()
        metrics = {text: [interval(point, key) for point in points] for key, text in METRICS.items()}
        bars = f"deviation over {n_runs} trainings" if n_runs > 1 else "95 % interval"
        plot_over(folder / "search.png", label(name), values, metrics, f"{title}: validation, bars: {bars}")
    elif len(grid) == 2:
        (row_name, row_values), (column_name, column_values) = grid.items()
        means = iter([float("nan") if point.diverged else point.last("valid_roc_auc") for point in points])
        table = [[next(means) for _ in column_values] for _ in row_values]
        plot_heat_map(folder / "search.png", (label(row_name), row_values), (label(column_name), column_values), table,
                      f"{title}: validation ROC-AUC")


def width_of_interval(point):
    """Return the width of the 95 % interval of a point's ROC-AUC, by its first run."""
    _, low, high = roc_auc_ci(point.runs[0].target, point.runs[0].score)
    return high - low


def interval(point, key):
    """Return (mean, low, high) of a metric after the last epoch; None for a point that diverged.

    For several runs the bounds are one standard deviation away; for one, they are a 95 %
    interval over the validation rows.
    """
    if point.diverged:
        return None
    values = [run.last[key] for run in point.runs]
    mean, run = statistics.fmean(values), point.runs[0]
    if len(values) > 1:
        margin = statistics.stdev(values)
    elif key == "valid_roc_auc":
        return mean, *roc_auc_ci(run.target, run.score)[1:]
    else:
        losses = np.logaddexp(0, run.score) - run.target * run.score  # (N,)
        margin = Z * losses.std(ddof=1) / len(losses) ** 0.5
    return mean, mean - margin, mean + margin


def draw_roc_curves(path, title, runs):
    """Draw the ROC curves of runs, a dict from name to Run, and on the right their part at low false positive rates."""
    if not have_matplotlib():
        return
    shown = []  # true positive rates in the right pane
    with figure(path, columns=2, size=(WIDTH, 5)) as (fig, panes):
        for pane in panes[0]:
            for number, (name, run) in enumerate(runs.items()):
                fpr, tpr, _ = roc_curve(run.target, run.score)
                pane.plot(fpr, tpr, markevery=sorted(set(np.searchsorted(fpr, MARKED + SHIFT * number))),
                          label=f"{name}: {run.last['test_roc_auc']:.4f}")
                shown += np.interp(ENLARGED, fpr, tpr).tolist()
            pane.plot([0, 1], [0, 1], color="grey", linestyle=":", marker="", label="chance: 0.5")
            pane.set(xlabel="false positive rate", ylabel="true positive rate")
        set_limits(panes[0, 1], shown)
        panes[0, 1].set(xlim=(0, ENLARGED[1]), title="low false positive rates")
        fig.legend(*panes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
        set_title(fig, title)
