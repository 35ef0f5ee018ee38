"""The pictures of HW1: an experiment's curves, its candidates, quality over what was searched."""
from hw1.experiments import describe
from minidl.plots import have_matplotlib, plot_curves, plot_heat_map, plot_over, plot_small_multiples

LABELS = {"dropout": "dropout p", "weight_decay": "weight decay λ", "lr": "learning rate"}


def draw_runs(folder, outcome):
    """Draw curves.png of an outcome with several runs; one run has drawn its own."""
    if len(outcome.runs) > 1:
        experiment = outcome.experiment
        title = f"experiment {experiment.number}, {experiment.title}: {describe(outcome.settings)}"
        plot_curves(folder / "curves.png", [run.history for run in outcome.runs],
                    f"{title}; {len(outcome.runs)} seeds, mean and deviation")


def draw_search(folder, experiment, candidates):
    """Draw candidates.png, all curves; and search.png, quality over the one or two things searched."""
    if not have_matplotlib():
        return
    about = f"experiment {experiment.number}"
    good = {one.name: [run.history for run in one.runs] for one in candidates if not one.diverged}
    if good:
        plot_small_multiples(folder / "candidates.png", good, f"{about}: the candidates")
    else:
        return
    grid = list(experiment.grid.items())
    last = [[] if one.diverged else [run.history[-1] for run in one.runs] for one in candidates]
    if len(grid) == 1:
        (name, values), = grid
        metrics = {label: [[row[key] for row in rows] for rows in last]
                   for key, label in (("valid_roc_auc", "ROC-AUC on validation data, last epoch"),
                                      ("valid_loss", "loss on validation data, last epoch"))}
        plot_over(folder / "search.png", LABELS[name], values, metrics, f"{about}: quality over {LABELS[name]}")
    elif len(grid) == 2:
        (row_name, row_values), (name, values) = grid
        means = iter([float("nan") if one.diverged else one.last("valid_roc_auc") for one in candidates])
        plot_heat_map(folder / "search.png", (LABELS[row_name], row_values), (LABELS[name], values),
                      [[next(means) for _ in values] for _ in row_values],
                      f"{about}: ROC-AUC on validation data, last epoch")
