"""What a run leaves behind: files that are whole or absent, tables, curves.

Every file is written under a temporary name and renamed, so that a run killed at
any moment leaves no half of one.
"""
import contextlib
import csv
import io
import json
import os
from pathlib import Path

NO_MATPLOTLIB = "no plots: matplotlib is not installed; pip install 'minidl[plot]' brings it"


@contextlib.contextmanager
def replacing(path):
    """Yield a temporary path beside `path`; on success it becomes `path`, its folder made."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp{path.suffix}")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path, text):
    """Write a UTF-8 text file."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(path, value):
    """Write a JSON file, indented, keys in the order given."""
    write_text(path, json.dumps(value, indent=2) + "\n")


def write_csv(path, rows):
    """Write dicts with the same keys as a CSV file; floats keep every digit."""
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(path, text.getvalue())


class Table:
    """A table that prints line by line as its rows come.

    columns: dict from heading to format, such as {"epoch": "d", "test loss": ".4f"}.
    """

    def __init__(self, columns, show=print):
        self.columns, self.show = columns, show
        self.widths = {heading: max(len(heading), 6) for heading in columns}
        show("  ".join(f"{heading:>{width}}" for heading, width in self.widths.items()))

    def row(self, *values):
        """Print one row; text goes as it is, into the column's width."""
        cells = [value if isinstance(value, str) else format(value, form)
                 for value, form in zip(values, self.columns.values())]
        self.show("  ".join(f"{cell:>{width}}" for cell, width in zip(cells, self.widths.values())))


def best_row(history, key):
    """Return the history's row with the highest `key`, the earliest among equals."""
    return max(history, key=lambda row: row[key])


def plot_curves(path, history, title):
    """Draw loss and ROC-AUC over the epochs, one line a data set; mark the best epoch.

    The best epoch is the one with the highest ROC-AUC on the last data set.  The
    scale is that of the trained epochs; the untrained one may lie outside.
    Returns whether matplotlib was there to draw.
    """
    try:
        import matplotlib
    except ImportError:
        return False
    matplotlib.use("Agg")
    from matplotlib import pyplot
    from matplotlib.ticker import MaxNLocator

    names = [key.removesuffix("_loss") for key in history[0] if key.endswith("_loss")]
    best = best_row(history, f"{names[-1]}_roc_auc")
    epochs = [row["epoch"] for row in history]
    figure, panes = pyplot.subplots(1, 2, figsize=(10, 4.5), layout="constrained")
    for pane, key, label in zip(panes, ("loss", "roc_auc"), ("loss (binary cross-entropy)", "ROC-AUC")):
        for name in names:
            pane.plot(epochs, [row[f"{name}_{key}"] for row in history], marker="o", markersize=3, label=name)
        trained = [row[f"{name}_{key}"] for row in history[1:] for name in names]
        if trained:
            margin = 0.1 * (max(trained) - min(trained)) or 0.01
            pane.set_ylim(min(trained) - margin, max(trained) + margin)
        pane.axvline(best["epoch"], color="grey", linestyle=":",
                     label=f"best epoch {best['epoch']}: {names[-1]} ROC-AUC {best[names[-1] + '_roc_auc']:.4f}")
        pane.set(xlabel="epoch", ylabel=label)
        pane.xaxis.set_major_locator(MaxNLocator(integer=True))
        pane.grid(alpha=0.3)
    figure.legend(*panes[0].get_legend_handles_labels(), loc="outside lower center", ncols=len(names) + 1)
    figure.suptitle(title)
    with replacing(path) as temporary:
        figure.savefig(temporary, dpi=120)
    pyplot.close(figure)
    return True
