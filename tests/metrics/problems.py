"""Inputs and tolerances that several tests of the metrics share."""
import numpy as np

TRAPEZOIDS = 1e-12  # scikit-learn adds up to 50 float64 areas; minidl divides two integers

# (labels, scores, error message) that every metric on binary labels refuses
BAD_PROBLEMS = [
    ([], [], "y_true: must not be empty"),
    ([0, 1], [], "y_score: must not be empty"),
    ([0, 1], [0.5], "y_score: must be as long as y_true, 2, got 1"),
    ([[0, 1]], [0.1, 0.2], r"y_true: must be one-dimensional, got shape \(1, 2\)"),
    ([0, 1], [[0.1], [0.2]], r"y_score: must be one-dimensional, got shape \(2, 1\)"),
    (1, [0.1], r"y_true: must be one-dimensional, got shape \(\)"),
    ([1], [0.1], "y_true: both classes must be present, got only 1"),
    ([1, 1], [0.1, 0.2], "y_true: both classes must be present, got only 1"),
    ([0, 0], [0.1, 0.2], "y_true: both classes must be present, got only 0"),
    ([-1, -1], [0.1, 0.2], "y_true: both classes must be present, got only -1"),
    ([0, 2], [0.1, 0.2], "y_true: labels must be 0 and 1, or -1 and 1, got 0, 2"),
    ([1, 2], [0.1, 0.2], "y_true: labels must be 0 and 1, or -1 and 1, got 1, 2"),
    ([-1, 0], [0.1, 0.2], "y_true: labels must be 0 and 1, or -1 and 1, got -1, 0"),
    ([-1, 0, 1], [0.1, 0.2, 0.3], "y_true: labels must be 0 and 1, or -1 and 1, got -1, 0, 1"),
    ([0.5, 1], [0.1, 0.2], "y_true: labels must be 0 and 1, or -1 and 1, got 0.5, 1.0"),
    ([0, np.nan, 1], [0.1, 0.2, 0.3], "y_true: labels must be 0 and 1, or -1 and 1, got 0.0, 1.0, nan"),
    (range(7), range(7), "y_true: labels must be 0 and 1, or -1 and 1, got 0, 1, 2, 3, 4"),
    (["bad", "good"], [0.1, 0.2], "y_true: must hold real numbers, got dtype <U4"),
    ([0, 1], ["a", "b"], "y_score: must hold real numbers, got dtype <U1"),
    ([0, 1], [1j, 2], "y_score: must hold real numbers, got dtype complex128"),
    ([0, 1], [np.nan, 0.2], "y_score: must not contain NaN"),
    ([0, 1], [0.1, np.nan], "y_score: must not contain NaN"),
    ([0, 1, 0, 1], [np.nan, 0.2, 0.3, 0.4], "y_score: must not contain NaN"),
    ([0, 1, 0, 1], [0.1, np.nan, 0.3, 0.4], "y_score: must not contain NaN"),
]
