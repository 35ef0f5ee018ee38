"""Read the numbers and labels of a matplotlib figure back from its artists."""


def lines(pane):
    """Return a dict from label to the (y values, line style, colour) of each line of a pane."""
    return {line.get_label(): (list(line.get_ydata()), line.get_linestyle(), line.get_color())
            for line in pane.get_lines()}


def axis_names(pane):
    """Return the names of the x axis and of the y axis."""
    return pane.get_xlabel(), pane.get_ylabel()


def tick_labels(axis):
    """Return the texts at the ticks of an axis."""
    return [label.get_text() for label in axis.get_ticklabels()]


def legend_texts(legend):
    """Return the texts of a legend."""
    return [text.get_text() for text in legend.get_texts()]


def error_bars(container):
    """Return the points [x, y] of one errorbar, and for each point the two ends of its bar."""
    points, _, (bars,) = container
    return points.get_xydata().tolist(), [segment.tolist() for segment in bars.get_segments()]
