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


MODELS = {name: (name, {}) for name in TYPES}
MODELS |= {f"{name}, is_decoder": (name, {"is_decoder": True}) for name in ENCODERS}


@functools.cache
def answers_of(label):
    """Return the verdicts on one of MODELS, one per question; or, as a text, why there is no model."""
    name, settings = MODELS[label]
    try:
        model = small_model(name, **settings)
        next_log_probabilities(model, PROMPTS[0])
    except Exception as error:  # of any type
        return f"{type(error).__name__} {first_line(error)[:90]}"
    return [verdict(question, model) for question in QUESTIONS.values()]


def kind_of(text):
    """Return the kind of a verdict: its first word."""
    return text.partition(":")[0]


def totals():
    """Return how many answers are right, refused, wrong and raw, as text."""
    built = [answers for answers in map(answers_of, MODELS) if isinstance(answers, list)]
    counts = Counter(kind_of(answer) for answers in built for answer in answers)
    return f"{len(built)} models: " + ", ".join(f"{counts[kind]} {kind}" for kind in KINDS)


def cases():
    """Yield the one Case."""
    yield Case("decoders with every causal type, three questions each", "transformers, no cache",
               lambda: (totals(), "not timed"))


def main():
    """Print one row per model, then what is not right."""
    table = TablePrinter({f"{'type':<34}": "s"} | {f"{name:<8}": "s" for name in QUESTIONS})
    for label in MODELS:
        if isinstance(answers_of(label), list):
            table.row(f"{label:<34}", *(f"{kind_of(answer):<8}" for answer in answers_of(label)))
    print(f"\n{totals()}\n")
    for label in MODELS:
        answers = answers_of(label)
        if isinstance(answers, str):
            answers = [f"no small model ({answers})"]
        for answer in dict.fromkeys(answer for answer in answers if answer != "right"):
            print(f"{label}: {answer}")
