"""Grid search: train every point of a grid, and compare the points on validation data."""
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

from minidl.checks import checked_path, is_whole, require
from minidl.files import write_csv
from minidl.history import best_row, mean_and_deviation, mean_history
from minidl.tables import TablePrinter
from minidl.terminal import emphasized, wrapped
from minidl.training import DivergedError
from minidl.trials import Run, Train, Trial, run_trials

METRIC = "valid_roc_auc"
Grid = Sequence[tuple[Mapping[str, Any], Any]]  # (values, settings) of each point


class GridPoint(NamedTuple):
    """A point of the grid.

    values: dict from setting to value.  settings: the whole dataclass.  runs: for each seed
    one per split of the data; n_splits: their number.
    """

    values: Mapping[str, Any]
    settings: Any
    runs: Sequence[Run]
    n_splits: int = 1

    @property
    def diverged(self) -> str | None:
        """The message of the first run that diverged; None if none did."""
        return next((run.diverged for run in self.runs if run.diverged), None)

    def last(self, key: str) -> float:
        """Return the mean over the runs of a column of the last epoch."""
        return fmean(run.last[key] for run in self.runs)

    def row(self) -> dict[str, Any]:
        """Return the row of search.csv."""
        if self.diverged:
            return {**self.values, "valid_loss": "", METRIC: "", "best_epoch": ""}
        history = mean_history([run.history for run in self.runs])
        return {**self.values, "valid_loss": self.last("valid_loss"), METRIC: self.last(METRIC),
                "best_epoch": best_row(history, METRIC)["epoch"]}


def point_name(values: Mapping[str, Any]) -> str:
    """Return a point's name, which is also the name of its folder.

    >>> point_name({"weight_decay": 0.1, "lr": 0.01})
    'weight_decay=0.1,lr=0.01'
    """
    return ",".join(f"{key}={value}" for key, value in values.items())


def grid_search(title: str, grid: Grid, *, train: Train, seeds: Sequence[int], folder: Path,
                depends: Mapping[str, Any], batches: Callable[[Any], int], jobs: int = 1, fresh: bool = False,
                n_splits: int = 1) -> list[GridPoint]:
    """Train every point, once per seed and split; print a row for each and write search.csv.

    Args:
        grid: list of (values, settings).
        seeds: a point's numbers are the means over its runs.
        folder: for search.csv, and for each point's run in candidates/<name>/ (in seed0, seed1, ...
            inside it if there are several seeds, in split0, split1, ... inside that if several splits).
        n_splits: if greater than 1, every point is trained as train(settings, seed, tick, split=k)
            for k = 0 ... n_splits - 1.
        other arguments: as for minidl.trials.  The histories must have a part "valid".
    """
    trials = grid_trials(title, grid, seeds=seeds, folder=folder, depends=depends, n_splits=n_splits)
    runs = run_trials(trials, train=train, batches=batches, jobs=jobs, fresh=fresh)
    return show_points(grid, runs, folder, n_runs=len(seeds) * n_splits, n_splits=n_splits)


def grid_trials(title: str, grid: Grid, *, seeds: Sequence[int], folder: Path, depends: Mapping[str, Any],
                n_splits: int = 1) -> list[Trial]:
    """Return the trials of every point of the grid; arguments as for `grid_search`."""
    check_grid(grid, seeds)
    folder = checked_path("folder", folder)

    def trial(values: Mapping[str, Any], settings: Any, seed: int, split: int) -> Trial:
        name, run_folder = f"{title}, {point_name(values)}", folder / "candidates" / point_name(values)
        if len(seeds) > 1:
            run_folder /= f"seed{seed}"
        if n_splits == 1:
            return Trial(name, settings, seed, run_folder, depends)
        return Trial(f"{name}, split {split}", settings, seed, run_folder / f"split{split}", depends, split)

    return [trial(values, settings, seed, split) for values, settings in grid for seed in seeds
            for split in range(n_splits)]


def show_points(grid: Grid, runs: Iterator[Run], folder: Path, *, n_runs: int, n_splits: int) -> list[GridPoint]:
    """Return the points, `n_runs` runs each; print a row for each and write search.csv as soon as its runs are done."""
    table = TablePrinter({"candidate": f"<{max(len(point_name(values)) for values, _ in grid)}s", "valid loss": ".4f",
                          "valid ROC-AUC": "15s" if n_runs > 1 else "s", "best epoch": "d"})
    points: list[GridPoint] = []
    for values, settings in grid:
        point = GridPoint(values, settings, [next(runs) for _ in range(n_runs)], n_splits)
        points.append(point)
        write_csv(folder / "search.csv", [point.row() for point in points])
        if point.diverged:
            table.row(point_name(values), "diverged", "", "")
            print(wrapped(f"  {point.diverged}"))
        else:
            row = point.row()
            table.row(point_name(values), row["valid_loss"],
                      mean_and_deviation([run.last[METRIC] for run in point.runs]), row["best_epoch"])
    if any(not point.diverged for point in points):
        print(emphasized(f"best on validation data: {point_name(best_point(points).values)}"))
    return points


def check_grid(grid: Grid, seeds: Sequence[int]) -> None:
    """Raise a TypeError or ValueError unless there are pairs of a dict and settings, and whole numbers as seeds."""
    valid = isinstance(grid, (list, tuple)) and all(
        isinstance(point, (list, tuple)) and len(point) == 2 and isinstance(point[0], Mapping) for point in grid)
    require(valid, "grid", "must be a list of (values, settings)", grid, TypeError)
    require(len(grid) >= 1, "grid", "must have at least one point", grid)
    valid = isinstance(seeds, Sequence) and all(map(is_whole, seeds))
    require(valid, "seeds", "must be a list of whole numbers", seeds, TypeError)
    require(len(seeds) >= 1, "seeds", "must have at least one seed", seeds)


def best_point(points: Sequence[GridPoint]) -> GridPoint:
    """Return the point with the highest mean ROC-AUC on validation data after the last epoch; of equal ones the first.

    Raises:
        DivergedError: every point diverged.
    """
    best = max(points, key=lambda point: -math.inf if point.diverged else point.last(METRIC))
    if best.diverged:
        raise DivergedError("every candidate diverged; try a smaller learning rate")
    return best
