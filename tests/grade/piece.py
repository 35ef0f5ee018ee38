"""The parts of a piece's specification, and the verdict on an implementation of it."""
from collections.abc import Callable
from typing import Any, NamedTuple


class Form(NamedTuple):
    """One way to call an implementation: call(case) returns the outcome, in the shape of `expected`."""

    name: str
    call: Callable[[Any], Any]


class Mistake(NamedTuple):
    """A known mistake: outcome(case, **readings) is what an implementation with this mistake returns."""

    name: str
    outcome: Callable[..., Any]


class Piece(NamedTuple):
    """What the assignment demands of one piece.

    name: the name that the graded file gives it.
    cases: hypothesis strategy of the inputs, or a list of all of them.  Integers it draws are between -100 and 100:
        of larger ones hypothesis prefers those that are written in a module that happens to be imported.
    forms: function from an implementation to a list of Forms; the first that fits is used.
    expected: oracle, expected(case, **readings); without readings, the assignment's own text.
    agrees: function (outcome, expected outcome) to bool.
    readings: dict from a keyword of `expected` to a dict from its values to the sentence that describes the reading.
    mistakes: list of Mistakes.
    show: function from a case to a literal that can be pasted.
    show_outcome: function from an outcome to text.
    difference: function (case, outcome, expected outcome) to both as text, if show_outcome would show too much.
    prepare: function that imports what takes long; it is called before the time is measured.
    count: number of cases.
    unit: word for the cases in the verdict "right".
    """

    name: str
    cases: Any
    forms: Callable[[Any], list[Form]]
    expected: Callable[..., Any]
    agrees: Callable[[Any, Any], bool]
    readings: dict[str, dict[Any, str]] = {}
    mistakes: list[Mistake] = []
    show: Callable[[Any], str] = repr
    show_outcome: Callable[[Any], str] = repr
    difference: Callable[[Any, Any, Any], tuple[str, str]] | None = None
    prepare: Callable[[], None] = lambda: None
    count: int = 120
    unit: str = "cases"


class Complaint(Exception):
    """What is wrong with an implementation, noticed while it ran, whatever it returned."""


class Failure(NamedTuple):
    """The outcome of a call that returned nothing: what happened instead.

    kind: "raises", "stops", "time", "missing" or "complaint".
    """

    kind: str
    text: str


class Example(NamedTuple):
    """A counterexample as text; got is a Failure if the call returned nothing."""

    case: str
    got: str | Failure
    expected: str


class Verdict(NamedTuple):
    """The verdict on one piece: right, reading, WRONG, missing or ERROR; strict lines have another verdict."""

    piece: str
    verdict: str
    note: str = ""
    counterexample: Example | None = None
    seconds: float = 0.0
