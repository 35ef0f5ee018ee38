"""A drawing surface whose unit is the point, for pictures that are made of boxes and text rather than of curves."""
import contextlib
import unicodedata
from functools import cache

from minidl.plots import COLOURS, figure

WIDTH = 720  # points: a font of 9 points is as large as text where the picture is shown 800 pixels wide
MARGIN = 20
INK, SOFT, FAINT = "#222222", "#6b6b6b", "#d9d9d9"
BLUE, ORANGE, GREEN, _, _, VERMILLION, SKY = COLOURS


@contextlib.contextmanager
def canvas(path, height):
    """Yield a pane of WIDTH x height points without axes, the origin at its upper left; write it to path at the end."""
    with figure(path, size=(WIDTH / 72, height / 72)) as (fig, panes):
        fig.set_layout_engine("none")
        pane = panes[0, 0]
        pane.set_position([0, 0, 1, 1])
        pane.set(xlim=(0, WIDTH), ylim=(height, 0))
        pane.set_axis_off()
        yield pane


def write(pane, x, y, text, size=9, color=INK, **options):
    """Write a text, never read as mathematics; x, y: its left end and the middle of its line, in points."""
    options = {"ha": "left", "va": "center_baseline", "parse_math": False} | options
    return pane.text(x, y, text, fontsize=size, color=color, **options)


def heading(pane, title, lines):
    """Write the title and the lines below it; return the y of the lower edge."""
    write(pane, MARGIN, 24, title, 15, weight="bold")
    for number, line in enumerate(lines):
        write(pane, MARGIN, 46 + 15 * number, line, 9.5, SOFT)
    return 46 + 15 * len(lines)


def box(pane, x, y, width, height, **options):
    """Draw a box with round corners; x, y: the middle of its left edge."""
    from matplotlib.patches import FancyBboxPatch
    shape = FancyBboxPatch((x, y - height / 2), width, height, boxstyle="round,pad=0,rounding_size=5", **options)
    return pane.add_patch(shape)


@cache
def text_width(text, size, weight="normal"):
    """Return the width of a text in points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path
    return text_to_path.get_text_width_height_descent(text, FontProperties(size=size, weight=weight), False)[0]


def fitting(text, width, size):
    """Return the text, with its end replaced by "…" if it is wider than that many points."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text + "…"


@cache
def glyphs():
    """Return the codes of the characters that the font of the pictures has."""
    from matplotlib.font_manager import findfont, get_font
    return frozenset(get_font(findfont("DejaVu Sans")).get_charmap())


def drawable(text):
    """Return a text whose every character can be drawn; others become their number, "[4E2D]" for example."""
    marks = {" ": "␣", "\n": "⏎", "\t": "⇥"}
    return "".join(marks.get(character, character) if ord(character) in glyphs() and (
        character in marks or unicodedata.category(character)[0] not in "CZ")
        or character in marks else f"[{ord(character):04X}]" for character in text)


def number_text(number, form=".1f"):
    """Return a number with a real minus sign, and none before a zero.

    >>> number_text(-1.25, ".2f"), number_text(-0.01)
    ('−1.25', '0.0')
    """
    return format(number, form).replace("-", "−") if float(format(number, form)) else format(0, form)


def token_labels(tokenizer, tokens, ends):
    """Return a label for each token: its text without the space before it, unless two labels would be equal."""
    whole = ["EOS" if token in ends else drawable(tokenizer.decode([token])) or f"[{token}]" for token in tokens]
    short = [text.removeprefix("␣") or text for text in whole]
    tokens_of = {}
    for token, text in zip(tokens, short):
        tokens_of.setdefault(text, set()).add(token)
    return [text if len(tokens_of[text]) == 1 else full for text, full in zip(short, whole)]
