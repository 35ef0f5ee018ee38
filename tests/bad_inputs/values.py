"""Values that arguments must refuse, by what the argument should be."""
import math
from typing import Any, Callable, NamedTuple

import numpy as np
import torch


class Row(NamedTuple):
    """A callable, arguments that it takes, and for some of them a list of values that it must refuse."""

    call: Callable[..., Any]
    good: dict[str, Any]
    bad: dict[str, list[Any]]


NAN, INF = math.nan, math.inf
NOT_REAL = [None, torch.nn.Sequential(torch.nn.ReLU()), "1", [1.0], 1j, True, NAN, np.ones(2)]
NOT_WHOLE = [*NOT_REAL, 1.5, -INF]
NOT_COUNTS = [*NOT_WHOLE, 0, -1]
NOT_RATES = [None, "1", [0.1], NAN, INF, -0.1]
NOT_PROBABILITIES = [*NOT_REAL, 0, 1.5, -0.1]  # or shares; 0 must be refused
NOT_VECTORS = [None, "ab", 1.0, [], [[0.0, 1.0]], [[0], [0, 1]], ["a", "b"], [1j, 0], [None, 0.5], {}]
NOT_TENSORS = [None, [0.5], "x", 0.5, np.ones((2, 2))]
NOT_FLOATING = [*NOT_TENSORS, torch.tensor([[1, 2]]), torch.tensor([[True, False]]), torch.tensor([[1j, 2j]])]
NOT_ROWS = [*NOT_FLOATING, torch.tensor(1.0), torch.ones(3), torch.ones(0, 3), torch.ones(3, 0), torch.ones(1, 2, 3)]
NOT_DISTRIBUTIONS = [torch.tensor([[0.0, 1.0], row]) for row in ([0.0, NAN], [0.0, INF], 2 * [-INF])]
NOT_LABELS = [*NOT_VECTORS, [1, 1, 1, 1], [0, 1, 2, 1], [0, NAN, 1, 1], [0, INF, 1, 1]]
NOT_SCORES = [*NOT_VECTORS, [0.1, 0.2], [0.1, NAN, 0.3, 0.4]]
NOT_TEXTS = [None, 7, "red fish", b"red", [1], [None], ["red", b"sea"], [["red"]], []]
NOT_RANKS = [*NOT_VECTORS, [0], [-1], [NAN], [0.5], [1, True, "2"], [[1, 0]], [[1, 2], [NAN, NAN]],
             [[1], [2, 3]], [[]]]
NOT_TARGETS = [None, 7, "ab", [], [[7, 5], []], [[7], 5], [[7], [[5]]], [[7], [None]], [[7], ["5"]],
               [7.0, NAN], [None, 5], ["7", "5"], [7, "5"], [b"7", b"5"],
               [True, False], [1j, 2j], {}, np.array(["7", "5"], dtype=object)]
NOT_PREDICTIONS = [None, 7, "ab", [], [7, 5], ["7", "5"], [["7"], ["5"]], [[7, "1"], [5, 2]], [[7, 1], ["5"]],
                   [[[7]], [[5]]], [[7, [1]], [5, 2]], [[7, 1]], [{7}, {5}], [None, [5]], [[True], [False]], {},
                   np.array([["7", 1], ["5", 2]], dtype=object), np.ones(2), np.ones((2, 2, 2)), (n for n in "ab")]
