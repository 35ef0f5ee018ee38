import numpy as np
import pytest

from hw3.figures import plot_recall
from minidl.metrics import bootstrap_mean
from tests.artists import axis_names, error_bars, legend_texts, lines, tick_labels

RANKS = {"TF-IDF": np.array([1, 2, 2, 300]), "BM25": np.array([1, 1, 5, 12])}


@pytest.fixture
def panes(tmp_path, figures):
    """Return the two panes of the picture of RANKS."""
    measured = {name: {"MRR": bootstrap_mean(1 / ranks, rng=np.random.default_rng(0))}
                for name, ranks in RANKS.items()}
    plot_recall(tmp_path / "recall.png", RANKS, measured, "title")
    assert figures[0].get_suptitle() == "title"
    return figures[0].axes


def test_recall_at_each_k_is_the_share_of_ranks_up_to_k(panes):
    curves = lines(panes[0])
    assert list(curves) == legend_texts(panes[0].get_legend()) == list(RANKS)
    for name, ranks in RANKS.items():
        assert curves[name][0] == [np.mean(ranks <= k) for k in range(1, 101)]
    assert panes[0].get_lines()[0].get_xdata().tolist() == list(range(1, 101))
    assert len({colour for _, _, colour in curves.values()}) == len(RANKS)
    assert panes[0].get_xscale() == "log" and tick_labels(panes[0].xaxis)[:5] == ["1", "3", "10", "30", "100"]
    x, y = axis_names(panes[0])
    assert x == "K" and y.startswith("Recall@K")


def test_mrr_has_a_point_and_an_interval_per_method_from_top_to_bottom(panes):
    bottom, top = panes[1].get_ylim()
    assert bottom > top and tick_labels(panes[1].yaxis) == list(RANKS)
    assert len(panes[1].containers) == len(panes[1].texts) == len(RANKS)
    for number, (ranks, container, text) in enumerate(zip(RANKS.values(), panes[1].containers, panes[1].texts)):
        mean, low, high = bootstrap_mean(1 / ranks, rng=np.random.default_rng(0))
        points, bars = error_bars(container)
        assert points == [[mean, number]] and text.get_text() == f"{np.mean(1 / ranks):.3f}"
        np.testing.assert_allclose(bars, [[[low, number], [high, number]]], rtol=1e-12)
    assert axis_names(panes[1])[0].startswith("MRR")
