"""The figures of a search: every candidate's curves, and quality over the searched settings."""
from hw1.experiments import label
from minidl.grid_search import point_name
from minidl.plots import have_matplotlib, plot_heat_map, plot_over, plot_small_multiples

METRICS = {"valid_roc_auc": "ROC-AUC on validation data, last epoch",
           "valid_loss": "loss on validation data, last epoch"}


def draw_search(folder, title, grid, points):
    """Draw candidates.png, and search.png if one or two settings were searched; diverged points are left out."""
    finished = {point_name(point.values): [run.history for run in point.runs] for point in points if not point.diverged}
    if not have_matplotlib() or not finished:
        return
    plot_small_multiples(folder / "candidates.png", finished, f"{title}: the candidates")
    if len(grid) == 1:
        (name, values), = grid.items()
        last_rows = [[] if point.diverged else [run.last for run in point.runs] for point in points]
        metrics = {text: [[row[key] for row in rows] for rows in last_rows] for key, text in METRICS.items()}
        plot_over(folder / "search.png", label(name), values, metrics, f"{title}: quality over {label(name)}")
    elif len(grid) == 2:
        (row_name, row_values), (column_name, column_values) = grid.items()
        means = iter([float("nan") if point.diverged else point.last("valid_roc_auc") for point in points])
        table = [[next(means) for _ in column_values] for _ in row_values]
        plot_heat_map(folder / "search.png", (label(row_name), row_values), (label(column_name), column_values), table,
                      f"{title}: {METRICS['valid_roc_auc']}")
