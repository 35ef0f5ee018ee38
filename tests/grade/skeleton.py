"""What there is to write: the signature, docstring and example of each piece, taken from minidl, without the bodies."""


def skeleton(names):
    """Return the text of a Python file with the named pieces."""
    raise NotImplementedError
