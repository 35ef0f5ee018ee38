"""next_token.png: one next-token distribution at each temperature, and what each top_p keeps of it."""
from hw2.canvas import (BLUE, FAINT, GREEN, INK, MARGIN, ORANGE, SKY, SOFT, VERMILLION, WIDTH, canvas, drawable,
                        fitting, heading, number_text, text_width, token_labels, write)
from hw2.traces import nucleus_of

SHOWN = 8  # tokens with a bar of their own
ROW, BAR = 21, 14  # heights
LABELS_END, BARS_START = 96, 106
COLD_TO_HOT = (BLUE, SKY, GREEN, ORANGE, VERMILLION)
STRIP_START, STRIP_END, STRIP_STEP, STRIP_HEIGHT = 132, 520, 50, 24
OTHER = "#bdbdbd"


def plot_next_token(path, step, tokenizer, ends, temperatures, settings):
    """Draw a NextToken.  settings: list of (temperature, top_p)."""
    text = drawable(tokenizer.decode(step.tokens)).replace("␣", " ").replace("⏎", " ")
    while text_width(text, 9.5) > 480:
        text = "…" + text[min(12, len(text) - 1):].lstrip("…")
    columns = [nucleus_of(step.logits, t, 1.0) for t in temperatures]
    strips = [nucleus_of(step.logits, t, top_p) for t, top_p in settings]
    ranked = columns[0].ranked[:SHOWN] if columns else strips[0].ranked[:SHOWN]
    label_of = dict(zip(ranked, token_labels(tokenizer, ranked, ends)))
    bars_height = (56 + ROW * (len(ranked) + 1)) if columns else 0
    height = 84 + bars_height + (62 + STRIP_STEP * len(strips) if strips else 0)
    with canvas(path, height) as pane:
        y = heading(pane, "What comes next?", [f"{text} ___" if text else "the first token of the text"])
        if columns:
            draw_bars(pane, y + 16, columns, label_of)
        if strips:
            draw_strips(pane, y + bars_height + 26, strips, label_of)


def subtitle(pane, y, title, explanation):
    """Write the title of a part and, after it, an explanation."""
    write(pane, MARGIN, y, title, 11, weight="bold")
    write(pane, MARGIN + text_width(title, 11, "bold") + 10, y, explanation, 9, SOFT)


def draw_bars(pane, y, columns, label_of):
    """Draw the probabilities at each temperature as bars, one column per temperature; y: the upper edge."""
    from matplotlib.patches import Rectangle
    subtitle(pane, y, "Temperature", "divides the logits: a low one sharpens the distribution, a high one flattens it")
    rows = [*label_of, None]  # None: all others
    for number, token in enumerate(rows):
        label = "all others" if token is None else fitting(label_of[token], LABELS_END - MARGIN, 10)
        write(pane, LABELS_END, y + 54 + ROW * number, label, 10, SOFT if token is None else INK, ha="right")
    step = (WIDTH - MARGIN - BARS_START) / len(columns)
    longest = min(step, 200) - text_width("100 %", 8.5) - 14
    for number, nucleus in enumerate(columns):
        x, colour = BARS_START + step * number, colour_of(number, len(columns))
        write(pane, x, y + 30, f"T = {nucleus.t:g}", 10, colour, weight="bold")
        pane.plot([x, x], [y + 42, y + 54 + ROW * len(label_of) + 11], color=FAINT, linewidth=1, marker="none")
        probability_of = dict(zip(nucleus.ranked, nucleus.probabilities))
        shares = [probability_of[token] for token in label_of]
        shares.append(max(0.0, 1 - sum(shares)))
        for row, (token, share) in enumerate(zip(rows, shares)):
            middle = y + 54 + ROW * row
            pane.add_patch(Rectangle((x, middle - BAR / 2), longest * share, BAR, linewidth=0,
                                     facecolor=OTHER if token is None else colour))
            write(pane, x + longest * share + 4, middle, percent(share), 8.5, SOFT if share < 0.001 else INK)


def colour_of(number, count):
    """Return the colour of one of `count` temperatures, from cold to hot."""
    return COLD_TO_HOT[round(number * (len(COLD_TO_HOT) - 1) / max(1, count - 1))]


def percent(share):
    """Return a share as text.

    >>> percent(0.4774), percent(0.00004), percent(0.0)
    ('48 %', '<0.1 %', '0 %')
    """
    if 0 < share < 0.001:
        return "<0.1 %" if share >= 1e-6 else "0 %"
    return number_text(100 * share, ".0f" if share >= 0.0995 else ".1f").replace("0.0", "0") + " %"


def draw_strips(pane, y, strips, label_of):
    """Draw for each (temperature, top_p) the tokens as pieces of one strip, as long as they are likely."""
    from matplotlib.patches import Rectangle
    subtitle(pane, y, "top_p", "cuts the tail: each piece is a token, as long as it is likely, the most likely first")
    for number, nucleus in enumerate(strips):
        middle = y + 52 + STRIP_STEP * number
        write(pane, MARGIN, middle - 7, f"T = {nucleus.t:g}", 10, weight="bold")
        write(pane, MARGIN, middle + 8, f"top_p = {nucleus.top_p:g}", 9.5, SOFT)
        draw_strip(pane, middle, nucleus, label_of)
        write(pane, STRIP_END + 14, middle - 7, f"assignment keeps {tokens_text(nucleus.kept)}", 9.5, BLUE)
        write(pane, STRIP_END + 14, middle + 8, f"paper keeps {tokens_text(nucleus.kept_by_paper)}", 9.5, "#9a6a00")
    x, middle = MARGIN, y + 48 + STRIP_STEP * len(strips)
    for label, style in (("kept by both rules", {"color": BLUE}), ("kept by the paper's rule alone", {"color": ORANGE}),
                         ("dropped", {"color": FAINT}),
                         ("the token that crosses top_p", {"facecolor": "white", "edgecolor": INK, "linewidth": 1.6})):
        pane.add_patch(Rectangle((x, middle - 6), 12, 12, **style))
        write(pane, x + 18, middle, label)
        x += 18 + text_width(label, 9) + 20


def draw_strip(pane, middle, nucleus, label_of):
    """Draw one strip: its pieces, the line of top_p, and a frame around the token that crosses it."""
    from matplotlib.patches import Rectangle
    total, start = STRIP_END - STRIP_START, STRIP_START
    pane.add_patch(Rectangle((STRIP_START, middle - STRIP_HEIGHT / 2), total, STRIP_HEIGHT, facecolor=FAINT,
                             linewidth=0))
    frame = None
    for rank, (token, probability) in enumerate(zip(nucleus.ranked, nucleus.probabilities)):
        width = probability * total
        if width < 0.5 and rank >= nucleus.kept_by_paper:
            break  # the others are narrower than a line
        colour = BLUE if rank < nucleus.kept else ORANGE if rank < nucleus.kept_by_paper else FAINT
        piece = (start, middle - STRIP_HEIGHT / 2), width, STRIP_HEIGHT
        pane.add_patch(Rectangle(*piece, facecolor=colour, edgecolor="white", linewidth=0.8))
        if rank == nucleus.kept_by_paper - 1 and nucleus.top_p < 1:
            frame = Rectangle(*piece, facecolor="none", edgecolor=INK, linewidth=1.6, zorder=3)
        label = label_of.get(token, "")
        if label and text_width(label, 9) + 6 <= width:
            write(pane, start + 5, middle, label, 9, INK if colour in (FAINT, ORANGE) else "white")
        start += width
    if frame:
        pane.add_patch(frame)
        x = STRIP_START + nucleus.top_p * total
        pane.plot([x, x], [middle - STRIP_HEIGHT / 2 - 5, middle + STRIP_HEIGHT / 2 + 5], color=VERMILLION,
                  linewidth=1.6, marker="none", zorder=4)
        write(pane, x, middle - STRIP_HEIGHT / 2 - 11, f"{nucleus.top_p:g}", 8, VERMILLION, ha="center")


def tokens_text(count):
    """Return a number of tokens as text."""
    return f"{count:,} token" + ("" if count == 1 else "s")
