import sys

import numpy as np
import pytest

from minidl.plots import (draw_lines, figure, have_matplotlib, plot_comparison, plot_curves, plot_heat_map, plot_over,
                          plot_small_multiples)
from tests.artists import axis_names, error_bars, legend_texts, lines, tick_labels
from tests.histories import HISTORY, SHIFTED_HISTORY

LOSS_AND_AUC = [("epoch", "loss (binary cross-entropy)"), ("epoch", "ROC-AUC")]


def column(history, key):
    return [row[key] for row in history]


@pytest.mark.parametrize("histories", [[HISTORY], [HISTORY[:1]], [HISTORY, SHIFTED_HISTORY]])
def test_the_file_is_a_png(tmp_path, figures, histories):
    assert plot_curves(tmp_path / "curves.png", histories, "title")
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_a_long_title_stays_within_the_picture(tmp_path, figures):
    title = "experiment 5, weight decay: " + ", ".join(f"setting {number} of many" for number in range(8))
    plot_curves(tmp_path / "curves.png", [HISTORY], title)
    drawn, = figures
    picture, box = drawn.bbox, drawn._suptitle.get_window_extent()
    assert drawn.get_suptitle().split() == title.split() and picture.x0 < box.x0 < box.x1 < picture.x1


def test_lines_are_the_means_and_bands_one_deviation(tmp_path, figures):
    with figure(tmp_path / "lines.png") as (_, panes):
        draw_lines(panes[0, 0], [HISTORY, SHIFTED_HISTORY], "loss")
    pane = figures[0].axes[0]
    assert list(lines(pane)) == ["train", "test"]
    assert lines(pane)["train"][0] == column(HISTORY, "train_loss")
    assert lines(pane)["test"][0] == pytest.approx([loss + 0.25 for loss in column(HISTORY, "test_loss")])
    band = pane.collections[1].get_paths()[0].get_extents()
    assert band.y1 - (HISTORY[0]["test_loss"] + 0.25) == pytest.approx(0.5 / 2**0.5)


def test_curves_show_loss_and_auc_of_each_data_set_and_the_best_epoch(tmp_path, figures):
    plot_curves(tmp_path / "curves.png", [HISTORY], "title")
    drawn, = figures
    assert [axis_names(pane) for pane in drawn.axes] == LOSS_AND_AUC
    best = "best epoch 2: test ROC-AUC 0.9000"
    for pane, metric in zip(drawn.axes, ("loss", "roc_auc")):
        assert list(lines(pane)) == ["train", "test", best]
        assert pane.get_lines()[2].get_xdata() == [2, 2]
        for name in ("train", "test"):
            assert lines(pane)[name][0] == column(HISTORY, f"{name}_{metric}")
        assert len({colour for _, _, colour in lines(pane).values()}) == 3
        assert pane.get_lines()[0].get_xdata().tolist() == [0, 1, 2, 3]
    assert legend_texts(drawn.legends[0]) == ["train", "test", best] and drawn.get_suptitle() == "title"


def test_the_untrained_epoch_may_lie_outside_the_curves_pane(tmp_path, figures):
    plot_curves(tmp_path / "curves.png", [[{**HISTORY[0], "test_loss": 1000.0}, *HISTORY[1:]]], "title")
    low, high = figures[0].axes[0].get_ylim()
    shown = column(HISTORY[1:], "train_loss") + column(HISTORY[1:], "test_loss")
    assert min(shown) - 0.1 < low < min(shown) and max(shown) < high < max(shown) + 0.1


def test_comparison_has_one_colour_per_run_and_one_line_style_per_data_set(tmp_path, figures):
    histories = {"SGD": HISTORY, "Lion": SHIFTED_HISTORY}
    plot_comparison(tmp_path / "comparison.png", histories, "title")
    drawn, = figures
    assert [axis_names(pane) for pane in drawn.axes] == LOSS_AND_AUC
    for pane, metric in zip(drawn.axes, ("loss", "roc_auc")):
        assert lines(pane) == {
            f"{run}, {name}": (column(histories[run], f"{name}_{metric}"), style, colour)
            for run, colour in (("SGD", "C0"), ("Lion", "C1")) for name, style in (("train", ":"), ("test", "-"))}
    assert legend_texts(drawn.legends[0]) == ["SGD, train", "SGD, test", "Lion, train", "Lion, test"]
    assert drawn.get_suptitle() == "title"


def test_small_multiples_show_every_run_in_a_pane_of_its_own(tmp_path, figures):
    runs = {"a": [HISTORY], "b": [SHIFTED_HISTORY], "c": [HISTORY, SHIFTED_HISTORY], "d": [HISTORY]}
    plot_small_multiples(tmp_path / "many.png", runs, "title")
    drawn, = figures
    panes = [pane for pane in drawn.axes if pane.get_visible()]
    assert [pane.get_title() for pane in panes] == list(runs) and len(drawn.axes) == 6, "two rows of three"
    for pane, histories in zip(panes, runs.values()):
        for name in ("train", "test"):
            mean = np.mean([column(history, f"{name}_roc_auc") for history in histories], axis=0)
            assert lines(pane)[name][0] == pytest.approx(mean)
    assert [axis_names(pane) for pane in panes] == [("", "ROC-AUC"), ("epoch", ""), ("epoch", ""), ("epoch", "ROC-AUC")]
    assert legend_texts(drawn.legends[0]) == ["train", "test"] and drawn.get_suptitle() == "title"


def test_small_multiples_share_limits_that_hold_all_trained_epochs(tmp_path, figures):
    low = [{**row, "test_roc_auc": 0.1} for row in HISTORY]
    plot_small_multiples(tmp_path / "many.png", {"low": [low], "high": [HISTORY]}, "title")
    limits = {pane.get_ylim() for pane in figures[0].axes}
    (bottom, top), = limits
    assert bottom < 0.1 and top > 0.9


def test_plot_over_shows_means_and_deviations_and_no_point_without_runs(tmp_path, figures):
    plot_over(tmp_path / "over.png", "dropout p", [0.1, 0.5, 0.9],
              {"ROC-AUC": [[0.8], [], [0.9, 0.7]], "loss": [[1.0, 3.0], [4.0], [5.0]]}, "title")
    drawn, = figures
    assert [axis_names(pane) for pane in drawn.axes] == [("dropout p", "ROC-AUC"), ("dropout p", "loss")]
    assert all(tick_labels(pane.xaxis) == ["0.1", "0.5", "0.9"] for pane in drawn.axes)
    auc, loss = (error_bars(pane.containers[0]) for pane in drawn.axes)
    assert auc[0] == [[0, 0.8], [2, 0.8]] and loss[0] == [[0, 2], [1, 4], [2, 5]]
    deviation = 0.02**0.5  # of 0.9 and 0.7, over n - 1
    np.testing.assert_allclose(auc[1], [[[0, 0.8], [0, 0.8]], [[2, 0.8 - deviation], [2, 0.8 + deviation]]])
    np.testing.assert_allclose(loss[1][0], [[0, 2 - 2**0.5], [0, 2 + 2**0.5]])
    assert drawn.get_suptitle() == "title"


def test_a_heat_map_writes_each_number_into_its_cell(tmp_path, figures):
    numbers = [[0.8, 0.9, 0.1], [0.7, float("nan"), 0.25]]
    plot_heat_map(tmp_path / "map.png", ("decay", [0.1, 0.01]), ("lr", [1, 2, 3]), numbers, "title")
    pane = figures[0].axes[0]
    assert {text.get_position(): (text.get_text(), text.get_color()) for text in pane.texts} == {
        (0, 0): ("0.8000", "black"), (1, 0): ("0.9000", "black"), (2, 0): ("0.1000", "white"),
        (0, 1): ("0.7000", "black"), (1, 1): ("diverged", "black"), (2, 1): ("0.2500", "white")}
    np.testing.assert_array_equal(pane.images[0].get_array().filled(np.nan), numbers)
    assert axis_names(pane) == ("lr", "decay") and pane.get_title() == "title"
    assert (tick_labels(pane.xaxis), tick_labels(pane.yaxis)) == (["1", "2", "3"], ["0.1", "0.01"])
    assert len(figures[0].axes) == 2, "the map and its colour bar"


def test_without_matplotlib_no_file_is_written(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert not have_matplotlib() and not plot_curves(tmp_path / "curves.png", [HISTORY], "title")
    assert list(tmp_path.iterdir()) == []
