"""The picture of HW3: where the right answers came."""
import numpy as np

from minidl.plots import figure

EDGES = (1, 2, 3, 4, 11, 31, 101, 1001)


def plot_ranks(path, ranks, title):
    """Draw how many questions have their answer in which places; ranks: dict from method to (Q,) ranks."""
    largest = max(int(one.max()) for one in ranks.values())
    edges = [edge for edge in EDGES if edge <= largest] + [max(largest + 1, EDGES[-1])]
    labels = [str(low) if high == low + 1 else f"{low} to {high - 1}" for low, high in zip(edges, edges[1:-1])]
    labels.append(f"{edges[-2]} or later" if largest > edges[-2] else str(edges[-2]))
    width = 0.8 / len(ranks)
    with figure(path, size=(9, 4.5)) as (_, panes):
        pane = panes[0, 0]
        for number, (name, one) in enumerate(ranks.items()):
            shares = np.histogram(one, edges)[0] / len(one)
            places = np.arange(len(shares)) + (number - (len(ranks) - 1) / 2) * width
            pane.bar(places, shares, width, label=name)
        pane.set_xticks(range(len(labels)), labels)
        pane.set(xlabel="place of the right answer", ylabel="share of the questions", title=title)
        pane.grid(alpha=0.3, axis="y")
        pane.legend()
