"""The one line on a verdict."""
from tests.grade.piece import Failure

SHORT = 60  # characters


def reading_note(piece, readings, example):
    """Return the one line on a reading: its sentence, and what it changes if that is short."""
    difference = f": got {example.got}, expected {example.expected}"
    return "; ".join(piece.readings[key][value] for key, value in readings.items()) + (
        difference if len(difference) <= SHORT else "")


def wrong_note(example, mistake):
    """Return the one line on a wrong implementation."""
    if not isinstance(example.got, Failure):
        reason = f": {mistake}" if mistake else ""
        return f"{example.case} gives {example.got}, expected {example.expected}{reason}"
    if example.got.kind == "complaint":
        return example.got.text
    return f"{example.case} {example.got.text}, expected {example.expected}"
