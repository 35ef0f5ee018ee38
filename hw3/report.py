"""report.md of HW3: the metrics, their meaning, and the limits of the approach, all from the run's numbers."""
from hw3.measures import BASELINE
from hw3.misses import REASONS, misses
from minidl.files import write_text
from minidl.history import mean_and_deviation
from minidl.plots import have_matplotlib
from minidl.tables import markdown_table

EXAMPLES = 2  # per reason
MAX_CHARACTERS = 300  # of an answer


def write_report(path, name, facts, splits, measured, pooled, compared):
    """Write the report.

    facts: lines about the data.  splits: the Split of each seed.  measured: dict from seed to a dict from method to a
    dict from metric to (mean, low, high); pooled: the same without the seed, over all splits.  compared: the
    Difference of each pair of methods.
    """
    sections = [f"# HW3 on {name}", "\n".join(f"- {fact}" for fact in facts), metrics_table(measured)]
    if have_matplotlib():
        sections.append("![Recall@K and MRR](recall.png)")
    missed = [miss for split in splits for miss in misses(split.test, split.baseline)]
    sections += ["## What do the metrics say?", first_sentence(pooled[BASELINE]), differences_table(compared),
                 conclusion(compared, pooled), "## What are the limits of this approach?",
                 limits(missed, sum(len(split.test.queries) for split in splits))]
    write_text(path, "\n\n".join(sections) + "\n")


def metrics_table(measured):
    """Return the table of all metrics: of one split with intervals, of several as mean and deviation."""
    first, *others = measured.values()
    if others:
        rows = [[method, *(mean_and_deviation([split[method][metric].mean for split in measured.values()], ".3f")
                           for metric in first[method])] for method in first]
        note = f"Mean ± standard deviation over {len(measured)} splits, with the seeds {', '.join(map(str, measured))}."
    else:
        rows = [[method, *(f"{mean:.3f} ({low:.3f} to {high:.3f})" for mean, low, high in metrics.values())]
                for method, metrics in first.items()]
        note = "In brackets: the 95 % bootstrap interval over the questions."
    return f"{markdown_table(['method', *first[BASELINE]], rows)}\n\n{note}"


def first_sentence(metrics):
    """Return what the baseline's metrics mean, as a list of one item."""
    return (f"- {BASELINE} ranks the right answer first for {metrics['Recall@1'].mean:.1%} of the questions, and among "
            f"the first ten for {metrics['Recall@10'].mean:.1%}; the mean reciprocal rank is "
            f"{metrics['MRR'].mean:.3f}.")


def differences_table(compared):
    """Return the table of the differences of all metrics."""
    rows = [[f"{method} - {other}", *(f"{mean:+.3f} ({low:+.3f} to {high:+.3f})" for mean, low, high in
                                      intervals.values())] for method, other, intervals in compared]
    return (f"{markdown_table(['difference', *compared[0].intervals], rows)}\n\n"
            "The difference is taken for each question, and averaged. In brackets: its 95 % bootstrap interval over "
            "the questions; a question that several splits test counts once. An interval without 0 shows that one "
            "method is better on questions like these.")


def conclusion(compared, pooled):
    """Return a list: what each difference of MRR shows, and the method with the highest MRR."""
    lines = [f"- {difference.method} against {difference.other}: MRR {difference.text()}." for difference in compared]
    best = max(pooled, key=lambda name: pooled[name]["MRR"].mean)
    return "\n".join([*lines, f"- Highest MRR: {best}."])


def limits(missed, n_questions):
    """Return the reasons of the misses, with examples."""
    if not missed:
        return "Every question has its answer among the first ten: these data do not show the limits."
    n_absent = sum(not miss.is_found for miss in missed)
    lines = [f"{len(missed)} of {n_questions} questions have their answer at a rank above 10; {n_absent} of these "
             "answers have score 0, so they are not found. The method compares words letter by letter, and ignores "
             "meaning and grammar. Of these misses:", ""]
    by_reason = {reason: [miss for miss in missed if miss.reason == reason] for reason in REASONS}
    lines += [f"- {len(group)} ({len(group) / len(missed):.0%}): {REASONS[reason]}."
              for reason, group in by_reason.items()]
    examples = [list({miss.query: miss for miss in reversed(group)}.values())[::-1][:EXAMPLES]
                for group in by_reason.values()]
    return "\n".join(lines + [example(miss) for group in examples for miss in group])


def example(miss):
    """Return a miss as a Markdown quotation."""
    rank = f"rank {miss.rank}" if miss.is_found else "not found"
    lines = [f"**{miss.query}**", f"{rank}, {miss.reason}; the right answer: {shortened(miss.answer)}",
             f"words in common, with their shares of the score: {shares_text(miss.shared[:6])}"]
    if miss.forms:
        lines.append(f"other forms: {', '.join(' / '.join(pair) for pair in miss.forms[:4])}")
    if miss.top_shared:
        lines += [f"the answer of rank 1: {shortened(miss.top_answer)}",
                  f"words in common with it: {shares_text(miss.top_shared[:6])}"]
    else:
        lines.append("no answer has a word of the question")
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
