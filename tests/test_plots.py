import contextlib
import sys

import pytest

from minidl import plots
from minidl.plots import (draw_lines, figure, have_matplotlib, plot_curves, plot_heat_map, plot_over,
                          plot_small_multiples)
from tests.test_files import HISTORY

OTHER = [{**row, "test_loss": row["test_loss"] + 0.5} for row in HISTORY]

drawing = pytest.mark.skipif(not have_matplotlib(), reason="plots are an extra")


@drawing
@pytest.mark.parametrize("histories", [[HISTORY], [HISTORY[:1]], [HISTORY, OTHER]])
def test_curves_are_drawn(tmp_path, histories):
    assert plot_curves(tmp_path / "curves.png", histories, "title")
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


@drawing
def test_a_long_title_stays_within_the_picture(tmp_path, monkeypatch):
    titles = []

    @contextlib.contextmanager
    def kept(*arguments, **options):
        with figure(*arguments, **options) as (drawn, panes):
            yield drawn, panes
            titles.append((drawn.bbox, drawn.get_suptitle(), drawn._suptitle.get_window_extent()))
    monkeypatch.setattr(plots, "figure", kept)
    title = "experiment 5, weight decay: " + ", ".join(f"setting {number} of many" for number in range(8))
    plot_curves(tmp_path / "curves.png", [HISTORY], title)
    (whole, text, box), = titles
    assert text.split() == title.split() and whole.x0 < box.x0 < box.x1 < whole.x1


@drawing
def test_lines_are_the_means_and_bands_one_deviation(tmp_path):
    with figure(tmp_path / "lines.png") as (_, panes):
        draw_lines(panes[0, 0], [HISTORY, OTHER], "loss")
        train, test = panes[0, 0].get_lines()
        assert train.get_ydata().tolist() == [row["train_loss"] for row in HISTORY]
        assert test.get_ydata() == pytest.approx([row["test_loss"] + 0.25 for row in HISTORY])
        band = panes[0, 0].collections[1].get_paths()[0].get_extents()
        assert band.y1 - (HISTORY[0]["test_loss"] + 0.25) == pytest.approx(0.5 / 2**0.5)


@drawing
def test_what_was_searched_is_drawn_with_diverged_candidates_left_out(tmp_path):
    plot_small_multiples(tmp_path / "many.png", {"a": [HISTORY], "b": [HISTORY, OTHER]}, "title")
    plot_over(tmp_path / "over.png", "p", [0.1, 0.5, 0.9], {"ROC-AUC": [[0.8], [0.9, 0.7], []]}, "title")
    plot_heat_map(tmp_path / "map.png", ("decay", [0.1, 0.01]), ("lr", [1, 2]), [[0.8, 0.9], [0.7, float("nan")]], "t")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["many.png", "map.png", "over.png"]


def test_without_matplotlib_nothing_breaks(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert not have_matplotlib() and not plot_curves(tmp_path / "curves.png", [HISTORY], "title")
    assert list(tmp_path.iterdir()) == []
