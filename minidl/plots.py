"""Pictures of training: curves over the epochs, metrics over one hyperparameter, a heat map over two.

matplotlib is an optional dependency: call have_matplotlib() first; NO_MATPLOTLIB says how to get it.
"""
import contextlib
import importlib.util
import math
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from minidl.arrays import AnyArray
from minidl.files import replacing
from minidl.history import History, best_row, mean_history

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NO_MATPLOTLIB = "no plots: matplotlib is not installed; install it with: pip install 'minidl[plot]'"
TITLE_WIDTH = 100  # characters that fit above two panes
METRICS = {"loss": "loss (binary cross-entropy)", "roc_auc": "ROC-AUC"}


def have_matplotlib() -> bool:
    """Return whether matplotlib is installed."""
    try:
        return importlib.util.find_spec("matplotlib") is not None
    except ValueError:  # sys.modules["matplotlib"] is None: the import is blocked
        return False


@contextlib.contextmanager
def figure(path: Path | str, rows: int = 1, columns: int = 1, size: tuple[float, float] = (10, 4.5), **options: Any
           ) -> Iterator[tuple["Figure", AnyArray]]:
    """Yield a figure and its (rows, columns) panes, write it to `path` at the end; options go to pyplot.subplots."""
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    fig, panes = pyplot.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False, **options)
    try:
        yield fig, panes
        with replacing(path) as temporary:
            fig.savefig(temporary, dpi=120)
    finally:
        pyplot.close(fig)


def set_names(history: History) -> list[str]:
    """Return the names of the data sets in a history: train and test for "train_loss" and "test_loss"."""
    return [key.removesuffix("_loss") for key in history[0] if key.endswith("_loss")]


def zoom(pane: "Axes", values: Sequence[float]) -> None:
    """Fit the y axis to `values`, those of the trained epochs; the value of epoch 0 may lie outside."""
    if values:
        margin = 0.1 * (max(values) - min(values)) or 0.01
        pane.set_ylim(min(values) - margin, max(values) + margin)
    pane.locator_params(axis="x", integer=True)
    pane.grid(alpha=0.3)


def draw_lines(pane: "Axes", histories: Sequence[History], metric: str) -> None:
    """Draw a metric over the epochs, one line per data set.

    With several histories a line is their mean, and a band shows one standard deviation.
    """
    epochs = [row["epoch"] for row in histories[0]]
    trained = []
    for name in set_names(histories[0]):
        values = np.array([[row[f"{name}_{metric}"] for row in history] for history in histories])
        mean = values.mean(0)
        line, = pane.plot(epochs, mean, marker="o", markersize=3, label=name)
        if len(values) > 1:
            deviation = values.std(0, ddof=1)
            pane.fill_between(epochs, mean - deviation, mean + deviation, alpha=0.25, color=line.get_color())
        trained += values[:, 1:].flatten().tolist()
    zoom(pane, trained)


def plot_curves(path: Path | str, histories: Sequence[History], title: str) -> bool:
    """Draw loss and ROC-AUC over the epochs, one line per data set; mark the best epoch.

    histories: one per seed.  With several, a line is their mean, and a band shows one
    standard deviation.  The best epoch has the highest mean ROC-AUC on the last data set.
    Returns whether matplotlib is installed; without it no file is written.
    """
    if not have_matplotlib():
        return False
    mean = mean_history(histories)
    name = set_names(mean)[-1]
    best = best_row(mean, f"{name}_roc_auc")
    with figure(path, columns=2) as (fig, panes):
        for pane, (metric, label) in zip(panes[0], METRICS.items()):
            draw_lines(pane, histories, metric)
            pane.axvline(best["epoch"], color="grey", linestyle=":",
                         label=f"best epoch {best['epoch']}: {name} ROC-AUC {best[name + '_roc_auc']:.4f}")
            pane.set(xlabel="epoch", ylabel=label)
        fig.legend(*panes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
        fig.suptitle(textwrap.fill(title, TITLE_WIDTH))
    return True


def draw_comparison(pane: "Axes", histories: Mapping[str, History], metric: str) -> None:
    """Draw a metric over the epochs: one colour per run, its first data set dotted, its second solid."""
    trained = []
    for number, (name, history) in enumerate(histories.items()):
        epochs = [row["epoch"] for row in history]
        for part, style in zip(set_names(history), (":", "-")):
            values = [row[f"{part}_{metric}"] for row in history]
            pane.plot(epochs, values, style, marker="o", markersize=3, color=f"C{number}", label=f"{name}, {part}")
            trained += values[1:]
    zoom(pane, trained)


def plot_comparison(path: Path | str, histories: Mapping[str, History], title: str) -> None:
    """Draw loss and ROC-AUC by epoch, one colour per run (name: history): first data set dotted, second solid."""
    with figure(path, columns=2) as (fig, panes):
        for pane, (metric, label) in zip(panes[0], METRICS.items()):
            draw_comparison(pane, histories, metric)
            pane.set(xlabel="epoch", ylabel=label)
        fig.legend(*panes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=len(histories))
        fig.suptitle(title)


def label_outer_panes(panes: AnyArray, used: int) -> None:
    """Hide all panes after the first `used`; label the y axis of the first column, the x axis of the lowest panes."""
    columns = panes.shape[1]
    for pane in panes.flat[used:]:
        pane.set_visible(False)
    for pane in panes.flat[max(0, used - columns):used]:
        pane.set_xlabel("epoch")
        pane.tick_params(labelbottom=True)
    for pane in panes[:, 0]:
        pane.set_ylabel("ROC-AUC")


def plot_small_multiples(path: Path | str, runs: Mapping[str, Sequence[History]], title: str) -> None:
    """Draw ROC-AUC over the epochs, one pane per entry of `runs` (title: histories), all with the same axes."""
    columns = min(3, len(runs))
    rows = math.ceil(len(runs) / columns)
    with figure(path, rows, columns, (4 * columns, 2.7 * rows + 0.6), sharex=True, sharey=True) as (fig, panes):
        limits = []
        for pane, (name, histories) in zip(panes.flat, runs.items()):
            draw_lines(pane, histories, "roc_auc")
            limits.append(pane.get_ylim())
            pane.set_title(name, fontsize=10)
        panes[0, 0].set_ylim(min(low for low, _ in limits), max(high for _, high in limits))
        fig.legend(*panes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
        label_outer_panes(panes, len(runs))
        fig.suptitle(title)


def draw_means(pane: "Axes", samples: Sequence[Sequence[float]]) -> None:
    """Draw the mean of each sample at its index, with a bar of one standard deviation; skip empty samples."""
    indices = [index for index, sample in enumerate(samples) if sample]
    means = [np.mean(samples[index]) for index in indices]
    deviations = [float(np.std(samples[index], ddof=1)) if len(samples[index]) > 1 else 0.0 for index in indices]
    pane.errorbar(indices, means, deviations, marker="o", capsize=3)


def plot_over(path: Path | str, name: str, values: Sequence[Any], metrics: Mapping[str, Sequence[Sequence[float]]],
              title: str) -> None:
    """Draw metrics over the values of one hyperparameter, evenly spaced, one pane per metric.

    metrics: dict from label to one sample per value: the numbers of its runs, drawn as by draw_means.
    """
    with figure(path, columns=len(metrics)) as (fig, panes):
        for pane, (label, samples) in zip(panes[0], metrics.items()):
            draw_means(pane, samples)
            pane.set_xticks(range(len(values)), map(str, values))
            pane.set(xlabel=name, ylabel=label)
            pane.grid(alpha=0.3)
        fig.suptitle(title)


def plot_heat_map(path: Path | str, rows: tuple[str, Sequence[Any]], columns: tuple[str, Sequence[Any]],
                  numbers: npt.ArrayLike, title: str) -> None:
    """Draw a table of numbers as coloured cells, each with its number; NaN is labelled diverged.

    rows, columns: (name, values) of the two hyperparameters.  numbers: (R, C).
    """
    numbers = np.asarray(numbers, dtype=float)
    with figure(path, size=(6.4, 4.6)) as (fig, panes):
        pane = panes[0, 0]
        image = pane.imshow(np.ma.masked_invalid(numbers), cmap="viridis", aspect="auto")
        middle = np.nanmean([np.nanmin(numbers), np.nanmax(numbers)])
        for (row, column), number in np.ndenumerate(numbers):
            text = "diverged" if np.isnan(number) else f"{number:.4f}"
            pane.text(column, row, text, ha="center", va="center", color="white" if number < middle else "black")
        pane.set_xticks(range(len(columns[1])), map(str, columns[1]))
        pane.set_yticks(range(len(rows[1])), map(str, rows[1]))
        pane.set(xlabel=columns[0], ylabel=rows[0], title=title)
        fig.colorbar(image, ax=pane)
