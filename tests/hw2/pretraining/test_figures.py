"""The picture of the small model's training, checked by its artists."""
import pytest

from hw2.pretraining.figures import plot_losses
from minidl import plots

HISTORY = [{"tokens": n * 1e6, "story_loss": 1 / n, "story_right": 1 - 1 / n, "faq_loss": 2 / n, "faq_right": 0.1 * n}
           for n in (1, 2, 3)]


def test_each_kind_has_a_line_of_losses_and_a_line_of_shares(tmp_path, monkeypatch):
    pytest.importorskip("matplotlib")
    from matplotlib import pyplot
    figures = []
    monkeypatch.setattr(pyplot, "close", figures.append)
    plot_losses(tmp_path / "loss.png", HISTORY, ["story", "faq"])
    monkeypatch.undo()
    assert (tmp_path / "loss.png").read_bytes().startswith(b"\x89PNG") and plots.have_matplotlib()
    drawing, = figures
    for pane, name in zip(drawing.axes, ("loss", "right"), strict=True):
        lines = {line.get_label(): line for line in pane.get_lines()}
        assert list(lines) == ["story", "faq"] and len({line.get_color() for line in lines.values()}) == 2
        for kind, line in lines.items():
            assert line.get_xdata().tolist() == [1, 2, 3]
            assert line.get_ydata().tolist() == [row[f"{kind}_{name}"] for row in HISTORY]
        assert pane.get_xlabel() == "million tokens trained on"
    assert drawing.axes[0].get_yscale() == "log" and "cross-entropy" in drawing.axes[0].get_ylabel()
    assert drawing.axes[0].yaxis.get_major_formatter()(0.1) == "0.1"
    assert "share" in drawing.axes[1].get_ylabel()
    assert [text.get_text() for text in drawing.legends[0].get_texts()] == ["story", "faq"]
    pyplot.close(drawing)
