"""report.md of HW3: the figures, what they say, and the limits of the approach, from the run's own numbers."""
from hw3.evaluation import METRICS
from hw3.misses import REASONS, misses
from minidl.files import write_text

EXAMPLES = 2  # of each reason
LONGEST = 300  # characters of an answer that are shown


def write_report(path, about, test, measured, ranked, pictures):
    """Write the report.

    about: the lines of the head.  measured: dict from method to dict from metric to
    (mean, low, high).  ranked: dict from method to Ranked, TF-IDF among them.
    """
    parts = [f"# HW3 on {about[0]}", "\n".join(about[1:]), _table(measured)]
    parts += [f"![{name}]({name})" for name in pictures]
    parts += ["## What do the metrics say?", _words(measured), "## What are the limits of this approach?",
              _limits(test, ranked["TF-IDF"])]
    write_text(path, "\n\n".join(parts) + "\n")


def _table(measured):
    rows = [f"| method | {' | '.join(METRICS)} |", "|" + " --- |" * (1 + len(METRICS))]
    for name, metrics in measured.items():
        cells = [f"{mean:.3f} ({low:.3f} to {high:.3f})" for mean, low, high in metrics.values()]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n\nIn brackets the 95 % bootstrap interval over the questions."


def _words(measured):
    base = measured["TF-IDF"]
    lines = [f"- TF-IDF puts the right answer first for {base['Recall@1'].mean:.1%} of the questions, and among the "
             f"first ten for {base['Recall@10'].mean:.1%}; the mean reciprocal rank is {base['MRR'].mean:.3f}."]
    for name, metrics in measured.items():
        if name != "TF-IDF":
            lines.append(f"- {name}: MRR {metrics['MRR'].mean - base['MRR'].mean:+.3f} against TF-IDF"
                         f"{_separate(metrics['MRR'], base['MRR'])}.")
    best = max(measured, key=lambda name: measured[name]["MRR"].mean)
    return "\n".join([*lines, f"- Highest MRR: {best}."])


def _separate(one, other):
    return ", the intervals do not overlap" if one.low > other.high or one.high < other.low else ""


def _limits(test, ranked):
    found, counts = misses(test, ranked)
    if not found:
        return "Every question has its answer among the first ten: these data do not show the limits."
    lines = [f"{len(found)} of {len(test.queries)} questions have their answer after the tenth place. Words are "
             "compared letter by letter: neither meaning nor grammar is known. Of these misses,", ""]
    for reason, words in REASONS.items():
        lines += [f"- {counts[reason]} ({counts[reason] / len(found):.0%}): {words}."]
    for reason in REASONS:
        lines += [_example(miss) for miss in [one for one in found if one.reason == reason][:EXAMPLES]]
    return "\n".join(lines)


def _example(miss):
    shared = ", ".join(f"{term} {share:.3f}" for term, share in miss.shared[:6]) or "none"
    rival = ", ".join(f"{term} {share:.3f}" for term, share in miss.first_shared[:6]) or "none"
    text = (f"\n> **{miss.query}**\n>\n> rank {miss.rank}, {miss.reason}; the right answer: {shortened(miss.answer)}\n"
            f">\n> words in common, and what they add: {shared}\n>\n")
    if miss.forms:
        text += f"> other forms: {', '.join(' / '.join(pair) for pair in miss.forms[:4])}\n>\n"
    return text + f"> in the first place: {shortened(miss.first)}\n>\n> with it in common: {rival}"


def shortened(text, most=LONGEST):
    """Return a text in one line of at most so many characters."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[:most - 2].rsplit(" ", 1)[0] + " …"
