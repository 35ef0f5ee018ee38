import numpy as np

from hw4.functions import plot_field
from hw4.norms import plot_estimates
from tests.artists import axis_names, lines


def test_the_field_is_coloured_by_the_function_and_its_arrows_point_along_the_gradient(tmp_path, figures):
    plot_field(tmp_path / "field.png")
    pane = figures[0].axes[0]
    filled, _, arrows = pane.collections
    assert np.isclose(filled.zmin, np.exp(-2) - 1, atol=1e-3) and np.isclose(filled.zmax, np.exp(2) + 1, atol=1e-3)
    x, y = arrows.X, arrows.Y
    np.testing.assert_allclose(arrows.V * np.exp(x), -np.sin(y) * arrows.U, atol=1e-4)
    assert (arrows.U > 0).all(), "e^x grows"
    assert axis_names(pane) == ("x", "y")


def test_measured_errors_of_partial_norms_and_theory_are_both_drawn(tmp_path, figures):
    errors = {1: 0.7, 56: 0.09, 896: 0.0}
    plot_estimates(tmp_path / "partial.png", errors)
    pane = figures[0].axes[0]
    (measured, marker, _), (theory, style, _), _ = lines(pane).values()
    assert measured == list(errors.values()) and (marker, style) == ("None", "-")
    np.testing.assert_allclose(theory, [np.sqrt((1 - k / 896) / (2 * k)) for k in errors])
    assert [list(line.get_xdata()) for line in pane.get_lines()] == [list(errors), list(errors), [56, 56]]
    x, y = axis_names(pane)
    assert x.startswith("features k") and y.startswith("relative error") and pane.get_xscale() == "log"
