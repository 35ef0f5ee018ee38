"""minidl: the hard parts of four neural-network assignments, each written by hand.

This package imports nothing, so `import minidl.metrics` loads only numpy.
"""
