import sys

import numpy as np
import pytest

from minidl.curves import draw_lines, plot_comparison, plot_curves, plot_small_multiples
from minidl.plots import COLOURS, figure
from tests.artists import axis_names, error_bars, legend_texts, lines
from tests.histories import HISTORY, SHIFTED_HISTORY

LOSS_AND_AUC = [("epoch", "loss (binary cross-entropy)"), ("epoch", "ROC-AUC")]


def column(history, key):
    return [row[key] for row in history]


@pytest.mark.parametrize("histories", [[HISTORY], [HISTORY[:1]], [HISTORY, SHIFTED_HISTORY]])
def test_the_file_is_a_png(tmp_path, figures, histories):
    assert plot_curves(tmp_path / "curves.png", histories, "title")
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


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


def test_the_interval_of_the_last_epoch_is_a_bar_within_the_pane(tmp_path, figures):
    plot_curves(tmp_path / "curves.png", [HISTORY], "title", interval=(0.75, 0.99))
    loss, auc = figures[0].axes
    points, bars = error_bars(auc.containers[0])
    assert points == [[3, (0.75 + 0.99) / 2]] and not loss.containers
    np.testing.assert_allclose(bars, [[[3, 0.75], [3, 0.99]]])
    assert auc.get_ylim()[1] > 0.99 and "95 % interval, test" in legend_texts(figures[0].legends[0])


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
            for run, colour in zip(histories, COLOURS) for name, style in (("train", ":"), ("test", "-"))}
        assert [line.get_marker() for line in pane.get_lines()] == ["o", "o", "s", "s"]
    assert legend_texts(drawn.legends[0]) == ["SGD, train", "SGD, test", "Lion, train", "Lion, test"]
    assert drawn.get_suptitle() == "title"


def test_small_multiples_show_auc_and_loss_of_every_run_in_panes_of_its_own(tmp_path, figures):
    runs = {"a": [HISTORY], "b": [SHIFTED_HISTORY], "c": [HISTORY, SHIFTED_HISTORY], "d": [HISTORY]}
    plot_small_multiples(tmp_path / "many.png", runs, "title")
    drawn, = figures
    assert len(drawn.axes) == 12, "two rows of three, twice"
    panes = [pane for pane in drawn.axes if pane.get_visible()]
    assert [pane.get_title() for pane in panes] == ["a", "b", "c", "", "", "", "d", ""]
    for metric, numbers in (("roc_auc", (0, 1, 2, 6)), ("loss", (3, 4, 5, 7))):
        for number, histories in zip(numbers, runs.values()):
            for name in ("train", "test"):
                mean = np.mean([column(history, f"{name}_{metric}") for history in histories], axis=0)
                assert lines(panes[number])[name][0] == pytest.approx(mean)
    assert [axis_names(pane) for pane in panes] == [
        ("", "ROC-AUC"), ("", ""), ("", ""), ("", "loss"), ("epoch", ""), ("epoch", ""), ("", "ROC-AUC"),
        ("epoch", "loss")]
    assert legend_texts(drawn.legends[0]) == ["train", "test"] and drawn.get_suptitle() == "title"


def test_small_multiples_share_limits_that_hold_all_trained_epochs(tmp_path, figures):
    low = [{**row, "test_roc_auc": 0.1} for row in HISTORY]
    plot_small_multiples(tmp_path / "many.png", {"low": [low], "high": [HISTORY]}, "title", least=2)
    auc, loss = ({pane.get_ylim() for pane in panes} for panes in (figures[0].axes[:2], figures[0].axes[2:]))
    (bottom, top), = auc
    assert bottom < 0.1 and top > 0.9 and top - bottom == pytest.approx(2)
    (bottom, top), = loss
    assert top - bottom < 1


def test_without_matplotlib_no_file_is_written(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert not plot_curves(tmp_path / "curves.png", [HISTORY], "title")
    assert list(tmp_path.iterdir()) == []
