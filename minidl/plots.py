"""Pictures of training: curves, one value over a hyperparameter, a heat map over two.

matplotlib is an extra: without it nothing is drawn, and NO_MATPLOTLIB says how to get it.
"""
import contextlib
import importlib.util
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from minidl.files import replacing
from minidl.history import History, best_row, mean_history

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
NO_MATPLOTLIB = "no plots: matplotlib is not installed; pip install 'minidl[plot]' brings it"
WIDE = 100  # characters of a title that fit above two panes
METRICS = {"loss": "loss (binary cross-entropy)", "roc_auc": "ROC-AUC"}


def have_matplotlib() -> bool:
    """Return whether pictures can be drawn."""
    try:
        return importlib.util.find_spec("matplotlib") is not None
    except ValueError:  # an import that is blocked
        return False


@contextlib.contextmanager
def figure(path: Path | str, rows: int = 1, columns: int = 1, size: tuple[float, float] = (10, 4.5), **shared: Any
           ) -> Iterator[tuple["Figure", npt.NDArray[Any]]]:
    """Yield a matplotlib figure and its array of panes; save it as `path` at the end."""
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    drawn, panes = pyplot.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False, **shared)
    try:
        yield drawn, panes
        with replacing(path) as temporary:
            drawn.savefig(temporary, dpi=120)
    finally:
        pyplot.close(drawn)


def set_names(history: History) -> list[str]:
    """Return the names of the data sets that a history has."""
    return [key.removesuffix("_loss") for key in history[0] if key.endswith("_loss")]


def draw_lines(pane: "Axes", histories: Sequence[History], metric: str) -> None:
    """Draw a metric over the epochs: a line a data set, and a band of one deviation around the mean of several."""
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


def zoom(pane: "Axes", values: Sequence[float]) -> None:
    """Fit a pane over the epochs to the values after training began: the untrained epoch may lie outside."""
    if values:
        margin = 0.1 * (max(values) - min(values)) or 0.01
        pane.set_ylim(min(values) - margin, max(values) + margin)
    pane.locator_params(axis="x", integer=True)
    pane.grid(alpha=0.3)


def plot_curves(path: Path | str, histories: Sequence[History], title: str) -> bool:
    """Draw loss and ROC-AUC over the epochs, one line a data set; mark the best epoch.

    histories: one a seed; of several, the mean and a band of one standard deviation.
    The best epoch is the one with the highest ROC-AUC on the last data set.  Returns
    whether matplotlib was there to draw.
    """
    if not have_matplotlib():
        return False
    mean = mean_history(histories)
    name = set_names(mean)[-1]
    best = best_row(mean, f"{name}_roc_auc")
    with figure(path, columns=2) as (drawn, panes):
        for pane, (metric, label) in zip(panes[0], METRICS.items()):
            draw_lines(pane, histories, metric)
            pane.axvline(best["epoch"], color="grey", linestyle=":",
                         label=f"best epoch {best['epoch']}: {name} ROC-AUC {best[name + '_roc_auc']:.4f}")
            pane.set(xlabel="epoch", ylabel=label)
        drawn.legend(*panes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
        drawn.suptitle(textwrap.fill(title, WIDE))
    return True


def plot_comparison(path: Path | str, histories: Mapping[str, History], title: str) -> None:
    """Draw loss and ROC-AUC of several runs in one figure: histories is a dict from name to history.

    A colour a run; its last data set in a full line, the first one, that it was trained on, dotted.
    """
    with figure(path, columns=2) as (drawn, panes):
        for pane, (metric, label) in zip(panes[0], METRICS.items()):
            shown = []
            for number, (name, history) in enumerate(histories.items()):
                for part, style in zip(set_names(history), (":", "-")):
                    values = [row[f"{part}_{metric}"] for row in history]
                    pane.plot([row["epoch"] for row in history], values, style, marker="o", markersize=3,
                              color=f"C{number}", label=f"{name}, {part}")
                    shown += values[1:]
            zoom(pane, shown)
            pane.set(xlabel="epoch", ylabel=label)
        drawn.legend(*panes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=len(histories))
        drawn.suptitle(title)


def plot_small_multiples(path: Path | str, named: Mapping[str, Sequence[History]], title: str) -> None:
    """Draw ROC-AUC over the epochs of many runs, one pane each: named is a dict from name to histories."""
    columns = min(3, len(named))
    rows = -(-len(named) // columns)
    with figure(path, rows, columns, (4 * columns, 2.7 * rows + 0.6), sharex=True, sharey=True) as (drawn, panes):
        low, high = [], []
        for pane, (name, histories) in zip(panes.flat, named.items()):
            draw_lines(pane, histories, "roc_auc")
            low.append(pane.get_ylim()[0])
            high.append(pane.get_ylim()[1])
            pane.set_title(name, fontsize=10)
        panes[0, 0].set_ylim(min(low), max(high))
        for pane in panes.flat[len(named):]:
            pane.set_visible(False)
        drawn.legend(*panes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
        for pane in panes.flat[max(0, len(named) - columns):len(named)]:  # the lowest of each column
            pane.set_xlabel("epoch")
            pane.tick_params(labelbottom=True)
        for pane in panes[:, 0]:
            pane.set_ylabel("ROC-AUC")
        drawn.suptitle(title)


def plot_over(path: Path | str, name: str, values: Sequence[Any], metrics: Mapping[str, Sequence[Sequence[float]]],
              title: str) -> None:
    """Draw metrics over the values of one hyperparameter, evenly spaced.

    metrics: dict from label to a list with, for each value, the numbers of its runs.
    """
    with figure(path, columns=len(metrics)) as (drawn, panes):
        for pane, (label, numbers) in zip(panes[0], metrics.items()):
            places = [place for place, found in enumerate(numbers) if found]
            means = [np.mean(numbers[place]) for place in places]
            deviations = [np.std(numbers[place], ddof=1) if len(numbers[place]) > 1 else 0 for place in places]
            pane.errorbar(places, means, deviations, marker="o", capsize=3)
            pane.set_xticks(range(len(values)), map(str, values))
            pane.set(xlabel=name, ylabel=label)
            pane.grid(alpha=0.3)
        drawn.suptitle(title)


def plot_heat_map(path: Path | str, rows: tuple[str, Sequence[Any]], columns: tuple[str, Sequence[Any]],
                  numbers: npt.ArrayLike, title: str) -> None:
    """Draw a table of numbers as coloured cells with their values in them; NaN is labelled diverged.

    rows, columns: (name, values) of the two hyperparameters; numbers (R, C).
    """
    numbers = np.asarray(numbers, dtype=float)
    with figure(path, size=(6.4, 4.6)) as (drawn, panes):
        pane = panes[0, 0]
        image = pane.imshow(np.ma.masked_invalid(numbers), cmap="viridis", aspect="auto")
        middle = np.nanmean([np.nanmin(numbers), np.nanmax(numbers)])
        for (r, c), value in np.ndenumerate(numbers):
            text = "diverged" if np.isnan(value) else f"{value:.4f}"
            pane.text(c, r, text, ha="center", va="center", color="white" if value < middle else "black")
        pane.set_xticks(range(len(columns[1])), map(str, columns[1]))
        pane.set_yticks(range(len(rows[1])), map(str, rows[1]))
        pane.set(xlabel=columns[0], ylabel=rows[0], title=title)
        drawn.colorbar(image, ax=pane)
