"""HW1's figures: the curves differ by their markers, and the part where they differ fills its pane."""
import numpy as np
import pytest

from hw1.figures import draw_roc_curves, draw_search
from minidl.grid_search import GridPoint
from minidl.metrics import roc_auc_score, roc_curve
from minidl.trials import Run
from tests.histories import HISTORY


def scored(quality, n=2000):
    rng = np.random.default_rng(int(quality * 100))
    target = np.arange(n) % 2.0
    return Run([{"test_roc_auc": 0.5}], target, quality * target + rng.normal(size=n))


@pytest.mark.parametrize("quality", [0.3, 1.0, 2.0])
def test_roc_curves_fill_the_enlarged_pane_and_their_markers_stand_apart(tmp_path, figures, quality):
    draw_roc_curves(tmp_path / "roc.png", "title", {f"model {n}": scored(quality + n / 100) for n in range(5)})
    whole, enlarged = figures[0].axes
    low, high = enlarged.get_ylim()
    marked = []
    for line in enlarged.get_lines()[:5]:
        fpr, tpr = line.get_data()
        shown = tpr[(fpr > 0.05) & (fpr < 0.4)]
        assert low <= shown.min() and shown.max() <= high and shown.max() - shown.min() > 0.6 * (high - low)
        marked += [rate for rate in fpr[line.get_markevery()] if rate < 0.4]
    assert len(marked) >= 10 and np.diff(sorted(marked)).min() > 0.01
    assert whole.get_legend_handles_labels()[1][0] == "model 0: 0.5000"
    expected, *_ = roc_curve(*scored(quality)[1:3])
    np.testing.assert_array_equal(whole.get_lines()[0].get_xdata(), expected)


@pytest.mark.parametrize("n_runs, title", [
    (1, "title: candidates"), (3, "title: candidates, bands: deviation over 3 trainings")])
def test_the_title_of_the_candidates_says_what_the_bands_are(tmp_path, figures, n_runs, title):
    run = scored(1.0)
    auc = roc_auc_score(run.target, run.score)
    history = [{**row, "valid_loss": row["test_loss"], "valid_roc_auc": auc} for row in HISTORY]
    runs = [run._replace(history=history)] * n_runs
    draw_search(tmp_path, "title", {"dropout": (0.1, 0.2)}, [GridPoint({"dropout": p}, None, runs) for p in (0.1, 0.2)])
    assert figures[0].get_suptitle() == title
