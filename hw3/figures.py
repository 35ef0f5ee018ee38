"""The figure of HW3: Recall@K over K, and MRR, of each method."""
import numpy as np

from minidl.metrics import hits_at_k
from minidl.plots import figure, plain_ticks

MAX_K = 100
TICKS = (1, 3, 10, 30, 100)  # the first three are marked on the curves


def plot_recall(path, ranks, measured, title):
    """Draw Recall@K over K, one line per method, and on the right each method's MRR with its interval.

    ranks: dict from method to (Q,) ranks, or (Q, T) of several right answers.  measured: dict from method to a dict
    from metric to (mean, low, high).
    """
    with figure(path, columns=2, size=(11, 4.5), width_ratios=(3, 2)) as (fig, panes):
        draw_recall(panes[0, 0], ranks)
        draw_mrr(panes[0, 1], {name: metrics["MRR"] for name, metrics in measured.items()})
        fig.suptitle(title)


def draw_recall(pane, ranks):
    """Draw one line per method, from K = 1 to the largest finite rank, or to MAX_K if that is smaller."""
    largest = max(np.max(method_ranks, initial=1, where=np.isfinite(method_ranks)) for method_ranks in ranks.values())
    max_k = min(MAX_K, int(largest))
    cuts, ticks = range(1, max_k + 1), [k for k in TICKS if k <= max_k]
    for name, method_ranks in ranks.items():
        recall = [hits_at_k(method_ranks, k).mean() for k in cuts]
        pane.plot(cuts, recall, markevery=[k - 1 for k in ticks[:3]], label=name)
    pane.set_xscale("log")
    plain_ticks(pane.xaxis, ticks)
    pane.set(xlabel="K", ylabel="Recall@K: share of the questions\nwith the answer among the first K")
    pane.legend(loc="lower right")
    pane.grid(alpha=0.3)


def draw_mrr(pane, intervals):
    """Draw one point with its interval per method, from top to bottom; intervals: dict to (mean, low, high)."""
    for row, (mean, low, high) in enumerate(intervals.values()):
        pane.errorbar(mean, row, xerr=[[max(0, mean - low)], [max(0, high - mean)]], capsize=4)
        pane.annotate(f"{mean:.3f}", (mean, row), (0, 7), textcoords="offset points", ha="center")
    pane.set_yticks(range(len(intervals)), intervals)
    pane.set_ylim(len(intervals) - 0.5, -0.7)
    pane.set(xlabel="MRR and its 95 % interval")
    pane.grid(alpha=0.3)
