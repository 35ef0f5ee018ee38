"""The picture of HW3: which method finds more."""
import numpy as np

from minidl.plots import figure

DEEPEST = 100  # places that the curves go through


def plot_recall(path, ranks, measured, title):
    """Draw Recall@K over K, a line a method, and beside it each method's MRR with its interval.

    ranks: dict from method to (Q,) ranks.  measured: dict from method to dict from metric
    to (mean, low, high).
    """
    with figure(path, columns=2, size=(11, 4.5), width_ratios=(3, 2)) as (drawn, panes):
        recall, mrr = panes[0]
        deepest = min(DEEPEST, max(int(one.max()) for one in ranks.values()))
        for place, (name, one) in enumerate(ranks.items()):
            cuts = np.arange(1, deepest + 1)
            found = np.searchsorted(np.sort(one), cuts, side="right") / len(one)
            recall.plot(cuts, found, marker="o", markersize=3, markevery=[k - 1 for k in (1, 3, 10) if k <= deepest],
                        label=name)
            mean, low, high = measured[name]["MRR"]
            mrr.errorbar(mean, place, xerr=[[max(0, mean - low)], [max(0, high - mean)]], marker="o", capsize=4)
            mrr.annotate(f"{mean:.3f}", (mean, place), (0, 7), textcoords="offset points", ha="center")
        recall.set_xscale("log")
        ticks = [k for k in (1, 3, 10, 30, 100) if k <= deepest]
        recall.set_xticks(ticks, map(str, ticks))
        recall.set_xticks([], minor=True)
        recall.set(xlabel="K", ylabel="Recall@K: share of the questions\nwith the answer among the first K")
        recall.legend(loc="lower right")
        mrr.set_yticks(range(len(ranks)), ranks)
        mrr.set_ylim(len(ranks) - 0.5, -0.7)
        mrr.set(xlabel="MRR and its 95 % interval")
        for pane in (recall, mrr):
            pane.grid(alpha=0.3)
        drawn.suptitle(title)
