"""hw2's pictures: what they show is read back from the artists."""
import torch
from hypothesis import given
from hypothesis import strategies as st

from hw2.figures import plot_methods
from hw2.next_token_picture import plot_next_token
from hw2.search_picture import make_columns, plot_search, spread
from hw2.traces import NextToken, nucleus_of, perplexity
from minidl.decoding.trace import BeamStep, Extension

ENDS = frozenset([9])


class Letters:
    """A tokenizer whose token n is the n-th letter."""

    def decode(self, tokens, **_):
        return "".join(chr(ord("a") + token) for token in tokens)


def result(method, settings, prompt, tokens, *, finished=True, fault=None, score=-1.0):
    """Return a generated text in the form of hw2's results; score: per token."""
    return {"key": {"task": 3, "settings": settings}, "method": method, "prompt": prompt, "text": "text",
            "score": score * len(tokens), "tokens": tokens, "finished": finished, "distinct_2": 0.9, "fault": fault}


def markers(pane):
    """Return the (x, row, filled) of each marker of a pane."""
    return [(round(float(line.get_xdata()[0]), 3), line.get_ydata()[0], line.get_markerfacecolor() != "white")
            for line in pane.get_lines()]


def test_methods_have_a_row_per_setting_and_hollow_markers_for_failed_checks(tmp_path, figures):
    ended, circle = [1, 2, 3, 4, 0], [1, 1, 1, 1]
    plot_methods(tmp_path / "methods.png", [
        result("greedy", {}, "story", ended),  # two runs of this text: 6 pairs, 3 different
        result("temperature", {"temperature": 0.5}, "story", circle, finished=False),
        result("temperature", {"temperature": 10.0}, "story", ended, score=-18.0),
        result("greedy", {}, "json", ended, fault="no JSON"),
        result("temperature", {"temperature": 0.5}, "json", ended, fault="right")])
    scores, diversity, right = figures[0].axes
    assert [pane.get_title("left") for pane in figures[0].axes] == [
        "story: score per token", "story: distinct-2 of two runs", "json: each text"]
    assert [label.get_text() for label in scores.get_yticklabels()] == ["greedy", "T 0.5", "T 10.0"]
    assert markers(scores)[:2] == [(-1, 0, True), (-1, 1, False)]
    assert "−18.0" in scores.texts[0].get_text() and scores.get_xlim()[0] > -2, "T = 10 is a note"
    assert markers(diversity) == [(0.5, 0, True), (0.167, 1, False), (0.5, 2, False)]
    assert markers(right) == [(0, 0, False), (0, 1, True)] and right.texts[0].get_text() == "no JSON"


STEPS = [BeamStep(0, [Extension(0, 0, -0.5, "kept"), Extension(0, 1, -1.0, "kept")]),
         BeamStep(0, [Extension(1, 2, -1.1, "kept"), Extension(0, 9, -1.2, "finished"),
                      Extension(0, 3, -5.0, "dropped"), Extension(1, 4, -6.0, "dropped")]),
         BeamStep(0, [Extension(0, 5, -1.3, "kept"), Extension(0, 6, -1.4, "kept"), Extension(0, 7, -8.0, "dropped")])]


def test_the_tree_has_the_steps_of_the_search():
    first, second, third = make_columns(STEPS, Letters(), ENDS)
    assert [(node.label, node.fate, node.best) for node in first] == [("a", "kept", False), ("b", "kept", True)]
    assert [(node.label, node.parent, node.fate) for node in second] == [
        ("EOS", 0, "finished"), ("d", 0, "dropped"), ("c", 1, "kept"), ("e", 1, "dropped")]
    assert [(node.label, node.parent, node.best) for node in third] == [
        ("f", 2, True), ("g", 2, False), ("h", 2, False)]
    assert all(node.lives for node in first), "one has the best continuation, one a finished text"
    assert abs(first[1].y - second[2].y) < 1 > abs(first[1].y - third[0].y), "the best text is a straight line"


def test_the_picture_of_a_search_names_every_token_and_score(tmp_path, figures):
    plot_search(tmp_path / "beams.png", STEPS, Letters(), ENDS, 2, 30)
    texts = [text.get_text() for text in figures[0].axes[0].texts]
    assert {*"abcdefgh", "EOS"} <= set(texts) and {"−0.5", "−1.0", "−8.0"} <= set(texts)
    assert "finished" in texts and any("of 30 tokens" in text for text in texts)


@given(st.lists(st.tuples(st.floats(-500, 500), st.floats(1, 50), st.floats(0.1, 100)), min_size=1, max_size=9))
def test_spread_keeps_the_order_and_leaves_room(nodes):
    wishes, heights, weights = zip(*nodes)
    places = spread(wishes, heights, weights)
    for above, below, height, next_height in zip(places, places[1:], heights, heights[1:]):
        assert below - above >= (height + next_height) / 2 - 1e-6
    apart = [1000.0 * number for number in range(len(nodes))]
    assert max(abs(a - b) for a, b in zip(spread(apart, heights, weights), apart)) < 1e-6, "wishes with room are met"


def test_the_picture_of_a_step_shows_what_both_rules_keep(tmp_path, figures):
    logits = torch.tensor([0.5, 0.3, 0.15, 0.05]).log()
    nucleus = nucleus_of(logits, 1.0, 0.7)
    assert (nucleus.ranked, nucleus.kept, nucleus.kept_by_paper) == ([0, 1, 2, 3], 1, 2)
    assert nucleus_of(logits, 0.001, 1.0).ranked == [0, 1, 2, 3], "also where the probabilities are 0"
    plot_next_token(tmp_path / "next.png", NextToken([0, 1], logits), Letters(), ENDS, [0.5, 1], [(1, 0.7)])
    texts = [text.get_text() for text in figures[0].axes[0].texts]
    assert {"ab ___", "T = 0.5", "50 %", "30 %", "5.0 %", "assignment keeps 1 token", "paper keeps 2 tokens"} <= set(
        texts)
    assert round(perplexity(torch.tensor([0.0, 0.0, -1e9])), 3) == 2


def test_a_text_is_never_read_as_mathematics_or_as_a_missing_character(tmp_path, figures, recwarn):
    class Odd(Letters):
        def decode(self, tokens, **_):
            return "".join(["$a$", "中", "\x1b", "\n"][token] for token in tokens)
    logits = torch.tensor([0.4, 0.3, 0.2, 0.1]).log()
    plot_next_token(tmp_path / "next.png", NextToken([0, 1], logits), Odd(), ENDS, [1], [(1, 0.7)])
    assert {"$a$", "[4E2D]", "[001B]", "⏎"} <= {text.get_text() for text in figures[0].axes[0].texts}
    assert not [warning for warning in recwarn if "Glyph" in str(warning.message)]
