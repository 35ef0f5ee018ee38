"""report.md of HW3: the metrics, their meaning, and the limits of the approach, all from the run's numbers."""
from hw3.misses import REASONS, misses
from minidl.files import write_text
from minidl.plots import have_matplotlib
from minidl.tables import markdown_table

BASELINE = "TF-IDF"
EXAMPLES = 2  # per reason
MAX_CHARACTERS = 300  # of an answer


def write_report(path, name, facts, test, rankings, measured):
    """Write the report.

    facts: a sentence about the data.  rankings: dict from method to Ranking, TF-IDF among
    them.  measured: dict from method to a dict from metric to (mean, low, high).
    """
    rows = [[method, *(f"{mean:.3f} ({low:.3f} to {high:.3f})" for mean, low, high in metrics.values())]
            for method, metrics in measured.items()]
    sections = [f"# HW3 on {name}", facts, markdown_table(["method", *measured[BASELINE]], rows),
                "In brackets: the 95 % bootstrap interval over the questions."]
    if have_matplotlib():
        sections.append("![Recall@K and MRR](recall.png)")
    sections += ["## What do the metrics say?", comparison(measured), "## What are the limits of this approach?",
                 limits(test, rankings[BASELINE])]
    write_text(path, "\n\n".join(sections) + "\n")


def comparison(measured):
    """Return a list of the baseline's metrics, and of the difference of each other method's MRR."""
    base = measured[BASELINE]
    lines = [f"- {BASELINE} ranks the right answer first for {base['Recall@1'].mean:.1%} of the questions, and among "
             f"the first ten for {base['Recall@10'].mean:.1%}; the mean reciprocal rank is {base['MRR'].mean:.3f}."]
    for name, metrics in measured.items():
        mrr, base_mrr = metrics["MRR"], base["MRR"]
        separate = mrr.low > base_mrr.high or mrr.high < base_mrr.low
        if name != BASELINE:
            lines.append(f"- {name}: MRR {mrr.mean - base_mrr.mean:+.3f} against {BASELINE}"
                         f"{', the intervals do not overlap' if separate else ''}.")
    best = max(measured, key=lambda name: measured[name]["MRR"].mean)
    return "\n".join([*lines, f"- Highest MRR: {best}."])


def limits(test, ranking):
    """Return the reasons of the misses, with examples."""
    missed = misses(test, ranking)
    if not missed:
        return "Every question has its answer among the first ten: these data do not show the limits."
    lines = [f"{len(missed)} of {len(test.queries)} questions have their answer at a rank above 10. The method "
             "compares words letter by letter, and ignores meaning and grammar. Of these misses:", ""]
    by_reason = {reason: [miss for miss in missed if miss.reason == reason] for reason in REASONS}
    lines += [f"- {len(group)} ({len(group) / len(missed):.0%}): {REASONS[reason]}."
              for reason, group in by_reason.items()]
    return "\n".join(lines + [example(miss) for group in by_reason.values() for miss in group[:EXAMPLES]])


def example(miss):
    """Return a miss as a Markdown quotation."""
    lines = [f"**{miss.query}**", f"rank {miss.rank}, {miss.reason}; the right answer: {shortened(miss.answer)}",
             f"words in common, with their shares of the score: {shares_text(miss.shared[:6])}"]
    if miss.forms:
        lines.append(f"other forms: {', '.join(' / '.join(pair) for pair in miss.forms[:4])}")
    lines += [f"the answer of rank 1: {shortened(miss.top_answer)}",
              f"words in common with it: {shares_text(miss.top_shared[:6])}"]
    return "\n" + "\n>\n".join(f"> {line}" for line in lines)


def shares_text(shares):
    """Return [(term, share), ...] as text.

    >>> shares_text([("red", 0.25), ("fish", 0.125)]), shares_text([])
    ('red 0.250, fish 0.125', 'none')
    """
    return ", ".join(f"{term} {share:.3f}" for term, share in shares) or "none"


def shortened(text, most=MAX_CHARACTERS):
    """Return a text as one line of at most `most` characters, cut at a space."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[:most - 2].rsplit(" ", 1)[0] + " …"
