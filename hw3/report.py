"""report.md of HW3: the metrics, their meaning, and the limits of the approach, all from the run's numbers.

Its sentences, in English and Russian, are in report.ini.
"""
from pathlib import Path
from statistics import fmean

from hw3.measures import BASELINE
from hw3.misses import REASONS, misses
from minidl.files import write_text
from minidl.history import mean_and_deviation
from minidl.plots import have_matplotlib
from minidl.sentences import Sentences
from minidl.tables import markdown_table

SENTENCES = Path(__file__).with_name("report.ini")
EXAMPLES = 2  # per reason
MAX_CHARACTERS = 300  # of an answer


def write_report(path, name, facts, splits, measured, compared, language="en"):
    """Write the report in a language of minidl.sentences.

    facts: lines about the data.  splits: the Split of each seed.  measured: dict from seed to a dict from method to a
    dict from metric to (mean, low, high).  compared: the Difference of each pair of methods.
    """
    say = Sentences(SENTENCES, language)
    sections = [say("title", name=name), "\n".join(f"- {say.translated('fact', fact)}" for fact in facts),
                metrics_table(say, measured)]
    if have_matplotlib():
        sections.append(f"![{say('picture')}](recall.png)")
    missed = [miss for split in splits for miss in misses(split.test, split.baseline)]
    means = means_of(measured)
    sections += [say("metrics heading"), first_sentence(say, means[BASELINE]), differences_table(say, compared),
                 conclusion(say, compared, means), say("limits heading")]
    if len(splits) > 1:
        sections.append(say("sums", splits=len(splits)))
    sections.append(limits(say, missed, sum(len(split.test.queries) for split in splits)))
    write_text(path, "\n\n".join(sections) + "\n")


def metrics_table(say, measured):
    """Return the table of all metrics: of one split with intervals, of several as mean and deviation.

    say: the Sentences, here and below.
    """
    first, *others = measured.values()
    if others:
        rows = [[method, *(mean_and_deviation([split[method][metric].mean for split in measured.values()], ".3f")
                           for metric in first[method])] for method in first]
        note = say("deviations", splits=len(measured), seeds=", ".join(map(str, measured)))
    else:
        rows = [[method, *(say("interval", **interval._asdict()) for interval in metrics.values())]
                for method, metrics in first.items()]
        note = say("intervals")
    return f"{markdown_table([say('method'), *first[BASELINE]], rows)}\n\n{note}"


def means_of(measured):
    """Return a dict from method to a dict from metric to its mean over the splits."""
    first, *_ = measured.values()
    return {method: {metric: fmean(split[method][metric].mean for split in measured.values()) for metric in metrics}
            for method, metrics in first.items()}


def first_sentence(say, metrics):
    """Return what the baseline's metrics mean, as a list of one item."""
    return say("baseline", method=BASELINE, first=metrics["Recall@1"], ten=metrics["Recall@10"],
               rank=metrics["MRR"])


def differences_table(say, compared):
    """Return the table of the differences of all metrics."""
    rows = [[f"{method} - {other}", *(say("difference", **interval._asdict()) for interval in intervals.values())]
            for method, other, intervals in compared]
    return f"{markdown_table([say('difference column'), *compared[0].intervals], rows)}\n\n{say('differences')}"


def conclusion(say, compared, means):
    """Return a list: what each difference of MRR shows, and the method with the highest MRR."""
    lines = [say("conclusion", method=each.method, other=each.other,
                 difference=say("difference", **each.intervals["MRR"]._asdict()),
                 verdict=say.translated("verdict", each.verdict())) for each in compared]
    mrr = {name: round(metrics["MRR"], 3) for name, metrics in means.items()}
    best = [name for name, value in mrr.items() if value == max(mrr.values())]
    return "\n".join([*lines, say("best", method="; ".join(best)) if len(best) < len(mrr) else say("no best")])


def limits(say, missed, n_questions):
    """Return the reasons of the misses, with examples."""
    if not missed:
        return say("no misses")
    lines = [say("misses", missed=len(missed), questions=n_questions,
                 absent=sum(not miss.is_found for miss in missed)), ""]
    by_reason = {reason: [miss for miss in missed if miss.reason == reason] for reason in REASONS}
    lines += [say("reason", count=len(group), share=len(group) / len(missed), reason=say(f"reason.{reason}"))
              for reason, group in by_reason.items()]
    examples = [list({miss.query: miss for miss in reversed(group)}.values())[::-1][:EXAMPLES]
                for group in by_reason.values()]
    return "\n".join(lines + [example(say, miss) for group in examples for miss in group])


def example(say, miss):
    """Return a miss as a Markdown quotation."""
    rank = say("rank", rank=miss.rank) if miss.is_found else say("not found")
    none = say("none")
    lines = [f"**{miss.query}**",
             say("example", rank=rank, reason=say(f"short.{miss.reason}"), answer=shortened(miss.answer)),
             say("in common", shares=shares_text(miss.shared[:6]) or none)]
    if miss.forms:
        lines.append(say("other forms", forms=", ".join(" / ".join(pair) for pair in miss.forms[:4])))
    if miss.top_shared:
        lines += [say("top answer", answer=shortened(miss.top_answer)),
                  say("in common with top", shares=shares_text(miss.top_shared[:6]))]
    else:
        lines.append(say("no top answer"))
    return "\n" + "\n>\n".join(f"> {line}" for line in lines)


def shares_text(shares):
    """Return [(term, share), ...] as text.

    >>> shares_text([("red", 0.25), ("fish", 0.125)])
    'red 0.250, fish 0.125'
    """
    return ", ".join(f"{term} {share:.3f}" for term, share in shares)


def shortened(text, most=MAX_CHARACTERS):
    """Return a text as one line of at most `most` characters, cut at a space."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[:most - 2].rsplit(" ", 1)[0] + " …"
