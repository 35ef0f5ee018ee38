"""What a vectorizer has learned, as JSON data and arrays for a file, and back.

A learned attribute has a name that ends with an underscore, as in scikit-learn.  A
function among the settings is compared as pickle names it, by its module and name; so a
lambda, which has none, cannot be saved, and a change inside a function is not seen.
"""
import json
import pickle
import zlib
from collections.abc import Mapping, Set
from typing import Any

import numpy as np

from minidl.arrays import AnyArray
from minidl.checks import check_form, require

Note = dict[str, Any]


def learned_by(vectorizer: Any) -> tuple[Note, dict[str, AnyArray]]:
    """Return (note, arrays) of a fitted vectorizer."""
    vectorizer._check_fitted("save")
    learned = {name: value for name, value in vars(vectorizer).items() if name.endswith("_")}
    terms = json.dumps(list(learned.pop("vocabulary_")))
    arrays = {name: learned.pop(name) for name in list(learned) if isinstance(learned[name], np.ndarray)}
    note = {"settings": settings_of(vectorizer), "numbers": {name: float(value) for name, value in learned.items()}}
    return note, {"vocabulary_": np.frombuffer(terms.encode(), np.uint8), **arrays}


def restore(vectorizer: Any, note: Note, arrays: Mapping[str, AnyArray]) -> None:
    """Give a vectorizer what `learned_by` returned; raise ValueError if its settings or the arrays do not fit."""
    check_form(note, {"settings": dict, "numbers": dict}, "note")
    settings = settings_of(vectorizer)
    for name, value in note["settings"].items():
        if settings.get(name) != value:
            raise ValueError(f"vectorizer: must have the saved one's {name}, {value}, got {settings.get(name)}")
    require("vocabulary_" in arrays, "vocabulary_", "must be among the arrays", list(arrays))
    terms = json.loads(arrays["vocabulary_"].tobytes())
    require(isinstance(terms, list) and {*map(type, terms)} <= {str}, "vocabulary_", "must be a list of texts", terms)
    for name, array in arrays.items():  # each has one number per term
        wanted = array.size if name == "vocabulary_" else len(terms)
        if name.endswith("_") and array.shape != (wanted,):
            raise ValueError(f"{name}: must have {wanted} numbers, got shape {array.shape}")
    vars(vectorizer).update({**{name: array for name, array in arrays.items() if name.endswith("_")},
                             **note["numbers"], "vocabulary_": dict(zip(terms, range(len(terms))))})


def settings_of(vectorizer: Any) -> dict[str, str]:
    """Return the class and the settings as text; raise ValueError if one is a function that has no name of its own."""
    settings = {name: as_text(name, value) for name, value in vectorizer.get_params().items()}
    return {"class": type(vectorizer).__name__, **settings}


def as_text(name: str, value: Any) -> str:
    """Return the text of a setting: a set by its sorted items, a function by its name and its pickle's CRC-32.

    >>> as_text("stop_words", {"b", "a"}), as_text("stop_words", ("b", "a")), as_text("min_df", 0.5)
    ("['a', 'b']", "['b', 'a']", '0.5')
    >>> as_text("tokenizer", str.split) == as_text("tokenizer", str.rsplit)
    False
    """
    if callable(value):
        function = getattr(value, "__qualname__", type(value).__name__)
        try:
            reference = pickle.dumps(value, protocol=4)
        except (pickle.PicklingError, AttributeError, TypeError):
            raise ValueError(f"{name}: must be a function of a module in a saved index, got {function}; define it by "
                             "def, outside other functions") from None
        return f"{function}, {zlib.crc32(reference):08x}"
    if isinstance(value, Set):
        value = sorted(value)
    if isinstance(value, tuple):
        value = list(value)
    return repr(value)
