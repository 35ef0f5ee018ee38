"""The figure of the small model's training."""
from minidl.plots import figure, set_title

PANES = {"loss": "cross-entropy of the answers' tokens", "right": "share of tokens predicted correctly"}


def plot_losses(path, history, kinds):
    """Draw the held-out loss and the share of correct tokens over the training tokens, one line per kind of text."""
    with figure(path, columns=2) as (drawing, panes):
        for pane, (name, label) in zip(panes[0], PANES.items()):
            for kind in kinds:
                pane.plot([row["tokens"] / 1e6 for row in history], [row[f"{kind}_{name}"] for row in history],
                          label=kind)
            pane.set(xlabel="million tokens trained on", ylabel=label)
        panes[0, 0].set_yscale("log")
        panes[0, 0].yaxis.set_major_formatter("{x:g}")  # 0.1, not 10 to the power of -1
        drawing.legend(*panes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=len(kinds))
        set_title(drawing, "hw2/tiny: stories and transfers are unseen text, the faq is seen in training")
