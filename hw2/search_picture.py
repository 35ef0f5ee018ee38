"""beams.png: the first steps of a beam search as a tree."""
from typing import NamedTuple

from hw2.canvas import (BLUE, FAINT, GREEN, INK, MARGIN, SKY, SOFT, WIDTH, box, canvas, fitting, heading, number_text,
                        text_width, token_labels, write)

SHOWN_DROPPED = 2  # of each step, the best
TOKEN_SIZE, SCORE_SIZE = 10, 8
HEIGHTS = {"kept": 40, "finished": 40, "dropped": 32}  # of a node with the space around it
GAP = 16  # between two columns, at least
MAIN_WEIGHT = 1e6  # the line of the best text is straight


class Node(NamedTuple):
    """A text of the search; parent: a node of the column before, as an index, or None in column 0."""

    parent: int | None
    label: str
    score: float
    fate: str
    y: float
    lives: bool  # it or a continuation of it is still in the search at the last step, or finished
    best: bool  # the best text of the last step begins with it


def plot_search(path, steps, tokenizer, ends, num_beams, length):
    """Draw the BeamSteps of one prompt; length: number of tokens of the whole text."""
    columns = make_columns(steps, tokenizer, ends)
    tops = [min(node.y - HEIGHTS[node.fate] / 2 for node in column) for column in columns]
    bottoms = [max(node.y + HEIGHTS[node.fate] / 2 for node in column) for column in columns]
    top = 114 - min(tops)
    height = top + max(bottoms) + 46
    spots = column_spots(columns)
    with canvas(path, height) as pane:
        heading(pane, f"Beam search with {num_beams} beams", [
            f"The first {len(steps)} of {length} tokens. Below each token: the log-probability of the text up to it.",
            f"Each step extends every hypothesis, keeps the {num_beams} best extensions, and drops all others."])
        for number, (x, width) in enumerate(spots, start=1):
            write(pane, x + width / 2, 98, f"step {number}" if number == 1 else f"{number}", 8.5, SOFT, ha="center")
        draw_edges(pane, columns, spots, top)
        for column, (x, width) in zip(columns, spots):
            for node in column:
                draw_node(pane, node, x, width, top + node.y)
        draw_legend(pane, height - 22, any(node.fate == "finished" for column in columns for node in column))


def make_columns(steps, tokenizer, ends):
    """Return a list of Nodes for each step, from the upper to the lower; siblings are ordered by score.

    Children are in the order of their parents, so that no two edges cross.
    """
    columns, parents = [], None  # parents[p]: the node of hypothesis p of the step before
    for step, kept_lives, kept_best in zip(steps, *survivors(steps)):
        shown = [extension for extension in step.pool if extension.fate != "dropped"]
        shown += step.pool[len(shown):len(shown) + SHOWN_DROPPED]
        hypotheses = step.kept()
        lives = [kept_lives[hypotheses.index(e)] if e.fate == "kept" else e.fate == "finished" for e in shown]
        best = [e.fate == "kept" and kept_best == hypotheses.index(e) for e in shown]
        places = [0 if parents is None else parents[e.parent] for e in shown]
        order = sorted(range(len(shown)), key=lambda n: (places[n], n))
        wishes = [columns[-1][places[n]].y if columns else 0.0 for n in order]
        weights = [MAIN_WEIGHT if best[n] else 10 if lives[n] else 1 for n in order]
        ys = spread(wishes, [HEIGHTS[shown[n].fate] for n in order], weights)
        labels = token_labels(tokenizer, [e.token for e in shown], ends)
        columns.append([Node(None if parents is None else places[n], labels[n], shown[n].score, shown[n].fate, y,
                             lives[n], best[n]) for n, y in zip(order, ys)])
        parents = [order.index(shown.index(hypothesis)) for hypothesis in hypotheses]
    return columns


def survivors(steps):
    """Return two lists over the steps: which of the kept hypotheses live to the end, and the index of the best."""
    lives, best = [[True] * len(steps[-1].kept())], [0]
    for step, later in zip(steps[-2::-1], steps[:0:-1]):
        living = {e.parent for e, alive in zip(later.kept(), lives[0]) if alive}
        living |= {e.parent for e in later.pool if e.fate == "finished"}
        lives.insert(0, [number in living for number in range(len(step.kept()))])
        best.insert(0, later.kept()[best[0]].parent if later.kept() else None)
    return lives, best


def spread(wishes, heights, weights):
    """Return places near the wishes for nodes of these heights, in this order and without overlap.

    It minimises the sum of weight * (place - wish) ** 2: an isotonic regression, by pooling adjacent violators.

    >>> spread([0, 0, 50], [10, 10, 10], [1, 1, 1])
    [-5.0, 5.0, 50.0]
    """
    offsets = [0.0]
    for above, below in zip(heights, heights[1:]):
        offsets.append(offsets[-1] + (above + below) / 2)
    blocks = []  # [mean, weight, number of nodes]
    for wish, offset, weight in zip(wishes, offsets, weights):
        blocks.append([wish - offset, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            mean, weight_below, count = blocks.pop()
            block = blocks[-1]
            total = block[1] + weight_below
            blocks[-1] = [(block[0] * block[1] + mean * weight_below) / total, total, block[2] + count]
    means = [mean for mean, _, count in blocks for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets)]


def column_spots(columns):
    """Return the (x, width) of each column: as wide as its widest token, the rest of the picture as gaps."""
    room = WIDTH - 2 * MARGIN - GAP * (len(columns) - 1)
    widths = [max(max(text_width(node.label, TOKEN_SIZE), text_width(number_text(node.score), SCORE_SIZE)) + 10
                  for node in column) for column in columns]
    longest = max(widths)
    while sum(min(width, longest) for width in widths) > room:
        longest -= 1
    widths = [min(width, longest) for width in widths]
    gap = min(GAP + 30, (WIDTH - 2 * MARGIN - sum(widths)) / max(1, len(columns) - 1))
    return [(MARGIN + sum(widths[:number]) + gap * number, width) for number, width in enumerate(widths)]


def draw_edges(pane, columns, spots, top):
    """Draw a curve from each node to its parent, the important ones last."""
    edges = [(node, column[node.parent], spot, child_spot) for column, children, spot, child_spot in zip(
        columns, columns[1:], spots, spots[1:]) for node in children for column in [column]]
    for node, parent, (x, width), (child_x, child_width) in sorted(edges, key=lambda edge: (
            edge[0].best, edge[0].lives, edge[0].fate != "dropped")):
        inset = 2 if node.fate == "dropped" else 0
        draw_curve(pane, x + width, top + parent.y, child_x + inset, top + node.y, **edge_style(node))


def edge_style(node):
    """Return the line style of the edge that leads to a node."""
    if node.best:
        return {"edgecolor": BLUE, "linewidth": 2.6}
    if node.fate == "dropped":
        return {"edgecolor": FAINT, "linewidth": 1}
    return {"edgecolor": GREEN if node.fate == "finished" else SKY, "linewidth": 1.6 if node.lives else 1.1}


def draw_curve(pane, x, y, end_x, end_y, **style):
    """Draw a line that leaves and arrives horizontally."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path
    middle = (x + end_x) / 2
    path = Path([(x, y), (middle, y), (middle, end_y), (end_x, end_y)], [Path.MOVETO, *[Path.CURVE4] * 3])
    pane.add_patch(PathPatch(path, facecolor="none", capstyle="round", **style))


def draw_node(pane, node, x, width, y):
    """Draw a token with the score of its text."""
    colour, score_colour = INK, SOFT
    if node.fate == "dropped":
        colour, score_colour = SOFT, "#8a8a8a"
    elif node.best:
        box(pane, x, y, width, 32, facecolor=BLUE, edgecolor=BLUE)
        colour, score_colour = "white", "#d6e9f5"
    elif node.fate == "finished":
        box(pane, x, y, width, 32, facecolor=GREEN, edgecolor=GREEN)
        colour, score_colour = "white", "#d5f0e7"
    else:
        box(pane, x, y, width, 32, facecolor="#e8f4fc" if node.lives else "white", edgecolor=SKY, linewidth=1.2,
            linestyle="-" if node.lives else (0, (3, 2)))
    size = min(TOKEN_SIZE, max(SCORE_SIZE, TOKEN_SIZE * (width - 6) / text_width(node.label, TOKEN_SIZE)))
    write(pane, x + width / 2, y - 6, fitting(node.label, width - 4, size), size, colour, ha="center")
    write(pane, x + width / 2, y + 8, number_text(node.score), SCORE_SIZE, score_colour, ha="center")


def draw_legend(pane, y, with_finished):
    """Explain the kinds of nodes in one row."""
    x = MARGIN
    kinds = [("best text so far", {"facecolor": BLUE, "edgecolor": BLUE}),
             ("kept", {"facecolor": "#e8f4fc", "edgecolor": SKY}),
             ("kept, but dropped later", {"facecolor": "white", "edgecolor": SKY, "linestyle": (0, (3, 2))})]
    if with_finished:
        kinds.append(("finished", {"facecolor": GREEN, "edgecolor": GREEN}))
    for label, style in kinds:
        box(pane, x, y, 20, 14, **style)
        write(pane, x + 26, y, label)
        x += 26 + text_width(label, 9) + 22
    write(pane, x, y, f"grey: dropped (the best {SHOWN_DROPPED} of each step); ␣ is a space", color="#8a8a8a")
