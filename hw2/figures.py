"""HW2's pictures: what the methods make of a model, and how the small model learned."""
from hw2.findings import groups, means
from hw2.tasks import settings_text
from minidl.plots import figure


def plot_methods(path, results):
    """Draw score a token over distinct-2, the mean of each setting's texts: a pane a prompt, a colour a method.

    A setting's marker is filled where each of its texts is right, or ended without a limit.
    """
    prompts = list(dict.fromkeys(result["prompt"] for result in results))
    methods = list(dict.fromkeys(result["method"] for result in results))
    with figure(path, columns=len(prompts), size=(7 * len(prompts), 5.5)) as (drawn, panes):
        for pane, prompt in zip(panes[0], prompts):
            for (its, _), found in groups(results).items():
                if its == prompt:
                    draw_setting(pane, found, methods)
            pane.set(title=prompt, xlabel="distinct-2: share of different pairs of neighbouring tokens",
                     ylabel="score a token (log-probability)")
            pane.set_yscale("symlog", linthresh=0.1)
            pane.grid(alpha=0.3)
        marks = [pane.plot([], [], "o", color=f"C{number}", label=method)[0] for number, method in enumerate(methods)]
        drawn.legend(handles=marks, loc="outside lower center", ncols=len(marks))
        drawn.suptitle("likely or varied: where each setting's texts lie (hollow: some text did not end, or its JSON "
                       "is wrong)")


def draw_setting(pane, found, methods):
    """Draw the marker of one setting, with its values beside it."""
    score, distinct, _ = means(found)
    colour = f"C{methods.index(found[0]['method'])}"
    good = all(one["finished"] and one["fault"] in (None, "right") for one in found)
    pane.plot([distinct], [score], "o", color=colour, markerfacecolor=colour if good else "none")
    settings = found[0]["key"]["settings"]
    label = ", ".join(str(value) for name, value in settings.items() if name != "num_samples")
    if settings_text(settings):
        pane.annotate(label, (distinct, score), textcoords="offset points", xytext=(5, 4), fontsize=7, color=colour)


def plot_losses(path, history, kinds):
    """Draw the held-out loss, and the share of tokens foretold, over the tokens trained on: a line a kind of text."""
    with figure(path, columns=2) as (drawn, panes):
        for pane, (name, label) in zip(panes[0], (("loss", "cross-entropy of the answers' tokens"),
                                                  ("right", "share of tokens that are the most likely one"))):
            for kind in kinds:
                pane.plot([row["tokens"] / 1e6 for row in history], [row[f"{kind}_{name}"] for row in history],
                          marker="o", markersize=3, label=kind)
            pane.set(xlabel="million tokens trained on", ylabel=label)
            pane.grid(alpha=0.3)
        panes[0, 0].set_yscale("log")
        drawn.legend(*panes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=len(kinds))
        drawn.suptitle("the small model learns: text that it has not seen (the faq is learned by heart)")
