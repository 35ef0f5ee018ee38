"""Every causal type of transformers: does decoding work, or is the type refused in one line?

Small random models; what is asked of each stands in tests/decoding/verdicts.py.  Encoders
are tried as they come and as decoders.  A type that transformers itself cannot build or
run in a small size is not counted; its line says why.
"""
import functools
from collections import Counter

from minidl.errors import first_line
from minidl.tables import TablePrinter
from tests.benchmarks.cases import Case
from tests.decoding.architectures import ENCODERS, TYPES, small_model
from tests.decoding.verdicts import PROMPTS, QUESTIONS, next_log_probabilities, verdict

KINDS = ("right", "refused", "wrong", "raw")


@functools.cache
def verdicts():
    """Return a dict from each type to its verdicts, one per question, or to why there is no model of it."""
    result = {}
    for name, settings in [*((name, {}) for name in TYPES), *((name, {"is_decoder": True}) for name in ENCODERS)]:
        label = ", ".join([name, *settings])
        try:
            model = small_model(name, **settings)
            next_log_probabilities(model, PROMPTS[0])
        except Exception as error:  # of any type
            result[label] = f"{type(error).__name__} {first_line(error)[:90]}"
        else:
            result[label] = [verdict(question, model) for question in QUESTIONS.values()]
    return result


def kind_of(text):
    """Return the kind of a verdict: its first word."""
    return text.partition(":")[0]


def totals():
    """Return how many answers are right, refused, wrong and raw, as text."""
    built = [answers for answers in verdicts().values() if isinstance(answers, list)]
    counts = Counter(kind_of(answer) for answers in built for answer in answers)
    return f"{len(built)} models: " + ", ".join(f"{counts[kind]} {kind}" for kind in KINDS)


def cases():
    """Yield the one Case."""
    yield Case("decoders with every causal type, three questions each", "transformers, no cache",
               lambda: (totals(), "not timed"))


def main():
    """Print one row per model, then what is not right."""
    table = TablePrinter({f"{'type':<34}": "s"} | {f"{name:<8}": "s" for name in QUESTIONS})
    for name, answers in verdicts().items():
        if isinstance(answers, list):
            table.row(f"{name:<34}", *(f"{kind_of(answer):<8}" for answer in answers))
    print(f"\n{totals()}\n")
    for name, answers in verdicts().items():
        if isinstance(answers, list):
            for answer in dict.fromkeys(answer for answer in answers if answer != "right"):
                print(f"{name}: {answer}")
    for name, reason in verdicts().items():
        if isinstance(reason, str):
            print(f"{name}: no small model ({reason})")
