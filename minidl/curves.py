"""Pictures of training: loss and ROC-AUC over the epochs, of one run, of several, of every candidate of a search."""
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from minidl.arrays import AnyArray
from minidl.history import History, best_row, mean_history
from minidl.plots import COLOURS, MARKERS, WIDTH, figure, have_matplotlib, set_limits, set_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes

METRICS = {"loss": "loss (binary cross-entropy)", "roc_auc": "ROC-AUC"}
MAX_COLUMNS = 3  # candidates side by side


def set_names(history: History) -> list[str]:
    """Return the names of the data sets in a history: train and test for "train_loss" and "test_loss"."""
    return [key.removesuffix("_loss") for key in history[0] if key.endswith("_loss")]


def draw_lines(pane: "Axes", histories: Sequence[History], metric: str) -> list[float]:
    """Draw a metric over the epochs, one line per data set; return the values of the trained epochs.

    With several histories a line is their mean, and a band shows one standard deviation.
    The y axis fits the trained epochs; epoch 0 may lie outside.
    """
    epochs = [row["epoch"] for row in histories[0]]
    trained: list[float] = []
    for name in set_names(histories[0]):
        values = np.array([[row[f"{name}_{metric}"] for row in history] for history in histories])
        mean = values.mean(0)
        line, = pane.plot(epochs, mean, label=name)
        if len(values) > 1:
            deviation = values.std(0, ddof=1)
            pane.fill_between(epochs, mean - deviation, mean + deviation, alpha=0.25, color=line.get_color())
        trained += values[:, 1:].flatten().tolist()
    set_limits(pane, trained)
    pane.locator_params(axis="x", integer=True)
    return trained


def plot_curves(path: Path | str, histories: Sequence[History], title: str, *,
                interval: tuple[float, float] | None = None) -> bool:
    """Draw loss and ROC-AUC over the epochs, one line per data set; mark the best epoch.

    histories: one per seed.  With several, a line is their mean, and a band shows one
    standard deviation.  The best epoch has the highest mean ROC-AUC on the last data set.
    interval: (low, high) of the last data set's ROC-AUC after the last epoch, drawn as a bar.
    Returns whether matplotlib is installed; without it no file is written.
    """
    if not have_matplotlib():
        return False
    mean = mean_history(histories)
    name = set_names(mean)[-1]
    best = best_row(mean, f"{name}_roc_auc")
    with figure(path, columns=2) as (fig, panes):
        for pane, (metric, label) in zip(panes[0], METRICS.items()):
            trained = draw_lines(pane, histories, metric)
            pane.axvline(best["epoch"], color="grey", linestyle=":",
                         label=f"best epoch {best['epoch']}: {name} ROC-AUC {best[name + '_roc_auc']:.4f}")
            pane.set(xlabel="epoch", ylabel=label)
        if interval:
            low, high = interval
            pane.errorbar(mean[-1]["epoch"], (low + high) / 2, (high - low) / 2, marker="", capsize=4, color="black",
                          linewidth=1, label=f"95 % interval, {name}")
            set_limits(pane, [*trained, low, high])
        fig.legend(*pane.get_legend_handles_labels(), loc="outside lower center", ncols=4)
        set_title(fig, title)
    return True


def draw_comparison(pane: "Axes", histories: Mapping[str, History], metric: str) -> None:
    """Draw a metric over the epochs: one colour and marker per run, its first data set dotted, its second solid."""
    trained = []
    for number, (name, history) in enumerate(histories.items()):
        epochs = [row["epoch"] for row in history]
        colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
        for part, line in zip(set_names(history), (":", "-")):
            values = [row[f"{part}_{metric}"] for row in history]
            pane.plot(epochs, values, linestyle=line, color=colour, marker=marker, label=f"{name}, {part}")
            trained += values[1:]
    set_limits(pane, trained)
    pane.locator_params(axis="x", integer=True)


def plot_comparison(path: Path | str, histories: Mapping[str, History], title: str) -> None:
    """Draw loss and ROC-AUC by epoch, one colour per run (name: history): first data set dotted, second solid."""
    with figure(path, columns=2) as (fig, panes):
        for pane, (metric, label) in zip(panes[0], METRICS.items()):
            draw_comparison(pane, histories, metric)
            pane.set(xlabel="epoch", ylabel=label)
        fig.legend(*panes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=len(histories))
        set_title(fig, title)


def plot_small_multiples(path: Path | str, runs: Mapping[str, Sequence[History]], title: str, *, least: float = 0.0
                         ) -> None:
    """Draw ROC-AUC and loss over the epochs, two panes per entry of `runs` (title: histories), all with the same axes.

    least: what the axis of ROC-AUC spans at least.
    """
    columns = min(MAX_COLUMNS, len(runs))
    rows = math.ceil(len(runs) / columns)
    with figure(path, 2 * rows, columns, (WIDTH, 3.6 * rows + 0.8), sharex=True) as (fig, panes):
        for first_row, (metric, label) in enumerate({"roc_auc": "ROC-AUC", "loss": "loss"}.items()):
            metric_panes = panes[first_row::2]
            trained: list[float] = []
            for pane, (name, histories) in zip(metric_panes.flat, runs.items()):
                trained += draw_lines(pane, histories, metric)
                if not first_row:
                    pane.set_title(name, fontsize=12)
            share_limits(metric_panes, trained, 0.0 if first_row else least)
            for pane in metric_panes[:, 0]:
                pane.set_ylabel(label)
        hide_unused(panes, len(runs))
        fig.legend(*panes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
        set_title(fig, title)


def share_limits(panes: AnyArray, trained: Sequence[float], least: float) -> None:
    """Give all panes the same y axis; only the first column shows its numbers."""
    for pane in panes.flat:
        set_limits(pane, trained, least)
    for pane in panes[:, 1:].flat:
        pane.tick_params(labelleft=False)


def hide_unused(panes: AnyArray, used: int) -> None:
    """Hide the pairs of panes after the first `used`; name the epochs under the lowest pane of each column."""
    columns = panes.shape[1]
    for number in range(panes.size // 2):
        row, column = divmod(number, columns)
        if number >= used:
            panes[2 * row, column].set_visible(False)
            panes[2 * row + 1, column].set_visible(False)
        elif number + columns >= used:
            panes[2 * row + 1, column].set_xlabel("epoch")
            panes[2 * row + 1, column].tick_params(labelbottom=True)
