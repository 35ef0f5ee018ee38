import sys

import numpy as np
import pytest

from minidl.plots import (COLOURS, MARKERS, figure, have_matplotlib, plain_ticks, plot_heat_map, plot_over, set_limits,
                          set_title)
from tests.artists import axis_names, error_bars, tick_labels


def test_every_line_has_a_colour_and_a_marker_of_its_own(tmp_path, figures):
    with figure(tmp_path / "lines.png") as (_, panes):
        for k in range(len(COLOURS)):
            panes[0, 0].plot([0, 1], [k, k])
    drawn = figures[0].axes[0].get_lines()
    assert [line.get_color() for line in drawn] == list(COLOURS) and len(set(COLOURS)) == 7
    assert [line.get_marker() for line in drawn] == list(MARKERS) and len(set(MARKERS)) == 7


def test_ticks_are_plain_numbers(tmp_path, figures):
    with figure(tmp_path / "ticks.png", columns=2) as (_, panes):
        panes[0, 0].plot([0, 1], [0.92311, 0.92314])
        panes[0, 1].loglog([1, 100], [0.01, 10])
        plain_ticks(panes[0, 1].xaxis, [1, 16, 100])
    narrow, logarithmic = figures[0].axes
    assert narrow.yaxis.get_offset_text().get_text() == "" and tick_labels(narrow.yaxis)[0].startswith("0.9231")
    assert tick_labels(logarithmic.xaxis) == ["1", "16", "100"] and not logarithmic.xaxis.get_minorticklocs().size


@pytest.mark.parametrize("n_words", [3, 16, 200])
def test_a_title_stays_on_one_line_within_the_picture(tmp_path, figures, n_words):
    with figure(tmp_path / "title.png") as (fig, panes):
        set_title(fig, "experiment on " + "words " * n_words)
    drawn, = figures
    picture, box = drawn.bbox, drawn._suptitle.get_window_extent()
    assert picture.x0 < box.x0 < box.x1 < picture.x1 and "\n" not in drawn.get_suptitle()
    assert drawn.get_suptitle().endswith("…") == (n_words == 200)


@pytest.mark.parametrize("values, least, span", [
    ([0.1, 0.3], 0.0, 0.24), ([0.1, 0.3], 0.5, 0.5), ([0.92, 0.9214], 0.02, 0.02), ([0.5], 0.0, 0.02)])
def test_an_axis_spans_its_values_and_at_least_the_given_width(tmp_path, figures, values, least, span):
    with figure(tmp_path / "limits.png") as (_, panes):
        set_limits(panes[0, 0], values, least)
    low, high = figures[0].axes[0].get_ylim()
    assert high - low == pytest.approx(span) and (high + low) / 2 == pytest.approx((min(values) + max(values)) / 2)


def test_plot_over_shows_intervals_and_no_point_without_a_number(tmp_path, figures):
    plot_over(tmp_path / "over.png", "dropout p", [0.1, 0.5, 0.9],
              {"ROC-AUC": [(0.8, 0.75, 0.9), None, (0.7, 0.7, 0.7)], "loss": [None, None, None]}, "title")
    drawn, = figures
    assert [axis_names(pane) for pane in drawn.axes] == [("dropout p", "ROC-AUC"), ("dropout p", "loss")]
    assert all(tick_labels(pane.xaxis) == ["0.1", "0.5", "0.9"] for pane in drawn.axes)
    points, bars = error_bars(drawn.axes[0].containers[0])
    assert points == [[0, 0.8], [2, 0.7]] and not drawn.axes[1].containers
    np.testing.assert_allclose(bars, [[[0, 0.75], [0, 0.9]], [[2, 0.7], [2, 0.7]]])
    assert drawn.get_suptitle() == "title"


def test_a_heat_map_writes_each_number_into_its_cell(tmp_path, figures):
    numbers = [[0.8, 0.9, 0.1], [0.7, float("nan"), 0.25]]
    plot_heat_map(tmp_path / "map.png", ("decay", [0.1, 0.01]), ("lr", [1, 2, 3]), numbers, "title")
    pane = figures[0].axes[0]
    assert {text.get_position(): (text.get_text(), text.get_color()) for text in pane.texts} == {
        (0, 0): ("0.8000", "black"), (1, 0): ("0.9000", "black"), (2, 0): ("0.1000", "white"),
        (0, 1): ("0.7000", "black"), (1, 1): ("diverged", "black"), (2, 1): ("0.2500", "white")}
    np.testing.assert_array_equal(pane.images[0].get_array().filled(np.nan), numbers)
    assert axis_names(pane) == ("lr", "decay") and figures[0].get_suptitle() == "title"
    assert (tick_labels(pane.xaxis), tick_labels(pane.yaxis)) == (["1", "2", "3"], ["0.1", "0.01"])
    assert len(figures[0].axes) == 2, "the map and its colour bar"


def test_matplotlib_that_cannot_be_imported_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert not have_matplotlib()
