"""Bad input to the public callables of minidl raises a ValueError or TypeError of one line that names the argument.

ROWS: a dict from a name in an `__all__` ("metrics.roc_auc_score") to a Row.  "nn.Linear()" is a call of a layer,
"search.InvertedIndex.search" a method.
"""
import importlib
import re

import pytest

from tests.bad_inputs import numpy_ring, runs, torch_ring

ROWS = {**numpy_ring.ROWS, **torch_ring.ROWS, **runs.ROWS}
PACKAGES = ("data", "decoding", "metrics", "nn", "optim", "search", "text")
# records, base classes, and classes whose constructor takes nothing
WITHOUT_CHECKS = {"data.Column", "data.DownloadError", "data.MissingTargetError", "data.QuestionAnswers", "data.Source",
                  "data.Table", "data.UndecodableError", "decoding.Candidate", "nn.Layer",
                  "optim.Optimizer", "text.CSR", "text.TermVectorizer", "text.Tokenizer", "data.cache_folder",
                  "nn.ReLU", "text.marked_token_pattern"}
# they take files unchecked
UNCHECKED = {"data.pairs_of", "data.read_qa", "data.repeated_questions"}


def answer(row, /, **changes):
    """Return (error or None, result or None) of a call with the good arguments, some of them changed."""
    try:
        return None, row.call(**{**row.good, **changes})
    except Exception as error:
        return error, None


def fault(row, argument, value):
    """Return what is wrong with the answer to a bad value; None if it is refused as it must be."""
    error, result = answer(row, **{argument: value})
    if error is None:
        return f"returns {result!r:.60}"
    is_ours = isinstance(error, (ValueError, TypeError)) and re.fullmatch(
        rf"(\w+, )*{argument}(, \w+)*: \S.*", str(error))
    return None if is_ours else f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("name, argument", [(name, argument) for name, row in ROWS.items() for argument in row.bad])
def test_bad_input_is_refused_in_one_line_that_names_the_argument(name, argument):
    row = ROWS[name]
    faults = [(value, fault(row, argument, value)) for value in row.bad[argument]]
    assert not [f"{value!r:.200} {reason}" for value, reason in faults if reason]


@pytest.mark.parametrize("name", ROWS)
def test_the_other_arguments_of_a_row_are_good(name):
    error, _ = answer(ROWS[name])
    assert error is None


def test_every_public_callable_has_a_row():
    public = {f"{package}.{name}" for package in PACKAGES
              for module in [importlib.import_module(f"minidl.{package}")]
              for name in module.__all__ if callable(getattr(module, name))}
    assert public == {name for name in public if name in ROWS} | WITHOUT_CHECKS | UNCHECKED
