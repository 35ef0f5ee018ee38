from hw2.figures import plot_methods
from tests.artists import axis_names, legend_texts


def result(method, settings, prompt, tokens, *, finished=True, fault=None):
    """Return a generated text in the form of hw2's results, with a score of -1 per token."""
    return {"key": {"task": 3, "settings": settings}, "method": method, "prompt": prompt, "text": "text",
            "score": -float(len(tokens)), "tokens": tokens, "finished": finished, "distinct_2": 0.9, "fault": fault}


def markers(pane):
    """Return a dict from (distinct-2, score per token) to the (colour, filled, label) of the marker there."""
    return {(round(line.get_xdata()[0], 3), round(line.get_ydata()[0], 3)):
            (line.get_color(), line.get_markerfacecolor() != "none", line.get_label()) for line in pane.get_lines()}


def test_methods_have_one_pane_per_prompt_and_one_colour_per_method(tmp_path, figures):
    ended, circle = [1, 2, 3, 4, 0], [1, 1, 1, 1]
    plot_methods(tmp_path / "methods.png", [
        result("greedy", {}, "story", ended),  # two runs of this text: 6 pairs, 3 different
        result("temperature", {"temperature": 0.5}, "story", circle, finished=False),
        result("greedy", {}, "json", ended, fault="no JSON"),
        result("temperature", {"temperature": 0.5}, "json", ended, fault="right")])
    story, transfer = figures[0].axes
    assert (story.get_title(), transfer.get_title()) == ("story", "json")
    for pane in (story, transfer):
        x, y = axis_names(pane)
        assert x.startswith("distinct-2") and y.startswith("score")
    drawn = markers(story)
    assert drawn[0.5, -1][:2] == ("C0", True) and drawn[0.167, -1][:2] == ("C1", False) and len(drawn) == 2
    assert [text.get_text() for text in story.texts] == ["1", "2"]
    assert legend_texts(story.get_legend()) == [label for _, _, label in drawn.values()]
    assert "greedy" in drawn[0.5, -1][2] and "0.5" in drawn[0.167, -1][2]
    (colour, filled, label), = markers(transfer).values()  # equal texts share a marker
    assert (colour, filled) == ("C0", False), "hollow, because the JSON of one of the two texts is wrong"
    assert "greedy" in label and "0.5" in label and [text.get_text() for text in transfer.texts] == ["1"]
