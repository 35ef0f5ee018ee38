"""Pictures: their common style, metrics over one hyperparameter, a heat map over two; curves.py has the curves.

Every line has a colour of Okabe and Ito and a marker of its own, so that readers who do
not see all colours can tell the lines apart ("Color universal design", 2008,
jfly.uni-koeln.de/color).  Their yellow is left out: it is too pale on white.

matplotlib is an optional dependency: call have_matplotlib() first; NO_MATPLOTLIB says how to get it.
"""
import contextlib
import importlib.util
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from minidl.arrays import AnyArray
from minidl.files import replacing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

NO_MATPLOTLIB = "no plots: matplotlib is not installed; install it with: pip install 'minidl[plot]'"
# blue, orange, bluish green, black, reddish purple, vermillion, sky blue
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#000000", "#CC79A7", "#D55E00", "#56B4E9")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
DPI = 150
WIDTH = 9  # inches: at the width of a README, about 840 pixels, the letters stay readable
TITLE_LETTERS = 9  # letters of a title that fit into one inch at the usual size
Interval = tuple[float, float, float]  # mean, low, high


def have_matplotlib() -> bool:
    """Return whether matplotlib is installed."""
    try:
        return importlib.util.find_spec("matplotlib") is not None
    except ValueError:  # sys.modules["matplotlib"] is None: the import is blocked
        return False


def load_pyplot() -> Any:
    """Return matplotlib.pyplot, which draws to files; processes that are forked later need not load it again."""
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    return pyplot


def style() -> dict[Any, Any]:
    """Return matplotlib's settings for every picture: colours and markers, a grid, ticks that are plain numbers."""
    from matplotlib.rcsetup import cycler
    return {"figure.dpi": DPI, "axes.prop_cycle": cycler(color=COLOURS) + cycler(marker=MARKERS),
            "lines.markersize": 5, "axes.grid": True, "grid.alpha": 0.3,
            "axes.formatter.useoffset": False, "axes.formatter.limits": (-6, 7)}


@contextlib.contextmanager
def figure(path: Path | str, rows: int = 1, columns: int = 1, size: tuple[float, float] = (WIDTH, 4.2), **options: Any
           ) -> Iterator[tuple["Figure", AnyArray]]:
    """Yield a figure and its (rows, columns) panes, write it to `path` at the end; options go to pyplot.subplots."""
    pyplot = load_pyplot()
    with pyplot.rc_context(style()):
        fig, panes = pyplot.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False, **options)
        try:
            yield fig, panes
            with replacing(path) as temporary:
                fig.savefig(temporary)
        finally:
            pyplot.close(fig)


def set_title(fig: "Figure", title: str) -> None:
    """Write the title of a picture on one line; a long one is smaller, a very long one is cut."""
    room = fig.get_figwidth() * TITLE_LETTERS
    title = textwrap.shorten(title, int(1.5 * room), placeholder=" …")
    fig.suptitle(title, fontsize=12 * min(1, room / len(title)) if title else 12)


def plain_ticks(axis: "Axis", values: Sequence[float]) -> None:
    """Put ticks at these values, as plain numbers; a logarithmic axis would show powers of ten."""
    axis.set_ticks(values, [f"{value:g}" for value in values])
    axis.set_ticks([], minor=True)


def set_limits(pane: "Axes", values: Sequence[float], least: float = 0.0) -> None:
    """Fit the y axis to `values`, but let it span at least `least`, so that noise does not look like a law."""
    if values:
        low, high = min(values), max(values)
        margin = max(0.1 * (high - low), (least - (high - low)) / 2) or 0.01
        pane.set_ylim(low - margin, high + margin)


def draw_intervals(pane: "Axes", intervals: Sequence[Interval | None]) -> None:
    """Draw each (mean, low, high) at its index: a point and a bar from low to high; skip None."""
    points = [(index, *interval) for index, interval in enumerate(intervals) if interval]
    if points:
        indices, means, lows, highs = map(np.array, zip(*points))
        pane.errorbar(indices, means, [means - lows, highs - means], capsize=4)


def plot_over(path: Path | str, name: str, values: Sequence[Any], metrics: Mapping[str, Sequence[Interval | None]],
              title: str) -> None:
    """Draw metrics over the values of one hyperparameter, evenly spaced, one pane per metric.

    metrics: dict from label to one (mean, low, high) per value, or None where there is no number.
    """
    with figure(path, columns=len(metrics)) as (fig, panes):
        for pane, (label, intervals) in zip(panes[0], metrics.items()):
            draw_intervals(pane, intervals)
            pane.set_xticks(range(len(values)), map(str, values))
            pane.set(xlabel=name, ylabel=label)
        set_title(fig, title)


def plot_heat_map(path: Path | str, rows: tuple[str, Sequence[Any]], columns: tuple[str, Sequence[Any]],
                  numbers: npt.ArrayLike, title: str) -> None:
    """Draw a table of numbers as coloured cells, each with its number; NaN is labelled diverged.

    rows, columns: (name, values) of the two hyperparameters.  numbers: (R, C).
    """
    numbers = np.asarray(numbers, dtype=float)
    with figure(path, size=(7, 4.2)) as (fig, panes):
        pane = panes[0, 0]
        image = pane.imshow(np.ma.masked_invalid(numbers), cmap="viridis", aspect="auto")
        middle = np.nanmean([np.nanmin(numbers), np.nanmax(numbers)])
        for (row, column), number in np.ndenumerate(numbers):
            text = "diverged" if np.isnan(number) else f"{number:.4f}"
            pane.text(column, row, text, ha="center", va="center", fontsize=12,
                      color="white" if number < middle else "black")
        pane.set_xticks(range(len(columns[1])), map(str, columns[1]))
        pane.set_yticks(range(len(rows[1])), map(str, rows[1]))
        pane.set(xlabel=columns[0], ylabel=rows[0])
        pane.grid(visible=False)
        fig.colorbar(image, ax=pane)
        set_title(fig, title)
